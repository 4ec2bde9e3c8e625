"""Incidents as administrators see them: a list with filters, one with everything about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

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
)
from webapp.queries.names import ProcedureNames, procedure_names

PAGE_SIZE = 50
CAUSES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which incidents to show."""

    resolved: bool = False
    kind: str = ""
    process_key: str = ""
    version: int | None = None  # of that procedure
    element_id: str = ""
    like: UUID | None = None  # an incident: those that say the same of the same element
    after: datetime | None = None  # opened then or later
    before: datetime | None = None
    text: str = ""  # in message, element, dossier code or applicant
    order: str = ""  # oldest first; or newest, or due: the dossier promised for soonest
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
    promised_at: datetime | None = None  # of the dossier, like the next three
    near_at: datetime | None = None
    verdict: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """What several incidents have in common: the sentence, and where it was said."""

    sample: IncidentLine  # one of them
    number: int
    oldest_at: datetime


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
    rows = session.execute(
        _joined(_columns())
        .where(*conditions)
        .order_by(*_order(wanted))
        .limit(PAGE_SIZE)
        .offset(PAGE_SIZE * (max(1, wanted.page) - 1))
    ).all()
    names = _names(session, rows)
    return IncidentPage(tuple(_line(row, names) for row in rows), total)


def incident_rows(session: Session, wanted: Wanted, limit: int) -> tuple[IncidentLine, ...]:
    """Return the incidents that the filters let through, in the order of the list."""
    found = _joined(_columns()).where(*_conditions(wanted)).order_by(*_order(wanted))
    rows = session.execute(found.limit(limit)).all()
    names = _names(session, rows)
    return tuple(_line(row, names) for row in rows)


def causes(session: Session, wanted: Wanted) -> tuple[Cause, ...]:
    """Return what more than one of the incidents says of the same element, most frequent first."""
    same = (Incident.kind, Incident.message, Incident.element_id, ProcessDefinition.key)
    number = func.count(Incident.id)
    found = session.execute(
        _joined(
            select(
                func.min(cast(Incident.id, String)).label("sample"),
                number.label("number"),
                func.min(Incident.created_at).label("oldest_at"),
            )
        )
        .where(*_conditions(wanted))
        .group_by(*same)
        .having(number > 1)
        .order_by(number.desc(), func.min(Incident.created_at))
        .limit(CAUSES_SHOWN)
    ).all()
    samples = [UUID(row.sample) for row in found]
    rows = session.execute(_joined(_columns()).where(Incident.id.in_(samples))).all()
    names = _names(session, rows)
    lines = {row[0].id: _line(row, names) for row in rows}
    return tuple(Cause(lines[UUID(row.sample)], row.number, row.oldest_at) for row in found)


def matching(query: Any, wanted: Wanted) -> Any:
    """Return a query over incidents narrowed to those that the filters let through."""
    return _joined(query).where(*_conditions(wanted))


def matching_ids(session: Session, wanted: Wanted, limit: int) -> list[UUID]:
    """Return the ids of all open incidents that the filters let through, oldest first."""
    ids = _joined(select(Incident.id)).where(*_conditions(wanted))
    return list(session.scalars(ids.order_by(Incident.created_at).limit(limit)))


def open_count(session: Session) -> int:
    """Return how many incidents wait for a person."""
    counted = select(func.count(Incident.id)).where(Incident.resolved_at.is_(None))
    return session.scalar(counted) or 0


def get_line(session: Session, incident_id: UUID) -> IncidentLine:
    """Return one incident. Raises NotFoundError."""
    row = session.execute(_joined(_columns()).where(Incident.id == incident_id)).first()
    if row is None:
        raise NotFoundError(N_("There is no such incident."))
    return _line(row, _names(session, [row]))


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


def offered_versions(session: Session) -> tuple[UUID, ...]:
    """Return the definitions of which incidents are open, by key and version."""
    rows = session.execute(
        _joined(select(ProcessDefinition.id, ProcessDefinition.key, ProcessDefinition.version))
        .where(Incident.resolved_at.is_(None), ProcessDefinition.key.is_not(None))
        .distinct()
        .order_by(ProcessDefinition.key, ProcessDefinition.version)
    )
    return tuple(row.id for row in rows)


def offered_elements(session: Session, process_key: str) -> tuple[IncidentLine, ...]:
    """Return an open incident of a procedure for each element that has one, by element."""
    first = _joined(select(func.min(cast(Incident.id, String)))).where(
        Incident.resolved_at.is_(None),
        Incident.element_id.is_not(None),
        ProcessDefinition.key == process_key,
    )
    ids = [UUID(one) for one in session.scalars(first.group_by(Incident.element_id))]
    rows = session.execute(_joined(_columns()).where(Incident.id.in_(ids))).all()
    names = _names(session, rows)
    return tuple(sorted((_line(row, names) for row in rows), key=lambda one: one.element_id or ""))


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
    if wanted.version is not None:
        found.append(ProcessDefinition.version == wanted.version)
    if wanted.element_id:
        found.append(Incident.element_id == wanted.element_id)
    if wanted.after is not None:
        found.append(Incident.created_at >= wanted.after)
    if wanted.before is not None:
        found.append(Incident.created_at < wanted.before)
    if wanted.like is not None:
        found.append(_is_like(wanted.like))
    return found + [_holds(word) for word in wanted.text.split()]


def _is_like(incident_id: UUID) -> ColumnElement[bool]:
    """Whether an incident says the same of the same element, whatever became of it."""
    one = aliased(Incident)
    return exists().where(
        one.id == incident_id,
        one.kind == Incident.kind,
        one.message == Incident.message,
        func.coalesce(one.element_id, "") == func.coalesce(Incident.element_id, ""),
    )


def _order(wanted: Wanted) -> tuple[ColumnElement[Any], ...]:
    if wanted.order == "due":
        return Dossier.promised_at.is_(None), Dossier.promised_at.asc(), Incident.id.asc()
    moment = Incident.resolved_at if wanted.resolved else Incident.created_at
    newest = (wanted.order == "newest") != (wanted.resolved and wanted.order == "")
    return (moment.desc() if newest else moment.asc()), Incident.id.asc()


def _holds(word: str) -> ColumnElement[bool]:
    return or_(
        Incident.message.icontains(word, autoescape=True),
        Incident.element_id.icontains(word, autoescape=True),
        Job.name.icontains(word, autoescape=True),
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
        promised_at=dossier.promised_at if dossier else None,
        near_at=dossier.near_at if dossier else None,
        verdict=dossier.verdict if dossier else "",
        ended_at=dossier.ended_at if dossier else None,
    )
