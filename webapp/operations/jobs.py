"""Work for programs: claimed under a lease, completed or failed, tried again, given up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from engine.commands import CompleteJob
from engine.texts import N_
from webapp.actors import SYSTEM
from webapp.errors import ConflictError, NotFoundError
from webapp.models import Job, JobStatus
from webapp.operations import events
from webapp.operations.incidents import open_incident
from webapp.operations.moving import locked_instance, move

LEASE = timedelta(seconds=60)  # longer than the slowest handler
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that nobody else works on until its lease ends."""

    id: UUID
    instance_id: UUID
    element_id: str
    name: str
    topic: str
    variables: Mapping[str, Any]


def claim_due(
    session: Session, topics: Collection[str], *, at: datetime, limit: int = 20
) -> tuple[ClaimedJob, ...]:
    """Lease the due jobs of these topics, oldest first."""
    rows = session.scalars(
        select(Job).where(_is_free(at), Job.topic.in_(topics)).order_by(Job.due_at).limit(limit)
    ).all()
    return tuple(_claimed(row) for row in rows if _lease(session, row.id, at))


def complete(session: Session, job_id: UUID, variables: Mapping[str, Any], *, at: datetime) -> None:
    """Complete a job and move its instance on.

    Raises ConflictError when it was completed, cancelled or given up meanwhile.
    """
    job = _get(session, job_id)
    instance = locked_instance(session, job.instance_id)
    done = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.OPEN)
        .values(status=JobStatus.COMPLETED, completed_at=at, leased_until=None)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        raise ConflictError(N_("This job is not open any more."))
    move(session, instance, CompleteJob(job.token_id, dict(variables)), actor=SYSTEM, at=at)


def fail(
    session: Session, job_id: UUID, message: str, *, at: datetime, retries_left: int | None = None
) -> None:
    """Count a failed try: the job is due again later, or becomes an incident after the last."""
    job = _get(session, job_id)
    if job.status != JobStatus.OPEN:
        return
    job.retries_left = max(0, job.retries_left - 1 if retries_left is None else retries_left)
    job.last_error, job.leased_until = message, None
    events.append(
        session,
        job.instance_id,
        events.JOB_FAILED,
        actor=SYSTEM,
        at=at,
        element_id=job.element_id,
        token_id=job.token_id,
        data={"message": message, "retries_left": job.retries_left},
    )
    if job.retries_left:
        job.due_at = at + (LAST_RETRY if job.retries_left == 1 else FIRST_RETRY)
    else:
        job.status = JobStatus.FAILED
        open_incident(session, job.instance_id, job.element_id, message, at=at, job_id=job.id)
    session.flush()


def _is_free(at: datetime) -> ColumnElement[bool]:
    return and_(
        Job.status == JobStatus.OPEN,
        Job.due_at <= at,
        or_(Job.leased_until.is_(None), Job.leased_until <= at),
    )


def _lease(session: Session, job_id: UUID, at: datetime) -> bool:
    won = session.execute(
        update(Job)
        .where(Job.id == job_id, _is_free(at))
        .values(leased_until=at + LEASE)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).first()
    return won is not None


def _claimed(row: Job) -> ClaimedJob:
    return ClaimedJob(
        row.id, row.instance_id, row.element_id, row.name, row.topic, dict(row.variables)
    )


def _get(session: Session, job_id: UUID) -> Job:
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise NotFoundError(N_("There is no such job."))
    return job
