"""Jobs done by other programs: fetched under a lock, completed, failed, extended, given back.

The words are those of Camunda 7's external tasks, so that its client libraries work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import NotAllowedError, RejectedError
from webapp.models import Dossier, Job, JobStatus, ProcessDefinition, ProcessInstance
from webapp.operations import jobs

MAX_JOBS = 100  # of one fetch
SCANNED = 1_000  # jobs looked at where variables are filtered
SHORTEST_LOCK, LONGEST_LOCK = timedelta(seconds=1), timedelta(days=1)
MAX_RETRIES = 1_000


@dataclass(frozen=True, slots=True)
class Topic:
    """What a program asks for: a topic, for how long, and which jobs of it."""

    name: str
    lock: timedelta
    variables: tuple[str, ...] | None = None  # to hand out; None: all
    wanted: Mapping[str, Any] = field(default_factory=dict)  # variables that must be equal
    process_key: str | None = None
    business_key: str | None = None  # the dossier's code


@dataclass(frozen=True, slots=True)
class ExternalJob:
    """A job as another program sees it."""

    id: UUID
    topic: str
    worker_id: str | None
    locked_until: datetime | None
    instance_id: UUID
    definition_id: UUID
    process_key: str
    token_id: str
    element_id: str
    priority: int
    retries_left: int
    error_message: str | None
    error_details: str | None
    business_key: str | None
    created_at: datetime
    variables: Mapping[str, Any]
    is_suspended: bool


def fetch_and_lock(
    session: Session,
    worker_id: str,
    topics: Sequence[Topic],
    *,
    actor: Actor,
    at: datetime,
    max_jobs: int = 1,
    by_priority: bool = True,
) -> tuple[ExternalJob, ...]:
    """Lock due jobs for a worker, topic by topic, and return them; none is no error.

    Raises NotAllowedError, RejectedError for locks outside of SHORTEST_LOCK..LONGEST_LOCK.
    """
    _check(actor)
    _check_worker(worker_id)
    found: list[ExternalJob] = []
    for topic in topics:
        left = min(max_jobs, MAX_JOBS) - len(found)
        if left <= 0:
            break
        _check_lock(topic.lock)
        ids = _due(session, topic, at, left, by_priority=by_priority)
        taken = jobs.take(session, ids, worker_id=worker_id, at=at, length=topic.lock)
        seen = _seen(session, [row.id for row in taken])
        found += [narrowed(one, topic.variables) for one in seen]
    return tuple(found)


def complete(
    session: Session,
    job_id: UUID,
    worker_id: str,
    variables: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Complete a job that this worker holds. The same worker may say so twice.

    Raises LeaseLostError, ConflictError, NotFoundError, and what the engine refuses.
    """
    job = _held(session, job_id, worker_id, actor)
    if job is not None:
        jobs.complete(session, job_id, variables, at=at, lease=job.lease, actor=actor)


def throw_error(
    session: Session,
    job_id: UUID,
    worker_id: str,
    error_code: str,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """End a job that this worker holds with a BPMN error. Raises what ``complete`` raises."""
    job = _held(session, job_id, worker_id, actor)
    if job is not None:
        jobs.throw_error(
            session, job_id, error_code, message, variables, at=at, lease=job.lease, actor=actor
        )


def fail(
    session: Session,
    job_id: UUID,
    worker_id: str,
    message: str,
    *,
    actor: Actor,
    at: datetime,
    details: str | None = None,
    retries_left: int | None = None,
    retry_after: timedelta | None = None,
) -> None:
    """Report a failed try. Without tries left there is an incident. Raises LeaseLostError.

    ``retries_left`` and ``retry_after`` are the worker's decision; without them the model's.
    """
    job = _held(session, job_id, worker_id, actor)
    if job is None:
        return
    if retries_left is not None and not 0 <= retries_left <= MAX_RETRIES:
        raise RejectedError(N_("Retries are 0 to %(most)s."), most=MAX_RETRIES)
    jobs.fail(
        session,
        job_id,
        message or N_("The worker gave no reason."),
        at=at,
        retries_left=retries_left,
        retry_after=retry_after,
        details=details,
        lease=job.lease,
        actor=actor,
    )


def extend(
    session: Session, job_id: UUID, worker_id: str, length: timedelta, *, actor: Actor, at: datetime
) -> None:
    """Lock a job for so long from now on. Raises LeaseLostError when the lock has ended."""
    _check_lock(length)
    job = _held(session, job_id, worker_id, actor)
    extended = (
        job
        and session.execute(
            update(Job)
            .where(
                Job.id == job_id,
                Job.status == JobStatus.OPEN,
                Job.lease == job.lease,
                Job.leased_until > at,
            )
            .values(leased_until=at + length)
            .returning(Job.id)
            .execution_options(synchronize_session=False)
        ).first()
    )
    if not extended:
        raise jobs.LeaseLostError(N_("The lease of this job has ended."))


def unlock(session: Session, job_id: UUID, *, actor: Actor) -> None:
    """Give a job back before its lock ends; whoever holds it may not complete it any more."""
    _check(actor)
    jobs.get(session, job_id)
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.OPEN)
        .values(leased_until=None, worker_id=None)
    )


