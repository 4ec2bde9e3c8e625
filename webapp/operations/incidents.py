"""Things that failed for good and wait for a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.texts import N_
from webapp.actors import SYSTEM, Actor
from webapp.errors import ProductError
from webapp.models import (
    Delivery,
    Incident,
    IncidentKind,
    Job,
    JobStatus,
    OutsideWait,
    ProcessInstance,
    StartTrigger,
    Timer,
)
from webapp.operations import events
from webapp.operations.suspension import is_running
from webapp.told import kept, told

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
    log(session, row, events.INCIDENT_OPENED, SYSTEM, at, **data)
    session.flush()
    return row.id


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
        and_(
            Incident.kind == IncidentKind.FAILED,
            _exists(ProcessInstance, ProcessInstance.id, ProcessInstance.status == "failed"),
        ),
    )
    close(session, not_(alive), Resolution.OVERTAKEN, at, SYSTEM, "")


def report_unhandled(session: Session, topics: Collection[str], *, at: datetime) -> int:
    """Open incidents for jobs that nobody took for long; return how many.

    ``topics`` are those that our own workers do.
    """
    known = select(Incident.id).where(
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
            ~known.exists(),
        )
        .limit(BULK)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        trouble = Trouble(
            told(
                ProductError(
                    N_("No program asks for jobs of the topic %(topic)s."), topic=row.topic
                )
            ),
            IncidentKind.UNHANDLED,
            instance_id=row.instance_id,
            element_id=row.element_id,
            job_id=row.id,
        )
        open_incident(session, trouble, at=at)
    return len(rows)


def close(
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


def _exists(
    table: type[Job | Timer | StartTrigger | Delivery | OutsideWait | ProcessInstance],
    key: InstrumentedAttribute[UUID],
    *conditions: ColumnElement[bool],
) -> ColumnElement[bool]:
    about = Incident.job_id if table is Job else Incident.subject_id
    return select(key).where(key == about, *conditions).exists()


def log(
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
