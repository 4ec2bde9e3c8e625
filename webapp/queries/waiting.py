"""How many instances of a version wait at each of its elements."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

import engine
from webapp.models import (
    ElementTiming,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskStatus,
)


def waiting_at(session: Session, definition_id: UUID) -> Mapping[str, int]:
    """Return the number of running instances by the element that they are at or listen at.

    One in which a task and its timer wait counts at both; several tokens at one element count once.
    """
    mine = (
        select(ProcessInstance.id)
        .where(
            ProcessInstance.definition_id == definition_id,
            ProcessInstance.status == engine.InstanceStatus.ACTIVE,
        )
        .cte("mine")
    )
    rests = select(ElementTiming.element_id, ElementTiming.instance_id).where(
        ElementTiming.instance_id.in_(select(mine.c.id)),
        ElementTiming.completed_at.is_(None),
        ElementTiming.cancelled_at.is_(None),
    )
    works = select(UserTask.element_id, UserTask.instance_id).where(
        UserTask.instance_id.in_(select(mine.c.id)), UserTask.status == UserTaskStatus.OPEN
    )
    listens = [
        select(table.element_id, table.instance_id).where(table.instance_id.in_(select(mine.c.id)))
        for table in (Timer, MessageSubscription)
    ]
    found = union(rests, works, *listens).subquery()
    rows = session.execute(select(found.c.element_id, func.count()).group_by(found.c.element_id))
    return {row[0]: row[1] for row in rows}
