"""Timer start events: claimed when due, start an instance once, come round again."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from engine.starting import StartTimer, following_start
from webapp import agency_calendars
from webapp.actors import SYSTEM
from webapp.models import IncidentKind, StartTrigger
from webapp.operations.arming import RETRIES
from webapp.operations.beginning import begin_by_event
from webapp.operations.incidents import Trouble, open_incident
from webapp.operations.moving import settle
from webapp.operations.timers import LEASE, RETRY_AFTER


def claim_due(session: Session, *, at: datetime, limit: int = 20) -> tuple[UUID, ...]:
    """Lease the due start timers, earliest first; return their ids."""
    due = select(StartTrigger.id).where(_is_free(at)).order_by(StartTrigger.due_at).limit(limit)
    ids = session.scalars(due.with_for_update(skip_locked=True)).all()
    return tuple(trigger_id for trigger_id in ids if _lease(session, trigger_id, at))


def fire(session: Session, trigger_id: UUID, *, at: datetime) -> bool:
    """Start an instance and arm the next round, together; False when it was not due (any more).

    The row is changed first, and only while it shows the round that was read: of two who fire the
    same round, the second changes nothing and starts nothing.
    """
    trigger = session.get(StartTrigger, trigger_id, populate_existing=True)
    if trigger is None or trigger.due_at is None or trigger.due_at > at:
        return False
    definition_id, element_id = trigger.definition_id, trigger.element_id
    if not _step_on(session, trigger, trigger.due_at):
        return False
    instance, outcome = begin_by_event(
        session, definition_id, element_id, {}, instance_id=uuid4(), at=at
    )
    settle(session, instance, outcome, actor=SYSTEM, at=at)
    return True


def fail(
    session: Session,
    trigger_id: UUID,
    message: str = "",
    *,
    at: datetime,
    details: str | None = None,
) -> None:
    """Count a failed try; after the last one there is an incident and the timer rests."""
    trigger = session.get(StartTrigger, trigger_id, populate_existing=True)
    if trigger is None:
        return
    trigger.retries_left -= 1
    trigger.leased_until = at + RETRY_AFTER
    if trigger.retries_left <= 0:
        trouble = Trouble(
            message,
            IncidentKind.START_TIMER,
            definition_id=trigger.definition_id,
            element_id=trigger.element_id,
            subject_id=trigger.id,
            details=details,
            attempts=RETRIES,
        )
        open_incident(session, trouble, at=at)
    session.flush()


def _step_on(session: Session, trigger: StartTrigger, due_at: datetime) -> bool:
    timer = StartTimer(due_at, trigger.firings_left, trigger.period, trigger.working_time)
    following = following_start(timer, agency_calendars.current(session))
    same_round = and_(StartTrigger.id == trigger.id, StartTrigger.due_at == due_at)
    session.expunge(trigger)
    if following is None:
        gone = delete(StartTrigger).where(same_round).returning(StartTrigger.id)
        return session.execute(gone).first() is not None
    stepped = (
        update(StartTrigger)
        .where(same_round)
        .values(
            due_at=following.due_at,
            firings_left=following.firings_left,
            leased_until=None,
            retries_left=RETRIES,
        )
        .returning(StartTrigger.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(stepped).first() is not None


def _is_free(at: datetime) -> ColumnElement[bool]:
    return and_(
        StartTrigger.due_at <= at,
        StartTrigger.retries_left > 0,
        or_(StartTrigger.leased_until.is_(None), StartTrigger.leased_until <= at),
    )


def _lease(session: Session, trigger_id: UUID, at: datetime) -> bool:
    won = session.execute(
        update(StartTrigger)
        .where(StartTrigger.id == trigger_id, _is_free(at))
        .values(leased_until=at + LEASE)
        .returning(StartTrigger.id)
        .execution_options(synchronize_session=False)
    ).first()
    return won is not None
