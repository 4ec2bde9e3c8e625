"""Things that failed for good and wait for a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.texts import N_
from webapp.actors import SYSTEM, Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError
from webapp.models import (
    Delivery,
    Incident,
    IncidentKind,
    Job,
    JobStatus,
    OutsideWait,
    StartTrigger,
    Timer,
)
from webapp.operations import events
from webapp.operations.suspension import is_running
from webapp.told import kept

MAX_MESSAGE_LENGTH = 500  # characters
MAX_DETAILS_LENGTH = 20_000
MAX_NOTE_LENGTH = 1_000
BULK = 500  # incidents that one click may handle
UNHANDLED_AFTER = timedelta(hours=1)  # then a job that nobody takes is an incident


class Resolution(StrEnum):
    RETRIED = "retried"  # the work is tried once more
    DISMISSED = "dismissed"  # settled elsewhere; nothing is tried
    OVERTAKEN = "overtaken"  # the dossier went on without it


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, and with what."""

    message: str
    kind: IncidentKind = IncidentKind.JOB
    instance_id: UUID | None = None
    definition_id: UUID | None = None  # where there is no instance
    element_id: str | None = None
    job_id: UUID | None = None
    subject_id: UUID | None = None  # of the timer, start trigger or delivery
    details: str | None = None
    attempts: int = 0


def open_incident(session: Session, trouble: Trouble, *, at: datetime) -> UUID:
    """Write down that something will not be tried again by itself; return the incident's id."""
    row = Incident(
        kind=trouble.kind,
        instance_id=trouble.instance_id,
        definition_id=trouble.definition_id,
        job_id=trouble.job_id,
        subject_id=trouble.subject_id,
        element_id=trouble.element_id,
        message=trouble.message[:MAX_MESSAGE_LENGTH],
        sentence=kept(trouble.message),
        details=trouble.details and trouble.details[-MAX_DETAILS_LENGTH:],
        attempts=trouble.attempts,
        created_at=at,
    )
    session.add(row)
    data = {"message": row.message, "sentence": row.sentence, "kind": row.kind}
    _log(session, row, events.INCIDENT_OPENED, SYSTEM, at, **data)
    session.flush()
    return row.id


def resolve(
    session: Session,
    incident_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    retry: bool = True,
    note: str = "",
) -> None:
    """Close an incident; with ``retry`` its job, timer or delivery is tried once more.

    Raises NotFoundError, ConflictError when it is closed already, NotAllowedError.
    """
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may resolve incidents."))
    incident = session.get(Incident, incident_id, populate_existing=True)
    if incident is None:
        raise NotFoundError(N_("There is no such incident."))
    resolution = Resolution.RETRIED if retry else Resolution.DISMISSED
    closed = _close(
        session, Incident.id == incident_id, resolution, at, actor, note[:MAX_NOTE_LENGTH]
    )
    if not closed:
        raise ConflictError(N_("This incident is resolved already."))
    if retry:
        _try_again(session, incident, at)
    data = {"resolution": resolution, "note": note[:MAX_NOTE_LENGTH]}
    _log(session, incident, events.INCIDENT_RESOLVED, actor, at, **data)


def resolve_all(
    session: Session,
    incident_ids: list[UUID],
    *,
    actor: Actor,
    at: datetime,
    retry: bool = True,
    note: str = "",
) -> int:
    """Close those that are still open, at most BULK; return how many that were."""
    resolved = 0
    for incident_id in incident_ids[:BULK]:
        try:
            resolve(session, incident_id, actor=actor, at=at, retry=retry, note=note)
        except (ConflictError, NotFoundError):
            continue  # somebody else was first
        resolved += 1
    return resolved


