"""Drafts that change a published deployment: they can follow that one only, nothing newer."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.texts import N_
from webapp.errors import ConflictError
from webapp.models import Deployment, ProcessDefinition


def is_newest(session: Session, deployment_id: UUID) -> bool:
    """Return whether no process of a published deployment has a newer version elsewhere."""
    newer = aliased(ProcessDefinition)
    found = session.scalar(
        select(newer.id)
        .join(ProcessDefinition, ProcessDefinition.key == newer.key)
        .where(
            ProcessDefinition.deployment_id == deployment_id,
            newer.version > ProcessDefinition.version,
        )
        .limit(1)
    )
    return found is None


def refuse_overtaken(draft: Deployment, latest: Iterable[ProcessDefinition | None]) -> None:
    """Raise ConflictError where something newer was published than what a draft changes."""
    newest = {one.deployment_id for one in latest if one is not None}
    if draft.based_on is not None and newest != {draft.based_on}:
        raise overtaken()


def overtaken() -> ConflictError:
    """Return the refusal to publish over what somebody else published meanwhile."""
    return ConflictError(
        N_("Another version was published meanwhile. Look at it, then publish again.")
    )
