"""What the worker does for the demo's dossiers, at the moment that the play has come to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from webapp.models import Job, JobStatus, Timer
from webapp.operations import jobs, timers
from webapp.worker.handlers import HANDLERS

MAX_TURNS = 50
_INSTANCE = bindparam("instance_id", type_=Uuid())
_DUE = select(Timer.id).where(Timer.instance_id == _INSTANCE, Timer.due_at <= bindparam("at"))
_DUE = _DUE.order_by(Timer.due_at).limit(1)
_JOBS = select(Job.id).where(
    Job.instance_id == _INSTANCE, Job.status == JobStatus.OPEN, Job.topic.in_(HANDLERS)
)


def work(session: Session, instance_id: UUID, at: datetime) -> bool:
    """Fire the due timers and do the jobs of one instance; tell whether there were any."""
    for turn in range(MAX_TURNS):
        timer_id = session.scalar(_DUE, {"instance_id": instance_id, "at": at})
        if timer_id is not None and timers.fire(session, timer_id, at=at):
            continue
        done = [_do(session, job_id, at) for job_id in _open_jobs(session, instance_id)]
        if not any(done):
            return turn > 0
    return True


def _open_jobs(session: Session, instance_id: UUID) -> list[UUID]:
    return list(session.scalars(_JOBS, {"instance_id": instance_id}))


def _do(session: Session, job_id: UUID, at: datetime) -> bool:
    claimed = jobs.claim_due(session, tuple(HANDLERS), at=at, only=job_id)
    for job in claimed:
        result = HANDLERS[job.topic](session, job, at)
        jobs.complete(session, job.id, result, at=at, lease=job.lease)
    return bool(claimed)
