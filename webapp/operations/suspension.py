"""Suspended instances: nothing happens to them, and whoever tries is told why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

import engine
from engine.texts import N_
from webapp.errors import ConflictError
from webapp.models import Delivery, ProcessInstance

DELIVERY_RETRIES = 5
_ALLOWED = (  # by an administrator, by hand; and what moves no token
    engine.Modify,
    engine.Cancel,
    engine.Restart,
    engine.RecountTimers,
)


def is_running(instance_id: Any) -> ColumnElement[bool]:
    """Return the condition that the instance of a row is not suspended, for claims of work."""
    suspended = exists().where(
        ProcessInstance.id == instance_id, ProcessInstance.suspended_at.is_not(None)
    )
    return ~suspended


def refuse_suspended(instance: ProcessInstance, command: engine.Command) -> None:
    """Raise ConflictError, with who, when and why, where the instance is suspended."""
    if instance.suspended_at is not None and not isinstance(command, _ALLOWED):
        raise ConflictError(
            N_("%(name)s suspended this dossier at %(at)s: %(reason)s"),
            name=instance.suspended_by,
            at=instance.suspended_at,
            reason=instance.suspension_reason,
        )


def hold(
    session: Session,
    receiver: ProcessInstance,
    command: engine.Command,
    *,
    sender_id: UUID,
    at: datetime,
) -> bool:
    """Keep a message or signal for a suspended receiver; False where it can have it now."""
    if receiver.suspended_at is None:
        return False
    if not isinstance(command, engine.DeliverMessage | engine.DeliverSignal):
        return False
    session.add(
        Delivery(
            sender_id=sender_id,
            instance_id=receiver.id,
            token_id=command.token_id,
            is_signal=isinstance(command, engine.DeliverSignal),
            name=command.name,
            variables=command.variables,
            created_at=at,
            due_at=at,
            retries_left=DELIVERY_RETRIES,
        )
    )
    return True
