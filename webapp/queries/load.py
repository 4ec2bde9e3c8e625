"""How much waits, for how long, and what went wrong: the figures that a machine watches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.models import (
    Delivery,
    Incident,
    Job,
    JobStatus,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskStatus,
)


@dataclass(frozen=True, slots=True)
class Load:
    """One look at the house. Ages are seconds that the oldest due one has waited; 0 for none."""

    instances: dict[str, int]  # by status
    waiting: dict[str, int]  # user_task, job, timer, message, delivery
    due_age_seconds: dict[str, float]  # job, timer, delivery
    overdue_user_tasks: int
    open_incidents: int


def load(session: Session, at: datetime) -> Load:
    """Return the figures of this moment."""
    open_task = UserTask.status == UserTaskStatus.OPEN
    open_job = Job.status == JobStatus.OPEN
    statuses = select(ProcessInstance.status, func.count().label("number")).group_by(
        ProcessInstance.status
    )
    return Load(
        instances={row.status: row.number for row in session.execute(statuses)},
        waiting={
            "user_task": _count(session, select(UserTask).where(open_task)),
            "job": _count(session, select(Job).where(open_job)),
            "timer": _count(session, select(Timer)),
            "message": _count(session, select(MessageSubscription)),
            "delivery": _count(session, select(Delivery)),
        },
        due_age_seconds={
            "job": _age(session, Job.due_at, at, open_job),
            "timer": _age(session, Timer.due_at, at),
            "delivery": _age(session, Delivery.due_at, at),
        },
        overdue_user_tasks=_count(session, select(UserTask).where(open_task, UserTask.due_at < at)),
        open_incidents=_count(session, select(Incident).where(Incident.resolved_at.is_(None))),
    )


def _count(session: Session, statement: Select[Any]) -> int:
    return (
        session.scalar(statement.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    )


def _age(
    session: Session, due_at: InstrumentedAttribute[datetime], at: datetime, *conditions: Any
) -> float:
    oldest = session.scalar(select(func.min(due_at)).where(due_at <= at, *conditions))
    return (at - oldest).total_seconds() if oldest else 0.0
