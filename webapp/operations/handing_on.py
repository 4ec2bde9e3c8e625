"""An open task changes hands: one place that does it, guarded and written down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import UserAccount, UserTask, UserTaskCandidate
from webapp.operations import events, notifying
from webapp.operations.waits import CLAIMED, UNCLAIMED

_KINDS = {
    events.USER_TASK_ASSIGNED: notifying.Kind.FOR_ME,
    events.USER_TASK_DELEGATED: notifying.Kind.LENT,
    events.USER_TASK_RETURNED: notifying.Kind.RETURNED,
}


def give(
    session: Session,
    task: UserTask,
    to_id: UUID,
    *,
    why: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    kind: str = events.USER_TASK_ASSIGNED,
) -> None:
    """Put a locked open task into a person's hands; it has no owner besides. Tells the log."""
    before = task.assignee_id
    task.assignee_id, task.opened_at = to_id, None
    task.claimed_at = task.claimed_at or at  # somebody has it since then
    task.owner_id = task.hand = None
    task.hand_note = note or None
    _mark(session, task.id, CLAIMED)
    _tell(session, task, kind, before, to_id, why, note, actor, at)
    if to_id != actor.user_id:
        notifying.tell_of_task(session, task, [to_id], _KINDS[kind], actor.name, at)


def put_back(session: Session, task: UserTask, *, why: str, actor: Actor, at: datetime) -> None:
    """Offer a locked open task to its candidates again; its draft stays with it."""
    before = task.assignee_id
    task.assignee_id = task.claimed_at = task.opened_at = None
    task.owner_id = task.hand = task.hand_note = None
    _mark(session, task.id, UNCLAIMED)
    _tell(session, task, events.USER_TASK_RELEASED, before, None, why, "", actor, at)


def candidates(session: Session, user_task_id: UUID) -> tuple[list[str], list[str]]:
    """Return the groups and the user names to which a task is offered."""
    rows = session.execute(
        select(UserTaskCandidate.group_key, UserTaskCandidate.username).where(
            UserTaskCandidate.user_task_id == user_task_id
        )
    ).all()
    return [row.group_key for row in rows if row.group_key], [
        row.username for row in rows if row.username
    ]


def _mark(session: Session, user_task_id: UUID, status: str) -> None:
    session.execute(
        update(UserTaskCandidate)
        .where(UserTaskCandidate.user_task_id == user_task_id)
        .values(status=status)
    )


def _tell(
    session: Session,
    task: UserTask,
    kind: str,
    before: UUID | None,
    after: UUID | None,
    why: str,
    note: str,
    actor: Actor,
    at: datetime,
) -> None:
    names = _names(session, [one for one in (before, after) if one])
    data = {
        **events.about(task),
        "before": names.get(before) if before else None,
        "after": names.get(after) if after else None,
        "why": why,
        "note": note,
    }
    events.append(
        session,
        task.instance_id,
        kind,
        actor=actor,
        at=at,
        element_id=task.element_id,
        token_id=task.token_id,
        data=data,
    )
    session.flush()


def _names(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(ids)))
    return {row.id: row.name for row in rows}
