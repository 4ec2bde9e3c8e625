"""What a dossier called: each instance with the elements of its process."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from engine.bpmn.elements import FlowNode
from webapp.operations import definitions
from webapp.queries.called import CalledInstance, called_instances
from webapp.queries.names import ProcedureNames


@dataclass(frozen=True, slots=True)
class CalledElements:
    """A called instance, and the elements of its process by id."""

    instance: CalledInstance
    elements: Mapping[str, FlowNode]

    @property
    def names(self) -> ProcedureNames:
        """What its process is called."""
        return self.instance.names


def called_in(session: Session, instance_id: UUID) -> Mapping[UUID, CalledElements]:
    """Return what the instance of a dossier called, by id, the oldest first."""
    return {
        key: CalledElements(one, definitions.compiled(session, one.definition_id).elements)
        for key, one in called_instances(session, instance_id).items()
    }
