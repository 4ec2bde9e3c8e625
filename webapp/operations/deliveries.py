"""Messages and signals on their way: claimed when due, delivered, tried again, given up."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

import engine
from engine.commands import DeliverMessage, DeliverSignal
from engine.starting import StartKind
from webapp.actors import SYSTEM
from webapp.models import Delivery, IncidentKind, MessageSubscription, StartTrigger
from webapp.operations.arming import listeners
from webapp.operations.beginning import begin_by_event
from webapp.operations.incidents import Trouble, open_incident
from webapp.operations.moving import locked_instance, move, settle
from webapp.operations.suspension import DELIVERY_RETRIES, is_running

LEASE = timedelta(seconds=60)
RETRY_AFTER = timedelta(minutes=1)


def claim_due(session: Session, *, at: datetime, limit: int = 20) -> tuple[UUID, ...]:
    """Lease the due deliveries, oldest first; return their ids. Suspended receivers wait."""
    due = select(Delivery.id).where(_is_free(at)).order_by(Delivery.due_at).limit(limit)
    ids = session.scalars(due.with_for_update(skip_locked=True)).all()
    if ids:
        session.execute(
            update(Delivery).where(Delivery.id.in_(ids)).values(leased_until=at + LEASE)
        )
    return tuple(ids)


def deliver(session: Session, delivery_id: UUID, *, at: datetime) -> bool:
    """Deliver one message or signal; False when nobody waits for it any more.

    The row goes in the same transaction in which the receiver moves: it arrives once.
    """
    row = session.get(Delivery, delivery_id, populate_existing=True, with_for_update=True)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return _start(session, row, at) if row.start_trigger_id else _bring(session, row, at)


def fail(
    session: Session,
    delivery_id: UUID,
    message: str,
    *,
    at: datetime,
    details: str | None = None,
) -> None:
    """Count a failed try; after the last one there is an incident and the delivery rests."""
    row = session.get(Delivery, delivery_id, populate_existing=True)
    if row is None:
        return
    row.retries_left -= 1
    row.last_error, row.leased_until = message, at + RETRY_AFTER
    if row.retries_left <= 0:
        trouble = Trouble(
            message,
            IncidentKind.DELIVERY,
            instance_id=row.sender_id if row.start_trigger_id else row.instance_id,
            subject_id=row.id,
            details=details,
            attempts=DELIVERY_RETRIES,
        )
        open_incident(session, trouble, at=at)
    session.flush()


def _bring(session: Session, row: Delivery, at: datetime) -> bool:
    instance = locked_instance(session, row.instance_id)
    waiting = session.scalars(
        select(MessageSubscription.id).where(
            MessageSubscription.instance_id == row.instance_id,
            MessageSubscription.token_id == row.token_id,
            MessageSubscription.name == row.name,
            MessageSubscription.is_signal.is_(row.is_signal),
        )
    ).first()
    if waiting is None:
        return False
    kind = DeliverSignal if row.is_signal else DeliverMessage
    move(
        session,
        instance,
        kind(str(row.token_id), row.name, dict(row.variables)),
        actor=SYSTEM,
        at=at,
    )
    return True


def _start(session: Session, row: Delivery, at: datetime) -> bool:
    trigger = session.get(StartTrigger, row.start_trigger_id)
    if trigger is None:  # a newer version was published meanwhile
        kind = StartKind.SIGNAL if row.is_signal else StartKind.MESSAGE
        trigger = next(iter(listeners(session, kind, row.name)), None)
    if trigger is None:
        return False
    instance, outcome = begin_by_event(
        session,
        trigger.definition_id,
        trigger.element_id,
        dict(row.variables),
        instance_id=row.instance_id,
        at=at,
        cause=engine.Occurrence(trigger.kind, trigger.name),
    )
    settle(session, instance, outcome, actor=SYSTEM, at=at)
    return True


def _is_free(at: datetime) -> ColumnElement[bool]:
    return and_(
        is_running(Delivery.instance_id),
        Delivery.due_at <= at,
        Delivery.retries_left > 0,
        or_(Delivery.leased_until.is_(None), Delivery.leased_until <= at),
    )
