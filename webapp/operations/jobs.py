"""Work for programs: claimed under a lease, completed or failed, tried again, given up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session

from engine.commands import Command, CompleteJob, ThrowBpmnError
from engine.texts import N_
from webapp.actors import SYSTEM, Actor
from webapp.errors import ConflictError, NotFoundError
from webapp.models import IncidentKind, Job, JobStatus
from webapp.operations import events
from webapp.operations.incidents import MAX_DETAILS_LENGTH, Trouble, open_incident
from webapp.operations.moving import locked_instance, move
from webapp.operations.retrying import pause
from webapp.operations.suspension import is_running
from webapp.told import kept

LEASE = timedelta(seconds=60)  # longer than the slowest handler
LOST_LEASES = 5  # a job that stops every worker which takes it is given up after so many
CARRY_AGAIN = timedelta(minutes=2)  # a message that nobody acted on may be lost
WORKER = "worker"  # holds the leases of our own workers


class LeaseLostError(ConflictError):
    """The lease ended before the work did, or somebody else has it. Leave the job alone."""

    code = "lease_lost"


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that nobody else works on until its lease ends. ``lease`` tells this claim apart."""

    id: UUID
    instance_id: UUID
    element_id: str
    name: str
    topic: str
    variables: Mapping[str, Any]
    lease: int
    retries_left: int


def claim_due(
    session: Session,
    topics: Collection[str],
    *,
    at: datetime,
    limit: int = 20,
    worker_id: str = WORKER,
    only: UUID | None = None,
) -> tuple[ClaimedJob, ...]:
    """Lease the due jobs of these topics, those of high priority first, then the oldest.

    Rows that another worker is about to lease are passed over. ``only`` names one job.
    """
    due = select(Job.id).where(is_free(at), Job.topic.in_(topics))
    if only is not None:
        due = due.where(Job.id == only)
    ids = session.scalars(
        due.order_by(Job.priority.desc(), Job.due_at).limit(limit).with_for_update(skip_locked=True)
    ).all()
    return tuple(map(_claimed, take(session, ids, worker_id=worker_id, at=at, length=LEASE)))


