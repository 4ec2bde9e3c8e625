"""Armed timers: claimed when due, fired, tried again, given up."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from engine.commands import FireTimer
from webapp.actors import SYSTEM
from webapp.models import IncidentKind, ProcessInstance, Timer
from webapp.operations.incidents import Trouble, open_incident
from webapp.operations.moving import locked_instance, move
from webapp.operations.suspension import is_running
from webapp.operations.waits import TIMER_RETRIES

LEASE = timedelta(seconds=60)
RETRY_AFTER = timedelta(minutes=1)


def claim_due(session: Session, *, at: datetime, limit: int = 20) -> tuple[UUID, ...]:
    """Lease the due timers, earliest first; return the ids of their rows."""
    due = select(Timer.id).where(_is_free(at)).order_by(Timer.due_at).limit(limit)
    ids = session.scalars(due.with_for_update(skip_locked=True)).all()
    if not ids:
        return ()
    won = set(
        session.scalars(
            update(Timer)
            .where(Timer.id.in_(ids), _is_free(at))
            .values(leased_until=at + LEASE)
            .returning(Timer.id)
            .execution_options(synchronize_session=False)
        )
    )
    return tuple(timer_id for timer_id in ids if timer_id in won)


def fire(session: Session, timer_row_id: UUID, *, at: datetime) -> bool:
    """Fire one timer; False when its host left meanwhile."""
    instance_id = session.scalar(select(Timer.instance_id).where(Timer.id == timer_row_id))
    if instance_id is None:
        return False
    instance = locked_instance(session, instance_id)
    timer = session.get(Timer, timer_row_id, populate_existing=True)
    if timer is None:
        return False
    move(session, instance, FireTimer(timer.timer_id), actor=SYSTEM, at=at)
    return True


def fire_all(session: Session, timer_row_ids: Collection[UUID], *, at: datetime) -> int:
    """Fire timers of different instances together; return how many were still there.

    Of several timers of one instance only the first is fired: it may take the others away.
    Reading and locking them at once, and one commit for all, is what makes many cheap.
    Raises whatever one of them raises; then none has fired.
    """
    rows = session.execute(
        select(Timer.instance_id, Timer.timer_id)
        .where(Timer.id.in_(timer_row_ids))
        .order_by(Timer.due_at.desc())
    ).all()
    first = {row.instance_id: row.timer_id for row in rows}
    instances = session.scalars(
        select(ProcessInstance)
        .where(ProcessInstance.id.in_(first))
        .order_by(ProcessInstance.id)  # everybody locks in the same order
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    armed = _armed(session, first)  # again: somebody may have been faster before the lock
    for instance in instances:
        timer_id = first[instance.id]
        if (instance.id, timer_id) in armed:
            move(session, instance, FireTimer(timer_id), actor=SYSTEM, at=at)
    return len(armed)


def fail(
    session: Session,
    timer_row_id: UUID,
    message: str,
    *,
    at: datetime,
    details: str | None = None,
) -> None:
    """Count a failed try; after the last one there is an incident and the timer rests."""
    timer = session.get(Timer, timer_row_id, populate_existing=True)
    if timer is None:
        return
    timer.retries_left -= 1
    timer.leased_until = at + RETRY_AFTER
    if timer.retries_left <= 0:
        trouble = Trouble(
            message,
            IncidentKind.TIMER,
            instance_id=timer.instance_id,
            element_id=timer.element_id,
            subject_id=timer.id,
            details=details,
            attempts=TIMER_RETRIES,
        )
        open_incident(session, trouble, at=at)
    session.flush()


def release(session: Session, timer_row_ids: Collection[UUID]) -> None:
    """Give back what was claimed but not fired; others may take it at once."""
    session.execute(update(Timer).where(Timer.id.in_(timer_row_ids)).values(leased_until=None))


def _armed(session: Session, wanted: Mapping[UUID, str]) -> set[tuple[UUID, str]]:
    rows = session.execute(
        select(Timer.instance_id, Timer.timer_id).where(
            Timer.instance_id.in_(wanted), Timer.timer_id.in_(set(wanted.values()))
        )
    )
    found = {(row.instance_id, row.timer_id) for row in rows}
    return found & set(wanted.items())


def _is_free(at: datetime) -> ColumnElement[bool]:
    return and_(
        is_running(Timer.instance_id),
        Timer.due_at <= at,
        Timer.retries_left > 0,
        or_(Timer.leased_until.is_(None), Timer.leased_until <= at),
        is_running(Timer.instance_id),
    )
