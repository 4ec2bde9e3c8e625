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
from webapp.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    ProductError,
    RejectedError,
)
from webapp.models import (
    Delivery,
    Incident,
    IncidentKind,
    Job,
    JobStatus,
    OutsideWait,
    StartTrigger,
    Timer,
    UserAccount,
)
from webapp.operations import bringing_back, events, failures
from webapp.operations.incidents import BULK, MAX_NOTE_LENGTH, Resolution, close, log

MOST_TRIES = 10


def resolve(
    session: Session,
    incident_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    retry: bool = True,
    note: str = "",
    tries: int = 1,
) -> None:
    """Close an incident; with ``retry`` what failed is tried again, at most ``tries`` times.

    That is a job, timer, delivery …, or the whole dossier, brought back to before its failure.
    Raises NotFoundError, NotAllowedError, RejectedError for other than 1 to MOST_TRIES tries,
    ConflictError when it is closed already or when a dossier cannot be brought back.
    """
    if not 1 <= tries <= MOST_TRIES:
        raise RejectedError(N_("Between 1 and %(most)s tries can be given."), most=MOST_TRIES)
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
        raise _who_was_first(session, incident)
    if retry:
        _try_again(session, incident, actor, at, tries)
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
    tries: int = 1,
) -> Resolved:
    """Close those that are still open, at most BULK; return how many, and what was refused.

    One that is refused stays as it is and takes nothing back of the others. Raises NotAllowedError.
    """
    resolved = 0
    refused: dict[UUID, ProductError | EngineError] = {}
    for incident_id in incident_ids[:BULK]:
        try:
            with session.begin_nested():
                resolve(
                    session, incident_id, actor=actor, at=at, retry=retry, note=note, tries=tries
                )
        except NotAllowedError:
            raise
        except (ProductError, EngineError) as error:
            refused[incident_id] = error  # somebody else was first, or it cannot be brought back
        else:
            resolved += 1
    return Resolved(resolved, refused)


def _who_was_first(session: Session, incident: Incident) -> ConflictError:
    session.refresh(incident)
    first = session.get(UserAccount, incident.resolved_by) if incident.resolved_by else None
    if first is None:
        text = N_("This incident closed itself at %(at)s: the dossier went on.")
        return ConflictError(text, at=incident.resolved_at)
    retried = incident.resolution == Resolution.RETRIED
    text = (
        N_("%(name)s has tried this again already, at %(at)s.")
        if retried
        else N_("%(name)s has closed this incident already, at %(at)s.")
    )
    return ConflictError(text, name=first.name, at=incident.resolved_at)


def _try_again(
    session: Session, incident: Incident, actor: Actor, at: datetime, tries: int
) -> None:
    if incident.kind == IncidentKind.FAILED and incident.subject_id is not None:
        bringing_back.bring_back(session, incident.subject_id, actor=actor, at=at)
    elif incident.job_id is not None:
        again = update(Job).where(Job.id == incident.job_id, Job.status == JobStatus.FAILED)
        session.execute(
            again.values(status=JobStatus.OPEN, retries_left=tries, due_at=at, lost_leases=0)
        )
    elif incident.kind == IncidentKind.START_TIMER:
        stuck = update(StartTrigger).where(StartTrigger.id == incident.subject_id)
        session.execute(stuck.values(retries_left=tries, leased_until=None))
    elif incident.kind == IncidentKind.OUTSIDE:
        asked = update(OutsideWait).where(OutsideWait.id == incident.subject_id)
        session.execute(asked.values(due_at=at, leased_until=None))
    elif incident.kind == IncidentKind.DELIVERY:
        undelivered = update(Delivery).where(Delivery.id == incident.subject_id)
        session.execute(undelivered.values(retries_left=tries, leased_until=None, due_at=at))
    else:
        silent = update(Timer).where(
            Timer.instance_id == incident.instance_id,
            Timer.element_id == incident.element_id,
            Timer.retries_left <= 0,
        )
        session.execute(silent.values(retries_left=tries, leased_until=None))
