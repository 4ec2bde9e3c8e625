"""Sharing work out: desks that wish it give each new task to the member with the least to do."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import staffing
from webapp.actors import Actor
from webapp.errors import NotFoundError
from webapp.models import UserGroup, UserTask, UserTaskCandidate, UserTaskStatus
from webapp.operations import handing_on, separating
from webapp.operations.people import require_administrator
from webapp.operations.waits import UNCLAIMED

AT_ONCE = 500  # tasks in one transaction; the rest comes next time
BALANCE = "balance"  # why a task changed hands, as the log says


def set_sharing_out(session: Session, key: str, *, shares_out: bool, actor: Actor) -> None:
    """Let a desk share its new tasks out by itself, or end that."""
    require_administrator(actor)
    group = session.get(UserGroup, key)
    if group is None:
        raise NotFoundError(N_("There is no group %(key)s."), key=key)
    group.shares_out = shares_out
    session.flush()


def share_out(session: Session, *, actor: Actor, at: datetime) -> int:
    """Give the unclaimed tasks of sharing desks to whoever is there with the fewest open tasks.

    Most urgent first; people whom four eyes forbid the task are passed over, and a task that
    nobody can take stays at its desk. Return how many moved.
    """
    keys = session.scalars(select(UserGroup.key).where(UserGroup.shares_out.is_(True))).all()
    if not keys:
        return 0
    there = staffing.staffing(session, at)
    load = _load(session)
    moved = 0
    for task in _unclaimed(session, keys):
        groups, usernames = handing_on.candidates(session, task.id)
        barred = separating.forbidden(session, task)
        able = [one for one in there.present(groups, usernames) if one.id not in barred]
        if not able:
            continue
        chosen = min(able, key=lambda one: (load[one.id], one.username))
        handing_on.give(session, task, chosen.id, why=BALANCE, actor=actor, at=at)
        load[chosen.id] += 1
        moved += 1
    return moved


def _load(session: Session) -> Counter[UUID]:
    rows = session.execute(
        select(UserTask.assignee_id, func.count())
        .where(UserTask.status == UserTaskStatus.OPEN, UserTask.assignee_id.is_not(None))
        .group_by(UserTask.assignee_id)
    )
    return Counter({row[0]: row[1] for row in rows if row[0] is not None})


def _unclaimed(session: Session, keys: Sequence[str]) -> list[UserTask]:
    offered = select(UserTaskCandidate.user_task_id).where(
        UserTaskCandidate.group_key.in_(keys), UserTaskCandidate.status == UNCLAIMED
    )
    return list(
        session.scalars(
            select(UserTask)
            .where(
                UserTask.id.in_(offered),
                UserTask.status == UserTaskStatus.OPEN,
                UserTask.assignee_id.is_(None),
            )
            .order_by(UserTask.due_at.asc().nulls_last(), UserTask.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
    )
