"""What people do with user tasks: claim, give back, fill in, complete."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from engine.commands import CompleteUserTask
from engine.texts import N_
from webapp.actors import Actor, may_claim, may_work
from webapp.errors import (
    ConflictError,
    DraftConflictError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
)
from webapp.models import (
    Hand,
    ProcessInstance,
    UserAccount,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.operations import events, separating
from webapp.operations.completing import Completion
from webapp.operations.moving import move
from webapp.operations.taking import locked_task
from webapp.operations.waits import CLAIMED, UNCLAIMED
from webapp.storable import storable

Check = Callable[[UserTask, ProcessInstance, Mapping[str, Any]], Mapping[str, Any]]


def claim(session: Session, user_task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take a task. Claiming one's own task again changes nothing.

    Raises NotFoundError for a task that the actor may not know of, NotAllowedError when not a
    candidate, ConflictError naming who was first and when.
    """
    task = _get(session, user_task_id)
    if may_work(actor, task.assignee_id) and task.status == UserTaskStatus.OPEN:
        return
    groups, usernames = _candidates(session, task)
    if actor.user_id is None or not may_claim(actor, groups, usernames):
        raise NotAllowedError(N_("This task is not offered to you or your groups."))
    separating.check(session, task, actor.user_id, actor.name)
    taken = _guarded(
        session,
        update(UserTask)
        .where(
            UserTask.id == user_task_id,
            UserTask.status == UserTaskStatus.OPEN,
            UserTask.assignee_id.is_(None),
        )
        .values(assignee_id=actor.user_id, claimed_at=at),
    )
    if not taken:
        raise _conflict(session, user_task_id)
    _set_candidates(session, user_task_id, CLAIMED)
    _note(session, task, events.USER_TASK_CLAIMED, actor, at)


