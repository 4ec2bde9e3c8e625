"""Where the tokens of an instance have been and are: what ended, and what still lasts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import null, select, union_all
from sqlalchemy.orm import Session

from webapp.models import ElementTiming, UserTask, UserTaskStatus


@dataclass(frozen=True, slots=True)
class Stay:
    """One token at one element."""

    element_id: str
    entered_at: datetime
    completed_at: datetime | None
    cancelled_at: datetime | None

    @property
    def lasts(self) -> bool:
        return self.completed_at is None and self.cancelled_at is None


def stays(session: Session, instance_id: UUID) -> tuple[Stay, ...]:
    """Return the stays of an instance. Those at open user tasks have no timing before they end."""
    ended = select(
        ElementTiming.element_id,
        ElementTiming.entered_at,
        ElementTiming.completed_at,
        ElementTiming.cancelled_at,
    ).where(ElementTiming.instance_id == instance_id)
    at_work = select(UserTask.element_id, UserTask.created_at, null(), null()).where(
        UserTask.instance_id == instance_id, UserTask.status == UserTaskStatus.OPEN
    )
    rows: Any = session.execute(union_all(ended, at_work))
    return tuple(Stay(*row) for row in rows)
