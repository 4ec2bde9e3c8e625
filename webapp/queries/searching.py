"""Open user tasks whose dossiers hold a text.

Where a scope holds few tasks their dossiers are looked at one by one: what it costs does not grow
with the dossiers of the whole province. Where it holds many, joining each to its dossier would take
ten times as long as one pass over the dossiers, and few matches are looked up before anything else.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.folding import fold
from webapp.models import Dossier, UserTask, UserTaskCandidate, UserTaskStatus
from webapp.queries.scopes import Scope, asking, branches_of, together

LISTED_UP_TO = 2_000  # tasks of a scope whose dossiers are looked at one by one
FOUND_UP_TO = 2_000  # dossiers; a text that more of them hold is too short to start from


def matching_instances(text: str) -> Select[UUID]:
    """Return a select of the instances whose dossiers hold every word of a text."""
    return select(Dossier.instance_id).where(*_words(text))


def find_listed(session: Session, actor: Actor, scope: Scope, text: str) -> list[UUID] | None:
    """Return a scope's tasks of matching dossiers, or None where the scope holds too many tasks."""
    listed = together(branches_of(scope, len(actor.groups)), LISTED_UP_TO + 1)
    count = session.scalar(select(func.count()).select_from(listed), asking(actor)) or 0
    if count > LISTED_UP_TO:
        return None
    matching = (
        select(listed.c.id)
        .join(UserTask, UserTask.id == listed.c.id)
        .join(Dossier, Dossier.instance_id == UserTask.dossier_instance())
        .where(*_words(text))
    )
    return list(session.scalars(matching, asking(actor)))


def find_matching_tasks(session: Session, text: str) -> list[UUID] | None:
    """Return the open tasks of matching dossiers, or None where too many dossiers match."""
    found = session.scalars(matching_instances(text).limit(FOUND_UP_TO + 1)).all()
    if len(found) > FOUND_UP_TO:
        return None
    tasks = select(UserTask.id).where(
        UserTask.belongs_to_any(found), UserTask.status == UserTaskStatus.OPEN
    )
    return list(session.scalars(tasks))


def offered_among(
    session: Session, ids: list[UUID], actor: Actor, statuses: Collection[str]
) -> list[UUID]:
    """Return which of those tasks are offered to the actor or the actor's groups."""
    rows = session.execute(
        select(
            UserTaskCandidate.user_task_id,
            UserTaskCandidate.group_key,
            UserTaskCandidate.username,
            UserTaskCandidate.status,
        ).where(UserTaskCandidate.user_task_id.in_(ids))
    )
    return [
        row.user_task_id
        for row in rows
        if row.status in statuses
        and (row.group_key in actor.groups or row.username in actor.usernames)
    ]


def _words(text: str) -> list[ColumnElement[bool]]:
    words: list[ColumnElement[bool]] = [
        Dossier.search_text.contains(word, autoescape=True) for word in fold(text).split()
    ]
    return words or [false()]
