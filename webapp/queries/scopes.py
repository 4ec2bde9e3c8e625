"""Which open tasks a scope of the inbox holds, as selects that are put together once.

Who asks is given when a statement is executed: see ``asking``. Putting a statement together took
longer than asking it.
"""

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, Uuid, bindparam, func, select, union

from webapp.actors import Actor
from webapp.models import UserTask, UserTaskCandidate, UserTaskStatus

COUNTED_UP_TO = 999  # tasks; fits the tab
Branch = Select[UUID, datetime | None]


class Scope(StrEnum):
    MINE = "mine"
    UNCLAIMED = "unclaimed"
    UNIT = "unit"


Statuses = tuple[str, ...]  # of the candidates of an open task; none: those of one's own
MINE: Statuses = ()
UNCLAIMED: Statuses = ("unclaimed",)
CLAIMED: Statuses = ("claimed",)
STATUSES = {
    Scope.MINE: MINE,
    Scope.UNCLAIMED: UNCLAIMED,
    Scope.UNIT: UNCLAIMED + CLAIMED,
}


def asking(actor: Actor) -> dict[str, Any]:
    """Return the values of the parameters by which the selects know who asks."""
    groups = {f"group_{place}": key for place, key in enumerate(sorted(actor.groups))}
    return {"user_id": actor.user_id, "usernames": sorted(actor.usernames), **groups}


@lru_cache(maxsize=128)
def branches_of(scope: Scope, groups: int, *, due: bool = False) -> tuple[Branch, ...]:
    """Return one select of (id, due_at) per index range; a task may occur in several of them.

    ``groups`` is how many groups the actor has; with ``due`` only what is due at the instant
    ``until``, which is told like who asks.
    """
    ranges = _ranges(STATUSES[scope], groups)
    if not due:
        return ranges
    until = bindparam("until", type_=UserTask.due_at.type)
    return tuple(one.where(one.selected_columns.due_at <= until) for one in ranges)


def _ranges(statuses: Statuses, groups: int) -> tuple[Branch, ...]:
    if statuses == MINE:
        mine = select(UserTask.id.label("id"), UserTask.due_at.label("due_at")).where(
            UserTask.assignee_id == bindparam("user_id", type_=Uuid()),
            UserTask.status == UserTaskStatus.OPEN,
        )
        return (mine,)
    whose: list[ColumnElement[bool]] = [
        UserTaskCandidate.group_key == bindparam(f"group_{place}", type_=String())
        for place in range(groups)
    ]
    usernames = bindparam("usernames", type_=String(), expanding=True)
    whose.append(
        UserTaskCandidate.group_key.is_(None) & (UserTaskCandidate.username.in_(usernames))
    )
    candidate = select(
        UserTaskCandidate.user_task_id.label("id"), UserTaskCandidate.due_at.label("due_at")
    )
    return tuple(
        candidate.where(condition, UserTaskCandidate.status == status)
        for condition in whose
        for status in statuses
    )


def together(branches: tuple[Branch, ...], limit: int) -> Any:
    """Return the first ``limit`` tasks of each branch in due order, each once, as a subquery."""
    firsts = [
        one.order_by(one.selected_columns.due_at.asc().nulls_last(), one.selected_columns.id)
        .limit(limit)
        .subquery()
        for one in branches
    ]
    return union(*(select(first.c.id, first.c.due_at) for first in firsts)).subquery()


@lru_cache(maxsize=128)
def counting(wanted: tuple[Statuses, ...], groups: int) -> Select[Any]:
    """Return the select of how many open tasks have each of these statuses, up to one too many."""
    counted = [
        select(func.count()).select_from(together(_ranges(one, groups), COUNTED_UP_TO + 1))
        for one in wanted
    ]
    return select(*(one.scalar_subquery() for one in counted))
