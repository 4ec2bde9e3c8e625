"""Incidents as administrators see them: a list with filters, one with everything about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.folding import fold
from webapp.forms.messages import Message, kept_message
from webapp.models import (
    Dossier,
    Incident,
    Job,
    ProcessDefinition,
    ProcessInstance,
    UserAccount,
)
from webapp.queries.names import ProcedureNames, procedure_names

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which incidents to show."""

    resolved: bool = False
    kind: str = ""
    process_key: str = ""
    text: str = ""  # in message, element, dossier code or applicant
    page: int = 1


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident."""

    id: UUID
    kind: str
    message: Message | str
    element_id: str | None
    attempts: int
    created_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    note: str | None
    definition_id: UUID | None
    procedure: ProcedureNames | None
    dossier_id: UUID | None
    code: str
    applicant: str
    topic: str
    element_name: str  # as drawn, where a job knows it


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident with everything that helps to understand it."""

    line: IncidentLine
    details: str | None
    resolved_by: str
    instance_id: UUID | None
    job_status: str
    retry_cycle: str


@dataclass(frozen=True, slots=True)
class IncidentPage:
    rows: tuple[IncidentLine, ...]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def incidents(session: Session, wanted: Wanted) -> IncidentPage:
    """Return one page of incidents; the oldest open ones, or the newest resolved ones, first."""
    conditions = _conditions(wanted)
    counted = _joined(select(func.count(Incident.id))).where(*conditions)
    total: int = session.scalar(counted) or 0
    order = Incident.resolved_at.desc() if wanted.resolved else Incident.created_at
    rows = session.execute(
        _joined(_columns())
        .where(*conditions)
        .order_by(order, Incident.id)
        .limit(PAGE_SIZE)
        .offset(PAGE_SIZE * (max(1, wanted.page) - 1))
    ).all()
    names = _names(session, rows)
    return IncidentPage(tuple(_line(row, names) for row in rows), total)


def matching_ids(session: Session, wanted: Wanted, limit: int) -> list[UUID]:
    """Return the ids of all open incidents that the filters let through, oldest first."""
    ids = _joined(select(Incident.id)).where(*_conditions(wanted))
    return list(session.scalars(ids.order_by(Incident.created_at).limit(limit)))


def open_count(session: Session) -> int:
    """Return how many incidents wait for a person."""
    counted = select(func.count(Incident.id)).where(Incident.resolved_at.is_(None))
    return session.scalar(counted) or 0


def get_incident(session: Session, incident_id: UUID) -> IncidentView:
    """Return one incident. Raises NotFoundError."""
    row = session.execute(_joined(_columns()).where(Incident.id == incident_id)).first()
    if row is None:
        raise NotFoundError(N_("There is no such incident."))
    incident: Incident = row[0]
    by = incident.resolved_by and session.get(UserAccount, incident.resolved_by)
    job: Job | None = row[3]
    return IncidentView(
        _line(row, _names(session, [row])),
        incident.details,
        by.name if by else "",
        incident.instance_id,
        job.status if job else "",
        (job.retry_cycle if job else None) or "",
    )


def open_in(session: Session, dossier_id: UUID) -> tuple[IncidentLine, ...]:
    """Return what waits for a person in a dossier and in all that it called, oldest first."""
    rows = session.execute(
        _joined(_columns())
        .where(Dossier.id == dossier_id, Incident.resolved_at.is_(None))
        .order_by(Incident.created_at, Incident.id)
    ).all()
    names = _names(session, rows)
    return tuple(_line(row, names) for row in rows)


def codes(session: Session, incident_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return the code of the dossier of each incident that has one."""
    rows = session.execute(
        _joined(select(Incident.id, Dossier.code)).where(
            Incident.id.in_(incident_ids), Dossier.code.is_not(None)
        )
    )
    return {row.id: row.code for row in rows}


def offered_procedures(session: Session) -> list[tuple[str, str]]:
    """Return key and name of every procedure that has an open incident."""
    rows = session.execute(
        _joined(select(ProcessDefinition.key, func.max(ProcessDefinition.name)))
        .where(Incident.resolved_at.is_(None), ProcessDefinition.key.is_not(None))
        .group_by(ProcessDefinition.key)
        .order_by(ProcessDefinition.key)
    ).all()
    return [(key, name) for key, name in rows]


def _names(session: Session, rows: Sequence[Any]) -> Mapping[UUID, ProcedureNames]:
    return procedure_names(session, {row[2].id for row in rows if row[2] is not None})


def _columns() -> Any:
    return select(Incident, Dossier, ProcessDefinition, Job)


def _joined(query: Any) -> Any:
    return (
        query.select_from(Incident)
        .outerjoin(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .outerjoin(
            ProcessDefinition,
            ProcessDefinition.id
            == func.coalesce(ProcessInstance.definition_id, Incident.definition_id),
        )
        .outerjoin(
            Dossier,
            Dossier.instance_id == func.coalesce(ProcessInstance.root_id, ProcessInstance.id),
        )
        .outerjoin(Job, Job.id == Incident.job_id)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    is_open = Incident.resolved_at.is_(None)
    found: list[ColumnElement[bool]] = [~is_open if wanted.resolved else is_open]
    if wanted.kind:
        found.append(Incident.kind == wanted.kind)
    if wanted.process_key:
        found.append(ProcessDefinition.key == wanted.process_key)
    return found + [_holds(word) for word in wanted.text.split()]


def _holds(word: str) -> ColumnElement[bool]:
    return or_(
        Incident.message.icontains(word, autoescape=True),
        Incident.element_id.icontains(word, autoescape=True),
        Job.topic.icontains(word, autoescape=True),
        Dossier.search_text.contains(fold(word), autoescape=True),
    )


def _line(row: Any, names: Mapping[UUID, ProcedureNames]) -> IncidentLine:
    incident, dossier, definition, job = row
    return IncidentLine(
        id=incident.id,
        kind=incident.kind,
        message=kept_message(incident.sentence, incident.message),
        element_id=incident.element_id,
        attempts=incident.attempts,
        created_at=incident.created_at,
        resolved_at=incident.resolved_at,
        resolution=incident.resolution,
        note=incident.note,
        definition_id=definition.id if definition else None,
        procedure=names.get(definition.id) if definition else None,
        dossier_id=dossier.id if dossier else None,
        code=dossier.code if dossier else "",
        applicant=dossier.applicant_name if dossier else "",
        topic=job.topic if job else "",
        element_name=job.name if job else "",
    )
