"""Four eyes: who did one element may not do another one of the same dossier."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import NotAllowedError
from webapp.models import UserTask, UserTaskStatus
from webapp.operations.definitions import compiled


def check(session: Session, task: UserTask, user_id: UUID, name: str) -> None:
    """Raise NotAllowedError where the person did an element that forbids this one.

    Costs nothing where the model has no such rule; one statement where it has.
    """
    rule = rule_of(session, task)
    if not rule:
        return
    done = session.scalar(
        select(UserTask.name)
        .where(
            UserTask.instance_id == task.instance_id,
            UserTask.element_id.in_(rule),
            UserTask.status == UserTaskStatus.COMPLETED,
            UserTask.completed_by == user_id,
        )
        .limit(1)
    )
    if done is not None:
        raise NotAllowedError(
            N_("%(name)s did “%(task)s” of this dossier; four eyes: somebody else does this task."),
            name=name,
            task=done,
        )


def rule_of(session: Session, task: UserTask) -> tuple[str, ...]:
    """Return the elements whose doer may not do this task, both ways round."""
    elements = compiled(session, task.definition_id).elements
    node = elements.get(task.element_id)
    own = node.assignment.not_same_as if node else ()
    naming = (one.id for one in elements.values() if task.element_id in one.assignment.not_same_as)
    return tuple(dict.fromkeys((*own, *naming)))


def forbidden(session: Session, task: UserTask) -> Collection[UUID]:
    """Return the people who may not do a task because of what they did before."""
    rule = rule_of(session, task)
    if not rule:
        return ()
    found = session.scalars(
        select(UserTask.completed_by).where(
            UserTask.instance_id == task.instance_id,
            UserTask.element_id.in_(rule),
            UserTask.status == UserTaskStatus.COMPLETED,
        )
    )
    return {one for one in found if one is not None}
