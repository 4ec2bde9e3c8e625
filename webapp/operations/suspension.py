"""Suspended instances: nothing happens to them, and whoever tries is told why."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

import engine
from engine.texts import N_
from webapp.errors import ConflictError
from webapp.models import ProcessInstance

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


def refuse_suspended_caller(session: Session, instance: ProcessInstance) -> None:
    """Raise ConflictError where the instance that called this one is suspended."""
    if instance.parent_id is None:
        return
    caller = session.get_one(ProcessInstance, instance.parent_id)
    if caller.suspended_at is not None:
        raise ConflictError(
            N_("The process that called this one is suspended, too. Resume that one.")
        )


def called_by(session: Session, instance: ProcessInstance) -> Iterator[ProcessInstance]:
    """Yield the running instances that an instance called, at whatever depth, callers first."""
    root_id = instance.root_id or instance.id
    running = select(ProcessInstance).where(
        ProcessInstance.root_id == root_id, ProcessInstance.status == engine.InstanceStatus.ACTIVE
    )
    left = list(session.scalars(running.order_by(ProcessInstance.started_at, ProcessInstance.id)))
    inside = {instance.id}
    while found := [one for one in left if one.parent_id in inside]:
        yield from found
        inside |= {one.id for one in found}
        left = [one for one in left if one.id not in inside]


def suspend_like(instance: ProcessInstance, caller: ProcessInstance) -> None:
    """Suspend an instance together with its caller, so that both are resumed together."""
    instance.suspended_at, instance.suspended_by = caller.suspended_at, caller.suspended_by
    instance.suspension_reason = caller.suspension_reason


def is_suspended_like(instance: ProcessInstance, caller: ProcessInstance) -> bool:
    """Whether an instance was suspended together with its caller, not for reasons of its own."""
    return (instance.suspended_at, instance.suspended_by, instance.suspension_reason) == (
        caller.suspended_at,
        caller.suspended_by,
        caller.suspension_reason,
    )


def clear(instance: ProcessInstance) -> None:
    """Let an instance go on, or forget that it was suspended before it ended."""
    instance.suspended_at = instance.suspended_by = instance.suspension_reason = None
