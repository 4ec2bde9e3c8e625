"""Open user tasks whose dossiers hold a text: few matches are looked up before anything else.

Joining every open task to its dossier would take ten times as long as one pass over the dossiers.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.folding import fold
from webapp.models import Dossier, UserTask, UserTaskCandidate, UserTaskStatus

FOUND_UP_TO = 2_000  # dossiers; a text that more of them hold is too short to start from


def matching_instances(text: str) -> Select[UUID]:
    """Return a select of the instances whose dossiers hold every word of a text."""
    words: list[ColumnElement[bool]] = [
        Dossier.search_text.contains(word, autoescape=True) for word in fold(text).split()
    ]
    return select(Dossier.instance_id).where(*(words or [false()]))


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
