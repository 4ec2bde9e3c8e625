"""What the worker does for the demo's dossiers, at the moment that the play has come to."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from webapp.errors import ProductError
from webapp.models import Job, JobStatus, Timer
from webapp.operations import jobs, timers
from webapp.worker.doing import Handler, words_of

MAX_TURNS = 50
Handlers = Mapping[str, Handler]
_INSTANCE = bindparam("instance_id", type_=Uuid())
_DUE = select(Timer.id).where(Timer.instance_id == _INSTANCE, Timer.due_at <= bindparam("at"))
_DUE = _DUE.order_by(Timer.due_at).limit(1)
_JOBS = select(Job.id).where(
    Job.instance_id == _INSTANCE,
    Job.status == JobStatus.OPEN,
    Job.due_at <= bindparam("at"),
    Job.retries_left > 0,
)


def work(session: Session, instance_id: UUID, handlers: Handlers, at: datetime) -> bool:
    """Fire the due timers and do the jobs of one instance; tell whether there were any."""
    for turn in range(MAX_TURNS):
        here = {"instance_id": instance_id, "at": at}
        timer_id = session.scalar(_DUE, here)
        if timer_id is not None and timers.fire(session, timer_id, at=at):
            continue
        waiting = session.scalars(_JOBS, here).all()
        done = [_do(session, job_id, handlers, at) for job_id in waiting]
        if not any(done):
            return turn > 0
    return True


def _do(session: Session, job_id: UUID, handlers: Handlers, at: datetime) -> bool:
    claimed = jobs.claim_due(session, tuple(handlers), at=at, only=job_id)
    for job in claimed:
        try:
            with session.begin_nested():
                result = handlers[job.topic](session, job, at)
        except ProductError as error:  # as with the worker: it is tried again, or an incident
            jobs.fail(session, job.id, words_of(error), at=at, lease=job.lease)
        else:
            jobs.complete(session, job.id, result, at=at, lease=job.lease)
    return bool(claimed)
