"""The diagram of a definition and where one instance stands on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import DeploymentFile, ProcessDefinition
from webapp.queries.stays import stays


@dataclass(frozen=True, slots=True)
class Position:
    """The model as published and what is done ("done") and being done ("now") by element id."""

    xml: str
    states: Mapping[str, str]

    def overlays(self) -> Mapping[str, Mapping[str, str]]:
        """Return the states as marks on the drawing."""
        return {key: {"state": state} for key, state in self.states.items()}


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
    found = stays(session, instance_id)
    states = {one.element_id: "done" for one in found if one.completed_at}
    states |= {one.element_id: "now" for one in found if one.lasts}
    return Position((content or b"").decode("utf-8", "replace"), states)
