"""Lines of incidents as pages show them: with the names that the models draw."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import EngineError
from webapp.errors import NotFoundError
from webapp.operations import definitions
from webapp.queries.incidents import IncidentLine, open_in


def drawn(session: Session, lines: Iterable[IncidentLine]) -> tuple[IncidentLine, ...]:
    """Return the lines with the name drawn at each one's element, where the model has one."""
    return tuple(_drawn(session, line) for line in lines)


def troubles(session: Session, dossier_id: UUID) -> tuple[IncidentLine, ...]:
    """Return what waits for a person in a dossier and in all that it called, oldest first."""
    return drawn(session, open_in(session, dossier_id))


def _drawn(session: Session, line: IncidentLine) -> IncidentLine:
    if line.element_name or not line.element_id or line.definition_id is None:
        return line
    try:
        node = definitions.compiled(session, line.definition_id).elements.get(line.element_id)
    except (EngineError, NotFoundError):  # an incident is shown whatever became of its model
        return line
    return replace(line, element_name=node.name or "") if node else line
