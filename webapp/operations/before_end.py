"""Instances as they were before a failure ended them; kept until the failure is settled."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.model import InstanceStatus
from webapp.models import InstanceBeforeEnd, ProcessInstance


def look(instance: ProcessInstance, at: datetime) -> InstanceBeforeEnd | None:
    """Return a row, not yet stored, of an instance about to end; None if it ended as it began."""
    if instance.status != InstanceStatus.ACTIVE:
        return None  # it ended as it began: there is no time before that
    return InstanceBeforeEnd(
        instance_id=instance.id,
        root_id=instance.root_id or instance.id,
        snapshot=instance.snapshot,
        suspended_at=instance.suspended_at,
        suspended_by=instance.suspended_by,
        suspension_reason=instance.suspension_reason,
        kept_at=at,
    )


def of_tree(session: Session, root_id: UUID) -> dict[UUID, InstanceBeforeEnd]:
    """Return what is kept of an outermost instance and of those that it called, by instance."""
    found = session.scalars(select(InstanceBeforeEnd).where(InstanceBeforeEnd.root_id == root_id))
    return {row.instance_id: row for row in found}


def forget(session: Session, root_id: UUID) -> None:
    """Drop what is kept of an outermost instance and of those that it called."""
    session.execute(delete(InstanceBeforeEnd).where(InstanceBeforeEnd.root_id == root_id))
