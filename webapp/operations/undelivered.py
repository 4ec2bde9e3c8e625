"""Messages and signals that are brought later: too many at once, or their receiver could not."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import engine
from webapp.models import Delivery, ProcessInstance
from webapp.operations.suspension import DELIVERY_RETRIES
from webapp.storable import storable


def keep(
    session: Session,
    command: engine.DeliverMessage | engine.DeliverSignal,
    *,
    sender_id: UUID,
    instance_id: UUID,
    at: datetime,
    due_at: datetime,
    error: str | None = None,
) -> None:
    """Let the worker bring a message or signal to a token that waits for it."""
    row = _row(command.name, command.variables, sender_id, instance_id, at, due_at, error)
    row.token_id, row.is_signal = command.token_id, isinstance(command, engine.DeliverSignal)
    session.add(row)


def hold(
    session: Session,
    receiver: ProcessInstance,
    command: engine.DeliverMessage | engine.DeliverSignal,
    *,
    sender_id: UUID,
    at: datetime,
) -> bool:
    """Keep a message or signal for a suspended receiver; False where it can have it now."""
    if receiver.suspended_at is None:
        return False
    keep(session, command, sender_id=sender_id, instance_id=receiver.id, at=at, due_at=at)
    return True


def keep_start(
    session: Session,
    start_trigger_id: UUID,
    *,
    name: str,
    variables: dict[str, Any],
    is_signal: bool,
    sender_id: UUID,
    instance_id: UUID,
    at: datetime,
    due_at: datetime,
    error: str | None = None,
) -> None:
    """Let the worker start an instance by a message or signal; it will have that id."""
    row = _row(name, variables, sender_id, instance_id, at, due_at, error)
    row.start_trigger_id, row.is_signal = start_trigger_id, is_signal
    session.add(row)


def _row(
    name: str,
    variables: dict[str, Any],
    sender_id: UUID,
    instance_id: UUID,
    at: datetime,
    due_at: datetime,
    error: str | None,
) -> Delivery:
    return Delivery(
        sender_id=sender_id,
        instance_id=instance_id,
        name=name,
        variables=storable(variables),
        created_at=at,
        due_at=due_at,
        retries_left=DELIVERY_RETRIES,
        last_error=error,
    )
