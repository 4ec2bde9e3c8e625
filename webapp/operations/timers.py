"""Armed timers: claimed when due, fired, tried again, given up."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from engine.commands import FireTimer
from webapp.actors import SYSTEM
from webapp.models import Timer
from webapp.operations.incidents import open_incident
from webapp.operations.moving import locked_instance, move

LEASE = timedelta(seconds=60)
RETRY_AFTER = timedelta(minutes=1)


def claim_due(session: Session, *, at: datetime, limit: int = 20) -> tuple[UUID, ...]:
    """Lease the due timers, earliest first; return the ids of their rows."""
    ids = session.scalars(
        select(Timer.id).where(_is_free(at)).order_by(Timer.due_at).limit(limit)
    ).all()
    return tuple(timer_id for timer_id in ids if _lease(session, timer_id, at))


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


def fail(session: Session, timer_row_id: UUID, message: str, *, at: datetime) -> None:
    """Count a failed try; after the last one there is an incident and the timer rests."""
    timer = session.get(Timer, timer_row_id, populate_existing=True)
    if timer is None:
        return
    timer.retries_left -= 1
    timer.leased_until = at + RETRY_AFTER
    if timer.retries_left <= 0:
        open_incident(session, timer.instance_id, timer.element_id, message, at=at)
    session.flush()


def _is_free(at: datetime) -> ColumnElement[bool]:
    return and_(
        Timer.due_at <= at,
        Timer.retries_left > 0,
        or_(Timer.leased_until.is_(None), Timer.leased_until <= at),
    )


def _lease(session: Session, timer_row_id: UUID, at: datetime) -> bool:
    won = session.execute(
        update(Timer)
        .where(Timer.id == timer_row_id, _is_free(at))
        .values(leased_until=at + LEASE)
        .returning(Timer.id)
        .execution_options(synchronize_session=False)
    ).first()
    return won is not None
