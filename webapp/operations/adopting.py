"""Giving the rows about an instance the words of the version that it came to.

What waits keeps its row: a task that somebody has taken stays taken, with what was typed so far.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

import engine
from webapp.models import (
    Dossier,
    DossierPause,
    ElementTiming,
    Incident,
    Job,
    JobStatus,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.operations.waits import CLAIMED, UNCLAIMED

Mapped = Mapping[str, str | None]


def adopt(
    session: Session,
    instance: ProcessInstance,
    definition_id: UUID,
    outcome: engine.Outcome,
    mapping: Mapped,
    *,
    recompute: bool,
) -> None:
    """Bring tasks, jobs, timers, subscriptions and timings to the new version, before record().

    The dossier's clock is folded from its own log and does not change.
    """
    tasks = _open_tasks(session, instance.id)
    for wait in outcome.user_tasks:
        task = tasks.get(wait.token_id)
        if task is not None:
            _adopt_task(session, task, wait, definition_id, recompute=recompute)
    _adopt_jobs(session, instance.id, outcome)
    _drop_changed_waits(session, instance.id, outcome)
    _rename(session, instance.id, definition_id, mapping)
    instance.definition_id = definition_id
    session.flush()


def adopt_dossier(session: Session, instance: ProcessInstance, mapping: Mapped) -> None:
    """Let the dossier follow its instance, with the pauses that its old elements began."""
    dossier = session.scalar(select(Dossier).where(Dossier.instance_id == instance.id))
    if dossier is None:
        return
    dossier.definition_id = instance.definition_id
    pauses = session.scalars(
        select(DossierPause).where(
            DossierPause.dossier_id == dossier.id, DossierPause.ended_at.is_(None)
        )
    )
    for pause in pauses:
        pause.element_id = mapping.get(pause.element_id) or pause.element_id
    session.flush()


def _open_tasks(session: Session, instance_id: UUID) -> dict[str, UserTask]:
    rows = session.scalars(
        select(UserTask).where(
            UserTask.instance_id == instance_id, UserTask.status == UserTaskStatus.OPEN
        )
    )
    return {row.token_id: row for row in rows}


def _adopt_task(
    session: Session,
    task: UserTask,
    wait: engine.UserTask,
    definition_id: UUID,
    *,
    recompute: bool,
) -> None:
    task.definition_id, task.element_id = definition_id, wait.element_id
    task.name, task.form_ref = wait.name, wait.form_ref
    if not recompute:
        session.execute(
            update(UserTaskCandidate)
            .where(UserTaskCandidate.user_task_id == task.id)
            .values(definition_id=definition_id, element_id=wait.element_id)
        )
        return
    task.due_at, task.priority = wait.due_at, wait.priority
    session.execute(delete(UserTaskCandidate).where(UserTaskCandidate.user_task_id == task.id))
    named: list[tuple[str | None, str | None]] = [(key, None) for key in wait.candidate_groups]
    named += [(None, username) for username in wait.candidate_users]
    status = CLAIMED if task.assignee_id else UNCLAIMED
    session.add_all(
        UserTaskCandidate(
            user_task_id=task.id,
            group_key=key,
            username=name,
            status=status,
            due_at=task.due_at,
            definition_id=definition_id,
            element_id=wait.element_id,
        )
        for key, name in named
    )


def _adopt_jobs(session: Session, instance_id: UUID, outcome: engine.Outcome) -> None:
    waits = {wait.token_id: wait for wait in outcome.jobs}
    rows = session.scalars(
        select(Job).where(
            Job.instance_id == instance_id, Job.status.in_((JobStatus.OPEN, JobStatus.FAILED))
        )
    )
    for row in rows:
        wait = waits.get(row.token_id)
        if wait is not None:
            row.element_id, row.name, row.topic = wait.element_id, wait.name, wait.topic


def _drop_changed_waits(session: Session, instance_id: UUID, outcome: engine.Outcome) -> None:
    """Drop the rows of timers and subscriptions that say something else now; record() adds them."""
    timers = {wait.timer_id: (wait.element_id, wait.due_at) for wait in outcome.timers}
    for row in session.scalars(select(Timer).where(Timer.instance_id == instance_id)):
        if timers.get(row.timer_id) != (row.element_id, row.due_at):
            session.delete(row)
    keys = {
        (wait.token_id, wait.element_id, wait.name): wait.correlation_key
        for wait in outcome.messages
    }
    subscriptions = session.scalars(
        select(MessageSubscription).where(
            MessageSubscription.instance_id == instance_id,
            MessageSubscription.is_signal.is_(False),
        )
    )
    for one in subscriptions:
        if keys.get((one.token_id, one.element_id, one.name), "") != one.correlation_key:
            session.delete(one)


def _rename(session: Session, instance_id: UUID, definition_id: UUID, mapping: Mapped) -> None:
    """Let what is under way be counted at the new version's elements."""
    session.execute(
        update(ElementTiming)
        .where(
            ElementTiming.instance_id == instance_id,
            ElementTiming.completed_at.is_(None),
            ElementTiming.cancelled_at.is_(None),
        )
        .values(definition_id=definition_id)
    )
    for old, new in mapping.items():
        if new is None or new == old:
            continue
        session.execute(
            update(ElementTiming)
            .where(
                ElementTiming.instance_id == instance_id,
                ElementTiming.element_id == old,
                ElementTiming.completed_at.is_(None),
                ElementTiming.cancelled_at.is_(None),
            )
            .values(element_id=new)
        )
        session.execute(
            update(Incident)
            .where(
                Incident.instance_id == instance_id,
                Incident.element_id == old,
                Incident.resolved_at.is_(None),
            )
            .values(element_id=new)
        )
