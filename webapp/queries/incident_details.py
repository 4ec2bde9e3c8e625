"""One incident with all that helps to understand it: tries, what came of it, others alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.forms.messages import Message, kept_message
from webapp.models import (
    Delivery,
    Incident,
    IncidentKind,
    InstanceEvent,
    Job,
    JobStatus,
    StartTrigger,
    Timer,
    UserAccount,
)
from webapp.queries import incidents
from webapp.queries.diagrams import position
from webapp.queries.incidents import IncidentLine, Wanted
from webapp.queries.procedures import diagram_xml

TRIES_SHOWN = 30  # the newest
_SUBJECTS: Mapping[str, type[Timer] | type[Delivery] | type[StartTrigger]] = {
    IncidentKind.TIMER: Timer,
    IncidentKind.DELIVERY: Delivery,
    IncidentKind.START_TIMER: StartTrigger,
}
_TRIES = ("job.failed", "incident.opened", "incident.resolved")


@dataclass(frozen=True, slots=True)
class Try:
    """One try, or what a person did about it; ``kind`` is the event's."""

    at: datetime
    kind: str
    message: Message | str
    by: str
    left: int | None  # tries, after a failed one
    resolution: str


@dataclass(frozen=True, slots=True)
class Since:
    """What became of the work: ``what`` is waiting, running, done, gone or failed, at that time.

    ``again`` is the incident that followed where it failed again.
    """

    what: str
    at: datetime | None = None
    by: str = ""
    again: UUID | None = None


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident; ``states`` and ``xml`` draw where its instance stands."""

    line: IncidentLine
    details: str | None
    resolved_by: str
    instance_id: UUID | None
    retry_cycle: str
    tries: tuple[Try, ...]  # oldest first
    since: Since | None
    alike: int  # other open incidents that say the same of the same element
    xml: str
    states: dict[str, str]


def get_incident(session: Session, incident_id: UUID) -> IncidentView:
    """Return one incident. Raises NotFoundError."""
    line = incidents.get_line(session, incident_id)
    row = session.get_one(Incident, incident_id)
    job = session.get(Job, row.job_id) if row.job_id else None
    by = session.get(UserAccount, row.resolved_by) if row.resolved_by else None
    xml, states = _drawing(session, line, row)
    return IncidentView(
        line=line,
        details=row.details,
        resolved_by=by.name if by else "",
        instance_id=row.instance_id,
        retry_cycle=(job.retry_cycle if job else None) or "",
        tries=_tries(session, row),
        since=_since(session, row, job),
        alike=_alike(session, row),
        xml=xml,
        states=states,
    )


def _tries(session: Session, incident: Incident) -> tuple[Try, ...]:
    """Return what the log tells of the element: each failed try, each incident, who saw to it."""
    if incident.instance_id is None or incident.element_id is None:
        return ()
    rows = session.scalars(
        select(InstanceEvent)
        .where(
            InstanceEvent.instance_id == incident.instance_id,
            InstanceEvent.element_id == incident.element_id,
            InstanceEvent.kind.in_(_TRIES),
        )
        .order_by(InstanceEvent.id.desc())
        .limit(TRIES_SHOWN)
    ).all()
    return tuple(map(_try, reversed(rows)))


def _try(event: InstanceEvent) -> Try:
    data = event.data
    words = data.get("note") or data.get("message") or ""
    return Try(
        at=event.occurred_at,
        kind=event.kind,
        message=kept_message(data.get("sentence"), str(words)),
        by=event.actor_name if event.actor_id else "",
        left=data.get("retries_left"),
        resolution=str(data.get("resolution") or ""),
    )


def _since(session: Session, incident: Incident, job: Job | None) -> Since | None:
    """Return what became of the work after somebody saw to the incident; None: not known."""
    if incident.resolved_at is None:
        return None
    if job is not None:
        return _of_job(session, incident, job)
    table = _SUBJECTS.get(incident.kind)
    if table is None or incident.subject_id is None:
        return None
    row: Any = session.get(table, incident.subject_id)
    if row is None:
        return Since("done")
    if row.retries_left > 0:
        return Since("waiting", row.leased_until or row.due_at)
    return Since("failed", again=_next(session, incident))


def _of_job(session: Session, incident: Incident, job: Job) -> Since:
    if job.status == JobStatus.OPEN and job.leased_until is not None:
        return Since("running", job.leased_until, job.worker_id or "")
    if job.status == JobStatus.OPEN:
        return Since("waiting", job.due_at)
    if job.status == JobStatus.FAILED:
        return Since("failed", again=_next(session, incident))
    return Since("done" if job.status == JobStatus.COMPLETED else "gone", job.completed_at)


def _next(session: Session, incident: Incident) -> UUID | None:
    """Return the newest incident about the same work that is open, where there is one."""
    about = (
        Incident.job_id == incident.job_id
        if incident.job_id
        else Incident.subject_id == incident.subject_id
    )
    return session.scalars(
        select(Incident.id)
        .where(about, Incident.resolved_at.is_(None), Incident.id != incident.id)
        .order_by(Incident.created_at.desc())
    ).first()


def _alike(session: Session, incident: Incident) -> int:
    same = Wanted(like=incident.id)
    others = incidents.matching(select(func.count(Incident.id)), same)
    return session.scalar(others.where(Incident.id != incident.id)) or 0


def _drawing(
    session: Session, line: IncidentLine, incident: Incident
) -> tuple[str, dict[str, str]]:
    if line.definition_id is None:
        return "", {}
    if incident.instance_id is None:
        return diagram_xml(session, line.definition_id), {}
    drawn = position(session, line.definition_id, incident.instance_id)
    return drawn.xml, dict(drawn.states)