def external_job(session: Session, job_id: UUID, *, actor: Actor) -> ExternalJob:
    """Return one job, open or not. Raises NotFoundError."""
    _check(actor)
    jobs.get(session, job_id)
    return _seen(session, [job_id])[0]


def narrowed(job: ExternalJob, names: tuple[str, ...] | None) -> ExternalJob:
    """Return a job with these variables only; None: all."""
    if names is None:
        return job
    kept = {name: value for name, value in job.variables.items() if name in names}
    return replace(job, variables=kept)


def _check(actor: Actor) -> None:
    if actor.user_id is not None and not {Role.PROGRAM, Role.ADMIN} & actor.roles:
        raise NotAllowedError(N_("Only programs do external jobs."))


def _check_worker(worker_id: str) -> None:
    if not 0 < len(worker_id) <= 200 or worker_id == jobs.WORKER:
        raise RejectedError(N_("A worker needs a name of its own, 200 characters at most."))


def _check_lock(length: timedelta) -> None:
    if not SHORTEST_LOCK <= length <= LONGEST_LOCK:
        raise RejectedError(N_("A job is locked for one second to one day."))


def _held(session: Session, job_id: UUID, worker_id: str, actor: Actor) -> Job | None:
    """Return the job if this worker holds it; None where it has completed it already."""
    _check(actor)
    job = jobs.get(session, job_id)
    if job.worker_id != worker_id:
        raise jobs.LeaseLostError(N_("Another worker holds this job."))
    return None if job.status == JobStatus.COMPLETED else job


def _due(
    session: Session, topic: Topic, at: datetime, limit: int, *, by_priority: bool
) -> list[UUID]:
    query = select(Job.id, Job.variables).where(jobs.is_free(at), Job.topic == topic.name)
    query = _of_process(query, topic)
    order = (Job.priority.desc(), Job.due_at) if by_priority else (Job.due_at,)
    rows = session.execute(
        query.order_by(*order)
        .limit(SCANNED if topic.wanted else limit)
        .with_for_update(skip_locked=True, of=Job)
    ).all()
    fitting = [job_id for job_id, variables in rows if _fits(variables, topic.wanted)]
    return fitting[:limit]


def _of_process(
    query: Select[tuple[UUID, dict[str, Any]]], topic: Topic
) -> Select[tuple[UUID, dict[str, Any]]]:
    if topic.process_key:
        query = query.where(
            Job.instance_id.in_(
                select(ProcessInstance.id)
                .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
                .where(ProcessDefinition.key == topic.process_key)
            )
        )
    if topic.business_key:
        of_dossier = select(Dossier.instance_id).where(Dossier.code == topic.business_key)
        query = query.where(Job.instance_id.in_(of_dossier))
    return query


def _fits(variables: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(
        name in variables
        and variables[name] == value
        and isinstance(variables[name], bool) == isinstance(value, bool)
        for name, value in wanted.items()
    )


def _seen(session: Session, ids: Sequence[UUID]) -> list[ExternalJob]:
    rows = session.execute(
        select(
            Job,
            ProcessDefinition.id,
            ProcessDefinition.key,
            Dossier.code,
            ProcessInstance.suspended_at.is_not(None),
        )
        .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .outerjoin(Dossier, Dossier.instance_id == Job.instance_id)
        .where(Job.id.in_(ids))
    ).all()
    place = {job_id: number for number, job_id in enumerate(ids)}
    rows = sorted(rows, key=lambda row: place[row[0].id])
    return [_as_seen(*row) for row in rows]


def _as_seen(
    job: Job, definition_id: UUID, key: str, code: str | None, is_suspended: object
) -> ExternalJob:
    return ExternalJob(
        id=job.id,
        topic=job.topic,
        worker_id=job.worker_id,
        locked_until=job.leased_until,
        instance_id=job.instance_id,
        definition_id=definition_id,
        process_key=key,
        token_id=job.token_id,
        element_id=job.element_id,
        priority=job.priority,
        retries_left=job.retries_left,
        error_message=job.last_error,
        error_details=job.error_details,
        business_key=code,
        created_at=job.created_at,
        variables=job.variables,
        is_suspended=bool(is_suspended),
    )
