"""Tasks in other hands: a leader assigns, a worker delegates, a colleague gives back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import leading, staffing
from webapp.actors import Actor, may_work
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import ProcessInstance, UserAccount, UserTask, UserTaskStatus
from webapp.models.user_tasks import Hand
from webapp.operations import events, handing_on, separating
from webapp.operations.noting import may_instruct

MAX_AT_ONCE = 200  # tasks
MAX_NOTE = 500  # characters
BY_LEADER, BY_WORKER = "leader", "worker"  # why a task changed hands, as the log says


def assign(
    session: Session,
    user_task_ids: Sequence[UUID],
    to_id: UUID,
    note: str,
    *,
    actor: Actor,
    at: datetime,
    held_by: frozenset[UUID | None] | None = None,
) -> int:
    """Give one or many open tasks to a person; all of them, or none. Return how many moved.

    A task that the person has already stays as it is. ``held_by`` is who had the tasks on the
    page that asked, None standing for nobody.

    Raises NotAllowedError for who does not lead the person, or has no reach over a task;
    RejectedError for a person who is away, or did what four eyes forbid; ConflictError where a
    task ended or changed hands.
    """
    if actor.user_id is not None and not may_instruct(actor):
        raise NotAllowedError(N_("Only leaders assign tasks to people."))
    ids = list(dict.fromkeys(user_task_ids))
    if not ids or len(ids) > MAX_AT_ONCE:
        raise RejectedError(N_("Choose between 1 and %(num)s tasks."), num=MAX_AT_ONCE)
    there = staffing.staffing(session, at)
    _check_receiver(there, to_id)
    moved = 0
    tasks = _locked(session, ids)
    leading.require_reach(session, tasks, to_id, there, actor)
    for task in tasks:
        if task.status != UserTaskStatus.OPEN:
            raise ConflictError(N_("One of the tasks is done meanwhile. Reload the page."))
        if task.assignee_id == to_id and task.hand is None:
            continue
        if held_by is not None and task.assignee_id not in held_by:
            raise _changed_hands(session, task)
        separating.check(session, task, to_id, there.people[to_id].name)
        handing_on.give(session, task, to_id, why=BY_LEADER, actor=actor, at=at, note=_note(note))
        moved += 1
    return moved


def delegate(
    session: Session, user_task_id: UUID, to_id: UUID, note: str, *, actor: Actor, at: datetime
) -> None:
    """Let a colleague prepare a task; it comes back, and only the owner completes it.

    Raises ConflictError where somebody else has the task or it ended, RejectedError for a task
    that was delegated to the actor, and for a colleague who is away.
    """
    task = _own(session, user_task_id, actor)
    if task.hand == Hand.DELEGATED:
        raise RejectedError(N_("This task was lent to you; give it back instead of passing it on."))
    there = staffing.staffing(session, at)
    if to_id == actor.user_id:
        raise RejectedError(N_("Choose a colleague, not yourself."))
    _check_receiver(there, to_id)
    handing_on.give(
        session,
        task,
        to_id,
        why=BY_WORKER,
        actor=actor,
        at=at,
        note=_note(note),
        kind=events.USER_TASK_DELEGATED,
    )
    task.owner_id, task.hand = actor.user_id, Hand.DELEGATED
    session.flush()


def give_back(
    session: Session, user_task_id: UUID, note: str, *, actor: Actor, at: datetime
) -> None:
    """Return a task to its owner with a word; the draft goes with it.

    Both who prepared it and a substitute return. Raises ConflictError where the task is somebody
    else's or nobody waits for it.
    """
    task = _own(session, user_task_id, actor)
    if task.owner_id is None:
        raise ConflictError(N_("This task is your own; nobody waits for it to come back."))
    handing_on.give(
        session,
        task,
        task.owner_id,
        why=BY_WORKER,
        actor=actor,
        at=at,
        note=_note(note),
        kind=events.USER_TASK_RETURNED,
    )


def take_back(session: Session, user_task_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Fetch a delegated task back before it is returned; what was prepared comes with it."""
    task = next(iter(_locked(session, [user_task_id])))
    is_lent = task.status == UserTaskStatus.OPEN and task.hand is not None
    if not is_lent or task.owner_id is None or task.owner_id != actor.user_id:
        raise ConflictError(N_("There is nothing to fetch back: the task ended or came back."))
    handing_on.give(
        session,
        task,
        task.owner_id,
        why=BY_WORKER,
        actor=actor,
        at=at,
        kind=events.USER_TASK_RETURNED,
    )


def _own(session: Session, user_task_id: UUID, actor: Actor) -> UserTask:
    task = next(iter(_locked(session, [user_task_id])))
    if task.status != UserTaskStatus.OPEN:
        raise ConflictError(N_("One of the tasks is done meanwhile. Reload the page."))
    if not may_work(actor, task.assignee_id):
        raise _changed_hands(session, task)
    return task


def _locked(session: Session, ids: Sequence[UUID]) -> Sequence[UserTask]:
    """Return the tasks, locked in one order: instances first, as a completion locks them."""
    instances = select(UserTask.instance_id).where(UserTask.id.in_(ids))
    session.execute(
        select(ProcessInstance.id)
        .where(ProcessInstance.id.in_(instances))
        .order_by(ProcessInstance.id)
        .with_for_update(key_share=True)
    )
    found = session.scalars(
        select(UserTask)
        .where(UserTask.id.in_(ids))
        .order_by(UserTask.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(ids):
        raise NotFoundError(N_("There is no such task."))
    return found


def _check_receiver(there: staffing.Staffing, to_id: UUID) -> None:
    person, away = there.people.get(to_id), there.away.get(to_id)
    if person is None or not person.works:
        raise RejectedError(N_("Choose somebody with an open account who works tasks."))
    if away is not None:
        raise RejectedError(
            N_("%(name)s is away until %(until)s. Choose who stands in, or somebody else."),
            name=person.name,
            until=away.ends_at,
        )


def _changed_hands(session: Session, task: UserTask) -> ConflictError:
    holder = session.get(UserAccount, task.assignee_id) if task.assignee_id else None
    if holder is None:
        return ConflictError(N_("The task lies at its desk meanwhile. Reload the page."))
    return ConflictError(
        N_("%(name)s has this task since %(at)s. Reload the page."),
        name=holder.name,
        at=task.claimed_at,
    )


def _note(text: str) -> str:
    return text.strip()[:MAX_NOTE]