def release(session: Session, user_task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Give a claimed task back to its candidates; the draft stays with it."""
    task = _get(session, user_task_id)
    _require_worker(session, task, actor)
    _require_own(task)
    given_back = _guarded(
        session,
        update(UserTask)
        .where(
            UserTask.id == user_task_id,
            UserTask.status == UserTaskStatus.OPEN,
            UserTask.assignee_id == actor.user_id,
        )
        .values(assignee_id=None, claimed_at=None, opened_at=None, owner_id=None, hand=None),
    )
    if not given_back:
        raise _conflict(session, user_task_id)
    _set_candidates(session, user_task_id, UNCLAIMED)
    _note(session, task, events.USER_TASK_RELEASED, actor, at)


def give_back_all(session: Session, user_id: UUID, *, actor: Actor, at: datetime) -> int:
    """Give every open task of a person who left back to its candidates; return how many."""
    held = session.scalars(
        select(UserTask).where(
            UserTask.assignee_id == user_id, UserTask.status == UserTaskStatus.OPEN
        )
    ).all()
    for task in held:
        task.assignee_id = task.claimed_at = task.opened_at = None
        task.owner_id = task.hand = None
        _set_candidates(session, task.id, UNCLAIMED)
        _note(session, task, events.USER_TASK_RELEASED, actor, at)
    return len(held)


def mark_opened(session: Session, user_task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Remember when the assignee first saw the task."""
    session.execute(
        update(UserTask)
        .where(
            UserTask.id == user_task_id,
            UserTask.assignee_id == actor.user_id,
            UserTask.opened_at.is_(None),
        )
        .values(opened_at=at)
    )


def save_draft(
    session: Session,
    user_task_id: UUID,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Keep what was typed so far, as typed.

    ``revision`` is the draft that it was typed over; None where nobody asks. Raises
    DraftConflictError where another draft was saved since.
    """
    task = _get(session, user_task_id)
    _require_worker(session, task, actor)
    saved = _guarded(
        session,
        update(UserTask)
        .where(
            UserTask.id == user_task_id,
            UserTask.status == UserTaskStatus.OPEN,
            UserTask.draft_revision == (task.draft_revision if revision is None else revision),
        )
        .values(
            draft=storable(values),
            draft_saved_at=at,
            draft_saved_by=actor.user_id,
            draft_revision=UserTask.draft_revision + 1,
        ),
    )
    if not saved:
        raise _draft_conflict(session, user_task_id)
    session.refresh(task)


def _draft_conflict(session: Session, user_task_id: UUID) -> ConflictError:
    task = _get(session, user_task_id)
    if task.status != UserTaskStatus.OPEN:
        return _conflict(session, user_task_id)
    return DraftConflictError(
        N_("%(name)s saved another draft of this task at %(at)s."),
        name=_name(session, task.draft_saved_by),
        at=task.draft_saved_at,
    )


def complete(
    session: Session,
    user_task_id: UUID,
    variables: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    check: Check | None = None,
) -> None:
    """Complete a claimed task with its form's typed answers and move the dossier on.

    ``check`` makes the typed answers of ``variables``, or refuses them by an error, once the task
    is the actor's to complete. Raises NotAllowedError when somebody else has the task,
    ConflictError naming who completed
    it and when, and engine.EngineError when the process cannot go on with these answers.
    """
    task, instance = locked_task(session, user_task_id)
    _require_worker(session, task, actor)
    _require_own(task)
    if actor.user_id is not None:
        separating.check(session, task, actor.user_id, actor.name)
    if check is not None:
        variables = check(task, instance, variables)
    command = CompleteUserTask(task.token_id, dict(variables))
    completed = Completion(task, variables)
    move(session, instance, command, actor=actor, at=at, completed=completed)


def _get(session: Session, user_task_id: UUID) -> UserTask:
    task = session.get(UserTask, user_task_id, populate_existing=True)
    if task is None:
        raise NotFoundError(N_("There is no such task."))
    return task


def _candidates(session: Session, task: UserTask) -> tuple[list[str], list[str]]:
    rows = session.execute(
        select(UserTaskCandidate.group_key, UserTaskCandidate.username).where(
            UserTaskCandidate.user_task_id == task.id
        )
    ).all()
    return [key for key, _ in rows if key], [name for _, name in rows if name]


def _require_worker(session: Session, task: UserTask, actor: Actor) -> None:
    """The one who claimed the task works it, while it is open."""
    if task.status != UserTaskStatus.OPEN:
        raise _conflict(session, task.id)
    if may_work(actor, task.assignee_id):
        return
    if task.assignee_id is not None:
        raise _conflict(session, task.id)
    raise NotAllowedError(N_("Take this task before you work on it."))


def _require_own(task: UserTask) -> None:
    """What a colleague lent goes back to the colleague, who completes it."""
    if task.hand == Hand.DELEGATED:
        raise RejectedError(N_("This task was lent to you: give it back to whom it belongs."))


def _guarded(session: Session, statement: Update) -> bool:
    """Tell whether a guarded UPDATE met its row: the one place where a race is decided."""
    met = statement.returning(UserTask.id).execution_options(synchronize_session=False)
    return session.execute(met).first() is not None


def _set_candidates(session: Session, user_task_id: UUID, status: str) -> None:
    session.execute(
        update(UserTaskCandidate)
        .where(UserTaskCandidate.user_task_id == user_task_id)
        .values(status=status)
    )


def _conflict(session: Session, user_task_id: UUID) -> ConflictError:
    """Return the refusal that says who was first, and when."""
    task = _get(session, user_task_id)
    if task.status == UserTaskStatus.COMPLETED:
        return ConflictError(
            N_("%(name)s completed this task at %(at)s. What you typed is still here."),
            name=_name(session, task.completed_by),
            at=task.completed_at,
        )
    if task.status == UserTaskStatus.CANCELLED:
        return ConflictError(
            N_("The dossier left this task at %(at)s; it needs no answer any more."),
            at=task.completed_at,
        )
    if task.assignee_id is not None:
        return ConflictError(
            N_("%(name)s took this task at %(at)s."),
            name=_name(session, task.assignee_id),
            at=task.claimed_at,
        )
    return ConflictError(N_("This task was given back meanwhile. Take it again."))


def _name(session: Session, user_id: UUID | None) -> str:
    user = session.get(UserAccount, user_id) if user_id else None
    return user.name if user else ""


def _note(session: Session, task: UserTask, kind: str, actor: Actor, at: datetime) -> None:
    events.append(
        session,
        task.instance_id,
        kind,
        actor=actor,
        at=at,
        element_id=task.element_id,
        token_id=task.token_id,
        data=events.about(task),
    )
