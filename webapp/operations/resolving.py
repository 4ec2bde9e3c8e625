"""Incidents that a person retries or closes, one or many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import EngineError
from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, ProductError
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
from webapp.operations import bringing_back, events, failures
from webapp.operations.incidents import BULK, MAX_NOTE_LENGTH, Resolution, close, log


def resolve(
    session: Session,
    incident_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    retry: bool = True,
    note: str = "",
) -> None:
    """Close an incident; with ``retry`` what failed is tried once more.

    That is a job, timer, delivery …, or the whole dossier, brought back to before its failure.
    Raises NotFoundError, NotAllowedError, ConflictError when it is closed already or when a dossier
    cannot be brought back.
    """
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may resolve incidents."))
    incident = session.get(Incident, incident_id, populate_existing=True)
    if incident is None:
        raise NotFoundError(N_("There is no such incident."))
    resolution = Resolution.RETRIED if retry else Resolution.DISMISSED
    closed = close(
        session, Incident.id == incident_id, resolution, at, actor, note[:MAX_NOTE_LENGTH]
    )
    if not closed:
        raise ConflictError(N_("This incident is resolved already."))
    if retry:
        _try_again(session, incident, actor, at)
    elif incident.kind == IncidentKind.FAILED:
        failures.give_up(session, incident, actor=actor, at=at)
    data = {"resolution": resolution, "note": note[:MAX_NOTE_LENGTH]}
    log(session, incident, events.INCIDENT_RESOLVED, actor, at, **data)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of many incidents: how many were closed, and why each other one was not."""

    number: int
    refused: Mapping[UUID, ProductError | EngineError]


def resolve_all(
    session: Session,
    incident_ids: list[UUID],
    *,
    actor: Actor,
    at: datetime,
    retry: bool = True,
    note: str = "",
) -> Resolved:
    """Close those that are still open, at most BULK; return how many, and what was refused.

    One that is refused stays as it is and takes nothing back of the others. Raises NotAllowedError.
    """
    resolved = 0
    refused: dict[UUID, ProductError | EngineError] = {}
    for incident_id in incident_ids[:BULK]:
        try:
            with session.begin_nested():
                resolve(session, incident_id, actor=actor, at=at, retry=retry, note=note)
        except NotAllowedError:
            raise
        except (ProductError, EngineError) as error:
            refused[incident_id] = error  # somebody else was first, or it cannot be brought back
        else:
            resolved += 1
    return Resolved(resolved, refused)


def _try_again(session: Session, incident: Incident, actor: Actor, at: datetime) -> None:
    if incident.kind == IncidentKind.FAILED and incident.subject_id is not None:
        bringing_back.bring_back(session, incident.subject_id, actor=actor, at=at)
    elif incident.job_id is not None:
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
