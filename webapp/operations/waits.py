"""Wait rows follow the outcome: what rests appears, what has gone leaves."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Uuid, bindparam, select, update
from sqlalchemy.orm import Session

import engine
from webapp.models import (
    Job,
    JobStatus,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    Timer,
    UserAccount,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.operations import timings
from webapp.operations.adding import add_rows, delete_rows
from webapp.operations.known import JOB, MESSAGE, SIGNAL, TASK, TIMER, Key, Waits
from webapp.prepared import Prepared
from webapp.storable import storable

TIMER_RETRIES = 5
UNCLAIMED, CLAIMED, ENDED = "unclaimed", "claimed", "ended"

_END_CANDIDATES = Prepared(
    update(UserTaskCandidate.__table__)  # type: ignore[arg-type]
    .where(UserTaskCandidate.user_task_id == bindparam("task_id", type_=Uuid()))
    .values(status=ENDED)
)


def sync(
    session: Session,
    instance: ProcessInstance,
    outcome: engine.Outcome,
    known: Waits,
    at: datetime,
) -> None:
    """Bring all wait rows of an instance, ``known``, in line with an outcome.

    What differs costs one statement or two for each kind of wait.
    """
    _sync_user_tasks(session, instance, known[TASK], outcome.user_tasks, at)
    _sync_jobs(session, instance, known[JOB], outcome.jobs, at)
    _sync_timers(session, instance, known[TIMER], outcome.timers)
    _sync_subscriptions(session, instance, known, outcome)


def end_candidates(session: Session, user_task_id: UUID) -> None:
    """Take a task that ended out of every group's list."""
    _END_CANDIDATES.run(session, {"task_id": user_task_id})


def candidate_groups(session: Session, user_task: UserTask) -> tuple[str, ...]:
    """Return the groups that may claim a task."""
    found = session.scalars(
        select(UserTaskCandidate.group_key).where(
            UserTaskCandidate.user_task_id == user_task.id,
            UserTaskCandidate.group_key.is_not(None),
        )
    )
    return tuple(key for key in found if key is not None)


def _gone(known: dict[Key, UUID], resting: Collection[Key]) -> list[UUID]:
    return [row_id for key, row_id in known.items() if key not in resting]


def _sync_user_tasks(
    session: Session,
    instance: ProcessInstance,
    known: dict[Key, UUID],
    waits: Sequence[engine.UserTask],
    at: datetime,
) -> None:
    resting = {(wait.token_id, wait.element_id, "", None): wait for wait in waits}
    gone = _gone(known, resting)
    if gone:
        _cancel_user_tasks(session, gone, at)
    added = [
        (_user_task(session, instance, wait, at), wait)
        for key, wait in resting.items()
        if key not in known
    ]
    add_rows(session, UserTask, [row for row, _ in added])
    named = [one for row, wait in added for one in _candidates(session, row, wait)]
    add_rows(session, UserTaskCandidate, named)


def _cancel_user_tasks(session: Session, ids: list[UUID], at: datetime) -> None:
    for row in session.scalars(select(UserTask).where(UserTask.id.in_(ids))):
        row.status, row.completed_at = UserTaskStatus.CANCELLED, at
        end_candidates(session, row.id)
        timings.keep_cancelled(session, row, at)


def _user_task(
    session: Session, instance: ProcessInstance, wait: engine.UserTask, at: datetime
) -> dict[str, Any]:
    assignee_id = wait.assignee and session.scalar(
        select(UserAccount.id).where(UserAccount.username == wait.assignee)
    )
    return {
        "id": uuid4(),
        "instance_id": instance.id,
        "definition_id": instance.definition_id,
        "token_id": wait.token_id,
        "element_id": wait.element_id,
        "name": wait.name,
        "status": UserTaskStatus.OPEN,
        "form_ref": wait.form_ref,
        "priority": wait.priority,
        "assignee_id": assignee_id or None,
        "created_at": at,
        "due_at": wait.due_at,
        "claimed_at": at if assignee_id else None,
        "root_instance_id": instance.root_id,
    }


def _candidates(
    session: Session, row: dict[str, Any], wait: engine.UserTask
) -> list[dict[str, Any]]:
    shared = {
        "user_task_id": row["id"],
        "status": CLAIMED if row["assignee_id"] else UNCLAIMED,
        "due_at": row["due_at"],
        "definition_id": row["definition_id"],
        "element_id": row["element_id"],
    }
    keys = wait.candidate_groups
    if not keys and not wait.candidate_users and row["assignee_id"] is None:
        definition = session.get_one(ProcessDefinition, row["definition_id"])
        keys = (definition.default_group,) if definition.default_group else ()
    groups = [{**shared, "group_key": key, "username": None} for key in keys]
    users = [{**shared, "group_key": None, "username": name} for name in wait.candidate_users]
    return groups + users


def _sync_jobs(
    session: Session,
    instance: ProcessInstance,
    known: dict[Key, UUID],
    waits: Sequence[engine.Job],
    at: datetime,
) -> None:
    resting = {(wait.token_id, wait.element_id, "", None): wait for wait in waits}
    gone = _gone(known, resting)
    if gone:
        cancelled = update(Job).where(Job.id.in_(gone))
        session.execute(cancelled.values(status=JobStatus.CANCELLED, completed_at=at))
    added = (wait for key, wait in resting.items() if key not in known)
    add_rows(session, Job, [_job(instance, wait, at) for wait in added])


def _job(instance: ProcessInstance, wait: engine.Job, at: datetime) -> dict[str, Any]:
    return {
        "instance_id": instance.id,
        "token_id": wait.token_id,
        "element_id": wait.element_id,
        "name": wait.name,
        "topic": wait.topic,
        "variables": storable(wait.variables),
        "status": JobStatus.OPEN,
        "retries_left": max(1, wait.retries),
        "retry_cycle": wait.retry_cycle,
        "priority": wait.priority,
        "created_at": at,
        "due_at": at,
    }


def _sync_timers(
    session: Session,
    instance: ProcessInstance,
    known: dict[Key, UUID],
    waits: Sequence[engine.Timer],
) -> None:
    resting = {(wait.token_id, wait.element_id, wait.timer_id, None): wait for wait in waits}
    gone = _gone(known, resting)
    delete_rows(session, Timer, gone)
    rows = [
        {
            "instance_id": instance.id,
            "timer_id": wait.timer_id,
            "token_id": wait.token_id,
            "element_id": wait.element_id,
            "due_at": wait.due_at,
            "retries_left": TIMER_RETRIES,
        }
        for key, wait in resting.items()
        if key not in known
    ]
    add_rows(session, Timer, rows)


def _sync_subscriptions(
    session: Session, instance: ProcessInstance, known: Waits, outcome: engine.Outcome
) -> None:
    messages: list[Key] = [
        (w.token_id, w.element_id, w.name, w.correlation_key) for w in outcome.messages
    ]
    signals: list[Key] = [(w.token_id, w.element_id, w.name, None) for w in outcome.signals]
    gone = _gone(known[MESSAGE], messages) + _gone(known[SIGNAL], signals)
    delete_rows(session, MessageSubscription, gone)
    rows = [
        {
            "instance_id": instance.id,
            "token_id": key[0],
            "element_id": key[1],
            "name": key[2],
            "correlation_key": key[3],
            "is_signal": kind == SIGNAL,
        }
        for kind, resting in ((MESSAGE, messages), (SIGNAL, signals))
        for key in dict.fromkeys(resting)
        if key not in known[kind]
    ]
    add_rows(session, MessageSubscription, rows)
