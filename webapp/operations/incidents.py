"""Things that failed for good and wait for a person."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import SYSTEM, Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError
from webapp.models import Incident, Job, JobStatus, Timer
from webapp.operations import events

MAX_MESSAGE_LENGTH = 500  # characters


def open_incident(
    session: Session,
    instance_id: UUID,
    element_id: str,
    message: str,
    *,
    at: datetime,
    job_id: UUID | None = None,
) -> UUID:
    """Write down that something will not be tried again by itself; return the incident's id."""
    row = Incident(
        instance_id=instance_id,
        job_id=job_id,
        element_id=element_id,
        message=message[:MAX_MESSAGE_LENGTH],
        created_at=at,
    )
    session.add(row)
    events.append(
        session,
        instance_id,
        events.INCIDENT_OPENED,
        actor=SYSTEM,
        at=at,
        element_id=element_id,
        data={"message": row.message},
    )
    session.flush()
    return row.id


def resolve(session: Session, incident_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Close an incident and let its job or timer be tried once more."""
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may resolve incidents."))
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFoundError(N_("There is no such incident."))
    if incident.resolved_at is not None:
        raise ConflictError(N_("This incident is resolved already."))
    incident.resolved_at, incident.resolved_by = at, actor.user_id
    if incident.job_id is not None:
        again = update(Job).where(Job.id == incident.job_id, Job.status == JobStatus.FAILED)
        session.execute(again.values(status=JobStatus.OPEN, retries_left=1, due_at=at))
    else:
        stuck = update(Timer).where(
            Timer.instance_id == incident.instance_id,
            Timer.element_id == incident.element_id,
            Timer.retries_left <= 0,
        )
        session.execute(stuck.values(retries_left=1, leased_until=None))
    if incident.instance_id is None:
        return
    events.append(
        session,
        incident.instance_id,
        events.INCIDENT_RESOLVED,
        actor=actor,
        at=at,
        element_id=incident.element_id,
    )
