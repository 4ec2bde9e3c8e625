"""Wait rows follow the outcome: what rests appears, what has gone leaves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, select, update
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
from webapp.operations.storable import storable

TIMER_RETRIES = 5
UNCLAIMED, CLAIMED, ENDED = "unclaimed", "claimed", "ended"


def sync(
    session: Session, instance: ProcessInstance, outcome: engine.Outcome, at: datetime
) -> None:
    """Bring all wait rows of an instance in line with an outcome."""
    _sync_user_tasks(session, instance, outcome.user_tasks, at)
    _sync_jobs(session, instance, outcome.jobs, at)
    _sync_timers(session, instance, outcome.timers)
    _sync_subscriptions(session, instance, outcome)


def end_candidates(session: Session, user_task: UserTask) -> None:
    """Take a task that ended out of every group's list."""
    session.execute(
        update(UserTaskCandidate)
        .where(UserTaskCandidate.user_task_id == user_task.id)
        .values(status=ENDED)
    )


def candidate_groups(session: Session, user_task: UserTask) -> tuple[str, ...]:
    """Return the groups that may claim a task."""
    found = session.scalars(
        select(UserTaskCandidate.group_key).where(
            UserTaskCandidate.user_task_id == user_task.id,
            UserTaskCandidate.group_key.is_not(None),
        )
    )
    return tuple(key for key in found if key is not None)


def _sync_user_tasks(
    session: Session, instance: ProcessInstance, waits: Sequence[engine.UserTask], at: datetime
) -> None:
    rows = session.scalars(
        select(UserTask).where(
            UserTask.instance_id == instance.id, UserTask.status == UserTaskStatus.OPEN
        )
    ).all()
    resting = {(wait.token_id, wait.element_id) for wait in waits}
    for row in rows:
        if (row.token_id, row.element_id) not in resting:
            row.status, row.completed_at = UserTaskStatus.CANCELLED, at
            end_candidates(session, row)
    known = {(row.token_id, row.element_id) for row in rows}
    for wait in waits:
        if (wait.token_id, wait.element_id) not in known:
            _add_user_task(session, instance, wait, at)


def _add_user_task(
    session: Session, instance: ProcessInstance, wait: engine.UserTask, at: datetime
) -> None:
    assignee_id = wait.assignee and session.scalar(
        select(UserAccount.id).where(UserAccount.username == wait.assignee)
    )
    row = UserTask(
        id=uuid4(),
        instance_id=instance.id,
        definition_id=instance.definition_id,
        token_id=wait.token_id,
        element_id=wait.element_id,
        name=wait.name,
        status=UserTaskStatus.OPEN,
        form_ref=wait.form_ref,
        priority=wait.priority,
        assignee_id=assignee_id or None,
        created_at=at,
        due_at=wait.due_at,
        claimed_at=at if assignee_id else None,
    )
    session.add(row)
    session.flush()
    _add_candidates(session, row, wait)


def _add_candidates(session: Session, row: UserTask, wait: engine.UserTask) -> None:
    status = CLAIMED if row.assignee_id else UNCLAIMED
    named: list[tuple[str | None, str | None]] = [(key, None) for key in wait.candidate_groups]
    named += [(None, username) for username in wait.candidate_users]
    if not named and row.assignee_id is None:
        definition = session.get_one(ProcessDefinition, row.definition_id)
        named += [(definition.default_group, None)] if definition.default_group else []
    session.add_all(
        UserTaskCandidate(
            user_task_id=row.id, group_key=key, username=name, status=status, due_at=row.due_at
        )
        for key, name in named
    )


def _sync_jobs(
    session: Session, instance: ProcessInstance, waits: Sequence[engine.Job], at: datetime
) -> None:
    unfinished = (JobStatus.OPEN, JobStatus.FAILED)
    rows = session.scalars(
        select(Job).where(Job.instance_id == instance.id, Job.status.in_(unfinished))
    ).all()
    resting = {(wait.token_id, wait.element_id) for wait in waits}
    for row in rows:
        if (row.token_id, row.element_id) not in resting:
            row.status, row.completed_at = JobStatus.CANCELLED, at
    known = {(row.token_id, row.element_id) for row in rows}
    session.add_all(
        Job(
            instance_id=instance.id,
            token_id=wait.token_id,
            element_id=wait.element_id,
            name=wait.name,
            topic=wait.topic,
            variables=storable(wait.variables),
            status=JobStatus.OPEN,
            retries_left=max(1, wait.retries),
            retry_cycle=wait.retry_cycle,
            priority=wait.priority,
            created_at=at,
            due_at=at,
        )
        for wait in waits
        if (wait.token_id, wait.element_id) not in known
    )


def _sync_timers(
    session: Session, instance: ProcessInstance, waits: Sequence[engine.Timer]
) -> None:
    known = set(session.scalars(select(Timer.timer_id).where(Timer.instance_id == instance.id)))
    gone = known - {wait.timer_id for wait in waits}
    if gone:
        session.execute(
            delete(Timer).where(Timer.instance_id == instance.id, Timer.timer_id.in_(gone))
        )
    session.add_all(
        Timer(
            instance_id=instance.id,
            timer_id=wait.timer_id,
            token_id=wait.token_id,
            element_id=wait.element_id,
            due_at=wait.due_at,
            retries_left=TIMER_RETRIES,
        )
        for wait in waits
        if wait.timer_id not in known
    )


def _sync_subscriptions(
    session: Session, instance: ProcessInstance, outcome: engine.Outcome
) -> None:
    resting: dict[tuple[str, str, str, bool], str | None] = {
        (wait.token_id, wait.element_id, wait.name, False): wait.correlation_key
        for wait in outcome.messages
    }
    resting.update({(w.token_id, w.element_id, w.name, True): None for w in outcome.signals})
    rows = session.scalars(
        select(MessageSubscription).where(MessageSubscription.instance_id == instance.id)
    ).all()
    known = {(row.token_id, row.element_id, row.name, row.is_signal): row for row in rows}
    for key, row in known.items():
        if key not in resting:
            session.delete(row)
        elif row.correlation_key != resting[key]:  # a key follows the data of its process
            row.correlation_key = resting[key]
    session.add_all(
        MessageSubscription(
            instance_id=instance.id,
            token_id=token_id,
            element_id=element_id,
            name=name,
            correlation_key=correlation_key,
            is_signal=is_signal,
        )
        for (token_id, element_id, name, is_signal), correlation_key in resting.items()
        if (token_id, element_id, name, is_signal) not in known
    )