def close_overtaken(session: Session, *, at: datetime) -> None:
    """Close the incidents of work that nobody needs any more, or that somebody took after all."""
    alive = or_(
        and_(Incident.kind == IncidentKind.JOB, _exists(Job, Job.id, Job.status == "failed")),
        and_(
            Incident.kind == IncidentKind.UNHANDLED,
            _exists(Job, Job.id, Job.status == "open", Job.lease == 0),
        ),
        and_(Incident.kind == IncidentKind.TIMER, _exists(Timer, Timer.id)),
        and_(Incident.kind == IncidentKind.START_TIMER, _exists(StartTrigger, StartTrigger.id)),
        and_(Incident.kind == IncidentKind.DELIVERY, _exists(Delivery, Delivery.id)),
        and_(Incident.kind == IncidentKind.OUTSIDE, _exists(OutsideWait, OutsideWait.id)),
    )
    _close(session, not_(alive), Resolution.OVERTAKEN, at, SYSTEM, "")


def report_unhandled(session: Session, topics: Collection[str], *, at: datetime) -> int:
    """Open incidents for jobs that nobody took for long; return how many.

    ``topics`` are those that our own workers do.
    """
    told = select(Incident.id).where(
        Incident.job_id == Job.id,
        Incident.kind == IncidentKind.UNHANDLED,
        or_(Incident.resolved_at.is_(None), Incident.resolved_at > at - UNHANDLED_AFTER),
    )
    rows = session.scalars(
        select(Job)
        .where(
            Job.status == JobStatus.OPEN,
            Job.due_at <= at - UNHANDLED_AFTER,
            Job.lease == 0,
            Job.topic.not_in(topics),
            is_running(Job.instance_id),
            ~told.exists(),
        )
        .limit(BULK)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        trouble = Trouble(
            f"No program asks for jobs of the topic {row.topic}.",
            IncidentKind.UNHANDLED,
            instance_id=row.instance_id,
            element_id=row.element_id,
            job_id=row.id,
        )
        open_incident(session, trouble, at=at)
    return len(rows)


def _close(
    session: Session,
    which: ColumnElement[bool],
    resolution: Resolution,
    at: datetime,
    actor: Actor,
    note: str,
) -> bool:
    closed = session.execute(
        update(Incident)
        .where(which, Incident.resolved_at.is_(None))
        .values(resolved_at=at, resolved_by=actor.user_id, resolution=resolution, note=note or None)
        .returning(Incident.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(closed)


def _try_again(session: Session, incident: Incident, at: datetime) -> None:
    if incident.job_id is not None:
        again = update(Job).where(Job.id == incident.job_id, Job.status == JobStatus.FAILED)
        session.execute(
            again.values(status=JobStatus.OPEN, retries_left=1, due_at=at, lost_leases=0)
        )
    elif incident.kind == IncidentKind.START_TIMER:
        stuck = update(StartTrigger).where(StartTrigger.id == incident.subject_id)
        session.execute(stuck.values(retries_left=1, leased_until=None))
    elif incident.kind == IncidentKind.OUTSIDE:
        asked = update(OutsideWait).where(OutsideWait.id == incident.subject_id)
        session.execute(asked.values(due_at=at, leased_until=None))
    elif incident.kind == IncidentKind.DELIVERY:
        undelivered = update(Delivery).where(Delivery.id == incident.subject_id)
        session.execute(undelivered.values(retries_left=1, leased_until=None, due_at=at))
    else:
        silent = update(Timer).where(
            Timer.instance_id == incident.instance_id,
            Timer.element_id == incident.element_id,
            Timer.retries_left <= 0,
        )
        session.execute(silent.values(retries_left=1, leased_until=None))


def _exists(
    table: type[Job | Timer | StartTrigger | Delivery | OutsideWait],
    key: InstrumentedAttribute[UUID],
    *conditions: ColumnElement[bool],
) -> ColumnElement[bool]:
    about = Incident.job_id if table is Job else Incident.subject_id
    return select(key).where(key == about, *conditions).exists()


def _log(
    session: Session,
    incident: Incident,
    event_kind: str,
    actor: Actor,
    at: datetime,
    **data: object,
) -> None:
    if incident.instance_id is None:
        return
    events.append(
        session,
        incident.instance_id,
        event_kind,
        actor=actor,
        at=at,
        element_id=incident.element_id,
        data=data,
    )