def take(
    session: Session, ids: Sequence[UUID], *, worker_id: str, at: datetime, length: timedelta
) -> list[Job]:
    """Lease those of the jobs that are still free, in the order given.

    A job whose last lease ended unnoticed, too often, becomes an incident instead.
    """
    if not ids:
        return []
    rows = session.scalars(
        update(Job)
        .where(Job.id.in_(ids), is_free(at))
        .values(
            lost_leases=Job.lost_leases + case((Job.leased_until.is_not(None), 1), else_=0),
            leased_until=at + length,
            worker_id=worker_id,
            lease=Job.lease + 1,
        )
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    for row in rows:
        if row.lost_leases >= LOST_LEASES:
            _give_up(session, row, at, N_("Every worker that took this job stopped in the middle."))
    order = {job_id: place for place, job_id in enumerate(ids)}
    taken = [row for row in rows if row.status == JobStatus.OPEN]
    return sorted(taken, key=lambda row: order[row.id])


def complete(
    session: Session,
    job_id: UUID,
    variables: Mapping[str, Any],
    *,
    at: datetime,
    lease: int | None = None,
    actor: Actor = SYSTEM,
) -> None:
    """Complete a job and move its instance on.

    Raises ConflictError when it was completed, cancelled or given up meanwhile, LeaseLostError
    where ``lease`` is given and has ended.
    """
    job = get(session, job_id)
    command = CompleteJob(job.token_id, dict(variables))
    _finish(session, job, command, at=at, lease=lease, actor=actor)


def throw_error(
    session: Session,
    job_id: UUID,
    error_code: str,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
    *,
    at: datetime,
    lease: int | None = None,
    actor: Actor = SYSTEM,
) -> None:
    """End a job with a BPMN error, which the model may catch. Raises what ``complete`` raises."""
    job = get(session, job_id)
    command = ThrowBpmnError(job.token_id, error_code, message, dict(variables or {}))
    _finish(session, job, command, at=at, lease=lease, actor=actor)


def fail(
    session: Session,
    job_id: UUID,
    message: str,
    *,
    at: datetime,
    retries_left: int | None = None,
    retry_after: timedelta | None = None,
    details: str | None = None,
    lease: int | None = None,
    actor: Actor = SYSTEM,
) -> None:
    """Count a failed try: the job is due again later, or becomes an incident after the last.

    Without ``retries_left`` one try is counted off; without ``retry_after`` the model's pauses
    hold. Nothing happens when the job is over. Raises LeaseLostError.
    """
    job = get(session, job_id)
    if job.status != JobStatus.OPEN:
        return
    if lease is not None and not _holds(job, lease, at):
        raise LeaseLostError(N_("The lease of this job has ended."))
    left = job.retries_left - 1 if retries_left is None else retries_left
    job.retries_left = max(0, left)
    job.error_details = details and details[-MAX_DETAILS_LENGTH:]
    job.last_error, job.leased_until, job.lost_leases = message, None, 0
    _log_failure(session, job, message, actor, at)
    if job.retries_left:
        rest = pause(job.retry_cycle, job.retries_left) if retry_after is None else retry_after
        job.due_at = at + rest
    else:
        _give_up(session, job, at, message)
    session.flush()


def release(session: Session, claimed: Collection[ClaimedJob]) -> None:
    """Give back what was claimed but not begun; others may take it at once."""
    for job in claimed:
        session.execute(
            update(Job)
            .where(Job.id == job.id, Job.lease == job.lease, Job.status == JobStatus.OPEN)
            .values(leased_until=None)
        )


def to_carry(
    session: Session, topics: Collection[str], *, at: datetime, limit: int
) -> tuple[UUID, ...]:
    """Mark due jobs as handed to the broker and return their ids.

    A job that was handed over, but that nobody has leased since, is due again after CARRY_AGAIN.
    """
    unsent = or_(
        Job.carried_at.is_(None), Job.carried_at < Job.due_at, Job.carried_at <= at - CARRY_AGAIN
    )
    due = select(Job.id).where(is_free(at), Job.topic.in_(topics), unsent)
    ids = session.scalars(
        due.order_by(Job.priority.desc(), Job.due_at).limit(limit).with_for_update(skip_locked=True)
    ).all()
    if ids:
        session.execute(update(Job).where(Job.id.in_(ids)).values(carried_at=at))
    return tuple(ids)


def not_carried(session: Session, ids: Collection[UUID]) -> None:
    """Take back that jobs were handed to the broker: it did not take them."""
    session.execute(update(Job).where(Job.id.in_(ids)).values(carried_at=None))


def get(session: Session, job_id: UUID) -> Job:
    """Return a job, fresh from the database. Raises NotFoundError."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise NotFoundError(N_("There is no such job."))
    return job


def is_free(at: datetime) -> ColumnElement[bool]:
    """Say of a job that it is due and nobody holds it."""
    return and_(
        is_running(Job.instance_id),
        Job.status == JobStatus.OPEN,
        Job.due_at <= at,
        or_(Job.leased_until.is_(None), Job.leased_until <= at),
        is_running(Job.instance_id),
    )


def _finish(
    session: Session,
    job: Job,
    command: Command,
    *,
    at: datetime,
    lease: int | None,
    actor: Actor,
) -> None:
    """Close the job and move its instance; the guarded update lets one of two through."""
    instance = locked_instance(session, job.instance_id)
    held = [] if lease is None else [Job.lease == lease, Job.leased_until > at]
    done = session.execute(
        update(Job)
        .where(Job.id == job.id, Job.status == JobStatus.OPEN, *held)
        .values(status=JobStatus.COMPLETED, completed_at=at, leased_until=None)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        if lease is not None and get(session, job.id).status == JobStatus.OPEN:
            raise LeaseLostError(N_("The lease of this job has ended."))
        raise ConflictError(N_("This job is not open any more."))
    move(session, instance, command, actor=actor, at=at)


def _holds(job: Job, lease: int, at: datetime) -> bool:
    return job.lease == lease and job.leased_until is not None and job.leased_until > at


def _give_up(session: Session, job: Job, at: datetime, message: str) -> None:
    job.status, job.retries_left, job.leased_until = JobStatus.FAILED, 0, None
    trouble = Trouble(
        message,
        IncidentKind.JOB,
        instance_id=job.instance_id,
        element_id=job.element_id,
        job_id=job.id,
        details=job.error_details,
        attempts=job.lease,
    )
    open_incident(session, trouble, at=at)


def _log_failure(session: Session, job: Job, message: str, actor: Actor, at: datetime) -> None:
    events.append(
        session,
        job.instance_id,
        events.JOB_FAILED,
        actor=actor,
        at=at,
        element_id=job.element_id,
        token_id=job.token_id,
        data={"message": message, "sentence": kept(message), "retries_left": job.retries_left},
    )


def _claimed(row: Job) -> ClaimedJob:
    return ClaimedJob(
        row.id,
        row.instance_id,
        row.element_id,
        row.name,
        row.topic,
        dict(row.variables),
        row.lease,
        row.retries_left,
    )
