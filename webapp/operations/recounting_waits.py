"""What instances wait for, counted anew by a changed calendar: limits of tasks, office timers."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

import engine
from engine import worktime
from engine.bpmn.elements import FlowNode
from webapp import agency_calendars
from webapp.actors import SYSTEM
from webapp.models import (
    CalendarChange,
    Dossier,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.operations import events
from webapp.operations.definitions import compiled
from webapp.operations.recording import record
from webapp.operations.stepping import advanced

log = logging.getLogger(__name__)
_Line = Mapping[str, Any]  # element_id, before, after


@dataclass(frozen=True, slots=True)
class Moved:
    """What is due elsewhere now, a line each: ``element_id``, ``before``, ``after``."""

    tasks: Sequence[_Line] = ()
    timers: Sequence[_Line] = ()

    def __bool__(self) -> bool:
        return bool(self.tasks or self.timers)


def lock_instances(session: Session, ids: Sequence[UUID]) -> None:
    """Lock instances and those that they called for writing, as everybody does before a dossier."""
    for chosen in (ProcessInstance.id.in_(ids), ProcessInstance.root_id.in_(ids)):
        session.scalars(
            select(ProcessInstance)
            .where(chosen, ProcessInstance.ended_at.is_(None))
            .order_by(ProcessInstance.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).all()


def recount(
    session: Session, instance_id: UUID, calendar: worktime.Calendar, *, at: datetime
) -> Moved:
    """Count open tasks and armed timers of an instance, and of those it called, anew.

    The caller has locked them and writes the line of the log.
    """
    belongs = (ProcessInstance.id == instance_id) | (ProcessInstance.root_id == instance_id)
    found = session.scalars(
        select(ProcessInstance)
        .where(belongs, ProcessInstance.ended_at.is_(None))
        .order_by(ProcessInstance.root_id.is_not(None), ProcessInstance.id)
    ).all()
    return Moved(
        [line for one in found for line in _tasks(session, one, calendar)],
        [line for one in found for line in _timers(session, one, at)],
    )


def recount_others(session: Session, change: CalendarChange, *, at: datetime) -> None:
    """Count anew what instances wait for whose legal clock does not run, with a line in each log.

    They have no dossier, or it is decided and its clock stays as it was.
    """
    column = ProcessInstance.calendar_code
    ids = session.scalars(
        select(ProcessInstance.id)
        .outerjoin(Dossier, Dossier.instance_id == ProcessInstance.id)
        .where(
            agency_calendars.counts_by(session, column, change.calendar_code),
            ProcessInstance.root_id.is_(None),
            ProcessInstance.ended_at.is_(None),
            or_(Dossier.id.is_(None), Dossier.decided_at.is_not(None)),
        )
        .order_by(ProcessInstance.id)
    ).all()
    lock_instances(session, ids)
    for instance_id in ids:
        instance = session.get_one(ProcessInstance, instance_id)
        calendar = agency_calendars.current(session, instance.calendar_code)
        moved = recount(session, instance_id, calendar, at=at)
        if moved:
            revision = agency_calendars.revision(session, instance.calendar_code)
            events.append(
                session,
                instance_id,
                events.INSTANCE_CALENDAR_CHANGED,
                actor=SYSTEM,
                at=at,
                data={"revision": revision, **reasons(change, moved)},
            )


def reasons(change: CalendarChange, moved: Moved) -> dict[str, Any]:
    """Return what the line of the log says: which calendar, why, and what it moved."""
    return {
        "calendar": change.calendar_code,
        "days": change.summary,
        "decision": change.decision,
        "tasks": moved.tasks,
        "timers": moved.timers,
    }


def _tasks(
    session: Session, instance: ProcessInstance, calendar: worktime.Calendar
) -> list[dict[str, Any]]:
    """Count the open user tasks with a limit anew; return which moved, from when to when."""
    found = session.scalars(
        select(UserTask).where(
            UserTask.instance_id == instance.id,
            UserTask.status == UserTaskStatus.OPEN,
            UserTask.due_at.is_not(None),
        )
    ).all()
    moved: list[dict[str, Any]] = []
    for task in found:
        due_at = _task_due(session, instance, task, calendar)
        if due_at is None or due_at == task.due_at:
            continue
        moved.append({"element_id": task.element_id, "before": task.due_at, "after": due_at})
        task.due_at = due_at
        session.execute(
            update(UserTaskCandidate)
            .where(UserTaskCandidate.user_task_id == task.id)
            .values(due_at=due_at)
        )
    return moved


def _task_due(
    session: Session, instance: ProcessInstance, task: UserTask, calendar: worktime.Calendar
) -> datetime | None:
    node = compiled(session, instance.definition_id).elements.get(task.element_id)
    if node is None or not node.assignment.work_limit or node.assignment.due:
        return None
    try:
        amount = worktime.parse_limit(node.assignment.work_limit, calendar)
        return worktime.add(task.created_at, amount, calendar)
    except engine.EngineError:
        return None  # an expression; its value is not known any more


def _timers(session: Session, instance: ProcessInstance, at: datetime) -> list[dict[str, Any]]:
    """Count the armed timers in office time anew; return which moved, from when to when."""
    elements = compiled(session, instance.definition_id).elements
    rows = [
        row
        for row in session.scalars(select(Timer).where(Timer.instance_id == instance.id))
        if row.element_id in elements and _in_office_time(elements[row.element_id])
    ]
    if not rows:
        return []
    try:
        outcome = advanced(session, instance, engine.RecountTimers(), at)
    except engine.EngineError as error:  # one that cannot be read must not stop the others
        log.error("timers not counted anew", extra={"instance": instance.id, "why": str(error)})
        return []
    due = {one.timer_id: one.due_at for one in outcome.timers}
    moved = [row for row in rows if due.get(row.timer_id, row.due_at) != row.due_at]
    if not moved:
        return []
    record(session, instance, outcome, actor=SYSTEM, at=at)
    lines = []
    for row in moved:
        after = due[row.timer_id]
        lines.append({"element_id": row.element_id, "before": row.due_at, "after": after})
        row.due_at = after
    return lines


def _in_office_time(node: FlowNode) -> bool:
    return any(one.working_time for one in node.events)
