"""What the filter lists of the inbox offer: procedures and tasks that occur in a scope.

Asking every task what it is took half of the time of a page with 1,500 of them; the candidates
know it, but for those that an older version wrote.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, Uuid, cast, func, select, union_all
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.models import UserTask, UserTaskCandidate
from webapp.queries.figures import Kind
from webapp.queries.names import ProcedureNames, procedure_names
from webapp.queries.scopes import Scope, asking, branches_of, together

OFFERED_FROM = 1_000  # tasks of each index range, the first due, whose names fill the lists


@dataclass(frozen=True, slots=True)
class OfferedFilters:
    """What the filter lists offer: procedures by key, task names with an example element."""

    procedures: tuple[ProcedureNames, ...]
    tasks: tuple[tuple[str, str, ProcedureNames], ...]  # name, element id, its procedure


def offered_filters(
    session: Session, actor: Actor, scope: Scope, kinds: Collection[Kind] | None = None
) -> OfferedFilters:
    """Return the procedures and task names that occur in a scope; ``kinds`` where known."""
    found = _kinds(session, actor, scope) if kinds is None else _named(session, kinds)
    names = procedure_names(session, {row[0] for row in found})
    by_key = {names[row[0]].key: names[row[0]] for row in found}
    by_name = {row[1]: (row[1], row[2], names[row[0]]) for row in found}
    return OfferedFilters(
        tuple(sorted(by_key.values(), key=lambda one: one.name)),
        tuple(by_name[name] for name in sorted(by_name)),
    )


def _named(session: Session, kinds: Collection[Kind]) -> Sequence[Any]:
    """Return definition, name and element of each of these kinds."""
    examples = select(UserTask.definition_id, UserTask.name, UserTask.element_id).where(
        UserTask.id.in_([kind.example_id for kind in kinds])
    )
    return sorted((tuple(row) for row in session.execute(examples)), reverse=True)


def _kinds(session: Session, actor: Actor, scope: Scope) -> Sequence[Any]:
    """Return definition, name and element of each kind of task that occurs in a scope."""
    groups, asked = len(actor.groups), asking(actor)
    if scope is not Scope.MINE:
        found = session.execute(_offering_of_candidates(scope, groups), asked).all()
        if all(row.known is not None for row in found):
            return sorted((tuple(row[:3]) for row in found), reverse=True)
    return session.execute(_offering_of_tasks(scope, groups), asked).all()


@lru_cache(maxsize=128)
def _offering_of_candidates(scope: Scope, groups: int) -> Select[Any]:
    """Return the select of one task of each kind that the candidates in a scope know of.

    An index has all that it reads of the candidates.
    """
    candidate = UserTaskCandidate
    firsts = [
        one.with_only_columns(candidate.user_task_id, candidate.definition_id, candidate.element_id)
        .order_by(candidate.due_at.asc().nulls_last(), candidate.user_task_id)
        .limit(OFFERED_FROM)
        .subquery()
        for one in branches_of(scope, groups)
    ]
    listed = union_all(*(select(one) for one in firsts)).subquery()
    one = func.min(cast(listed.c.user_task_id, String))  # only PostgreSQL 18 has min(uuid)
    kinds = (
        select(listed.c.definition_id.label("known"), cast(one, Uuid()).label("one"))
        .group_by(listed.c.definition_id, listed.c.element_id)
        .subquery()
    )
    found = select(UserTask.definition_id, UserTask.name, UserTask.element_id, kinds.c.known)
    return found.join(kinds, kinds.c.one == UserTask.id)


@lru_cache(maxsize=128)
def _offering_of_tasks(scope: Scope, groups: int) -> Select[UUID, str, str]:
    """Return the select of definitions and task names that occur in a scope, from its tasks."""
    listed = together(branches_of(scope, groups), OFFERED_FROM)
    return (
        select(UserTask.definition_id, UserTask.name, func.min(UserTask.element_id))
        .where(UserTask.id.in_(select(listed.c.id)))
        .group_by(UserTask.definition_id, UserTask.name)
    )
