"""The diagram of a definition and where one instance stands on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import DeploymentFile, ElementTiming, ProcessDefinition


@dataclass(frozen=True, slots=True)
class Position:
    """The model as published and what is done ("done") and being done ("now") by element id."""

    xml: str
    states: Mapping[str, str]


def position(session: Session, definition_id: UUID, instance_id: UUID) -> Position:
    """Return the diagram of an instance with its present position."""
    content = session.scalar(
        select(DeploymentFile.content)
        .join(ProcessDefinition, ProcessDefinition.deployment_id == DeploymentFile.deployment_id)
        .where(
            ProcessDefinition.id == definition_id,
            DeploymentFile.name == ProcessDefinition.file_name,
        )
    )
    timings = session.execute(
        select(
            ElementTiming.element_id, ElementTiming.completed_at, ElementTiming.cancelled_at
        ).where(ElementTiming.instance_id == instance_id)
    ).all()
    states = {row.element_id: "done" for row in timings if row.completed_at}
    states |= {
        row.element_id: "now" for row in timings if not (row.completed_at or row.cancelled_at)
    }
    return Position((content or b"").decode("utf-8", "replace"), states)
