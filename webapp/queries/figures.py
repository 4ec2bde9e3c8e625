"""The figures of an inbox: tasks of each urgency, of each scope, and the kinds that occur.

A group of a province has hundreds of open tasks, and counting them is what grows with it. So they
are gone through once for a page: what was counted for one figure is not counted for another.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, Uuid, bindparam, case, cast, func, select, union
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import UserTask, UserTaskCandidate
from webapp.queries import scopes
from webapp.queries.scopes import Branch, Scope, asking, branches_of, counting, together
from webapp.queries.urgency import Horizons, Urgency

COUNTED_UP_TO = 5_000  # tasks; beyond it the page says "more than", and sorts among these


@dataclass(frozen=True, slots=True)
class Kind:
    """Tasks of one element of one version, and one of them as an example."""

    definition_id: UUID
    element_id: str
    example_id: UUID


@dataclass(frozen=True, slots=True)
class Figures:
    """How many tasks of each urgency a list has; ``kinds`` is None where nobody asked for them."""

    counts: Mapping[Urgency, int]
    kinds: tuple[Kind, ...] | None = None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def whole_scope(session: Session, actor: Actor, scope: Scope, horizons: Horizons) -> Figures:
    """Return the figures of a whole scope, with the kinds of its tasks where an index has them.

    On SQLite it has not: there each task would be looked up in the table for its kind.
    """
    groups, asked = len(actor.groups), {**asking(actor), **_instants(horizons)}
    if scope is not Scope.MINE and session.get_bind().dialect.name == "postgresql":
        found = session.execute(_figuring_candidates(scope, groups), asked).all()
        if all(row.definition_id is not None for row in found):
            return Figures(_added(found), _kinds(found))
    statement = _figuring_often(branches_of(scope, groups))
    return Figures(_added(session.execute(statement, asked).all()))


def narrowed(
    session: Session,
    branches: tuple[Branch, ...],
    asked: Mapping[str, Any],
    horizons: Horizons,
    *,
    often: bool,
) -> Figures:
    """Return the figures of what a filter left; branches that come ``often`` are the same objects.

    ``asked`` has the values of the branches' parameters.
    """
    statement = _figuring_often(branches) if often else _figuring(branches)
    found = session.execute(statement, {**asked, **_instants(horizons)}).all()
    return Figures(_added(found))


def scope_counts(
    session: Session, actor: Actor, known: Mapping[Scope, int] | None = None
) -> Mapping[Scope, int]:
    """Return how many open tasks each scope holds; one more than the cap means "more".

    ``known`` has what was counted already. A task is offered or claimed, to all alike: those of the
    unit are the unclaimed ones and the claimed ones.
    """
    most = scopes.COUNTED_UP_TO + 1
    counts = {scopes.STATUSES[scope]: count for scope, count in (known or {}).items()}
    unit = counts.get(scopes.UNCLAIMED + scopes.CLAIMED)
    wanted = [one for one in (scopes.MINE, scopes.UNCLAIMED) if one not in counts]
    if unit is None and counts.get(scopes.UNCLAIMED, 0) < most:
        wanted.append(scopes.CLAIMED)
    if wanted:
        found = session.execute(counting(tuple(wanted), len(actor.groups)), asking(actor)).one()
        counts.update(zip(wanted, found, strict=True))
    unclaimed = counts[scopes.UNCLAIMED]
    return {
        Scope.MINE: min(counts[scopes.MINE], most),
        Scope.UNCLAIMED: min(unclaimed, most),
        Scope.UNIT: min(unclaimed + counts.get(scopes.CLAIMED, 0) if unit is None else unit, most),
    }


def mine_count(session: Session, actor: Actor) -> int:
    """Return how many open tasks the actor has claimed, up to one more than the cap."""
    return session.scalar(counting((scopes.MINE,), 0), asking(actor)) or 0


def _instants(horizons: Horizons) -> dict[str, Any]:
    return {
        "now": horizons.now,
        "today": horizons.today_ends_at,
        "soon": horizons.soon_ends_at,
    }


def _added(found: Sequence[Any]) -> Mapping[Urgency, int]:
    counts: Counter[Urgency] = Counter()
    for row in found:
        counts[Urgency(row.urgency)] += row.counted
    return counts


def _kinds(found: Sequence[Any]) -> tuple[Kind, ...]:
    examples = {(row.definition_id, row.element_id): row.example for row in found}
    return tuple(Kind(*kind, example) for kind, example in examples.items())


@lru_cache(maxsize=128)
def _figuring_often(branches: tuple[Branch, ...]) -> Select[Any]:
    return _figuring(branches)


@lru_cache(maxsize=128)
def _figuring_candidates(scope: Scope, groups: int) -> Select[Any]:
    """Return the select of figures by kind of task, of which an index has all.

    A task of which only some rows know the kind would be counted twice; an older version wrote
    such rows.
    """
    candidate = UserTaskCandidate
    firsts = [
        one.add_columns(candidate.definition_id, candidate.element_id)
        .order_by(candidate.due_at.asc().nulls_last(), candidate.user_task_id)
        .limit(COUNTED_UP_TO + 1)
        .subquery()
        for one in branches_of(scope, groups)
    ]
    listed = union(*(select(first) for first in firsts)).subquery()
    kind = (listed.c.definition_id, listed.c.element_id)
    example = func.min(cast(listed.c.id, String))  # only PostgreSQL 18 has min(uuid)
    urgency = _urgency(listed.c.due_at)
    return select(
        urgency, func.count().label("counted"), *kind, cast(example, Uuid()).label("example")
    ).group_by(urgency, *kind)


def _figuring(branches: tuple[Branch, ...]) -> Select[Any]:
    """Return the select of how many tasks there are of each urgency."""
    listed = together(branches, COUNTED_UP_TO + 1)
    urgency = _urgency(listed.c.due_at)
    return select(urgency, func.count().label("counted")).group_by(urgency)


def _urgency(due_at: Any) -> Any:
    now, today, soon = (
        bindparam(name, type_=UserTask.due_at.type) for name in ("now", "today", "soon")
    )
    return case(
        (due_at.is_(None), Urgency.NONE),
        (due_at < now, Urgency.LATE),
        (due_at <= today, Urgency.TODAY),
        (due_at <= soon, Urgency.SOON),
        else_=Urgency.LATER,
    ).label("urgency")
