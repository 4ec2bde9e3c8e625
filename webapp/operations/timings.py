"""The timings projection: how long each token stayed where, in office time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine import worktime
from engine.events import EventKind
from webapp import agency_calendars
from webapp.models import ElementTiming, ProcessInstance, UserTask
from webapp.operations.adding import add_rows
from webapp.stays import TIMED

_LEFT = (EventKind.ELEMENT_COMPLETED, EventKind.ELEMENT_CANCELLED)


def project(
    session: Session,
    instance: ProcessInstance,
    process: engine.CompiledProcess,
    outcome: engine.Outcome,
    at: datetime,
) -> None:
    """Apply the events of one outcome to the timings of its instance.

    A user task has a row of its own while it is open; its timing is kept when it ends.
    """
    timed = [event for event in outcome.events if _is_timed(process, event.element_id)]
    if not timed:
        return
    left = any(event.kind in _LEFT for event in timed)
    staying = _staying(session, instance) if left else {}
    calendar = agency_calendars.current(session, instance.calendar_code)
    for event in timed:
        key = (event.token_id or "", event.element_id or "")
        if event.kind == EventKind.ELEMENT_ENTERED:
            staying[key] = _enter(session, instance, key, at)
        elif event.kind == EventKind.ELEMENT_COMPLETED and key in staying:
            row = staying.pop(key)
            row.completed_at = at
            row.working_seconds = office_seconds(row.entered_at, at, calendar)
        elif event.kind == EventKind.ELEMENT_CANCELLED and key in staying:
            staying.pop(key).cancelled_at = at


def keep_completed(
    session: Session, task: UserTask, instance: ProcessInstance, at: datetime
) -> None:
    """Keep how long a user task waited to be claimed and was worked on: just completed."""
    calendar = agency_calendars.current(session, instance.calendar_code)
    claimed_at = task.claimed_at or task.created_at
    taken = {
        "completed_at": at,
        "cancelled_at": None,
        "waiting_seconds": None,
        "working_seconds": office_seconds(claimed_at, at, calendar),
    }
    if task.claimed_at is not None:
        taken["waiting_seconds"] = office_seconds(task.created_at, claimed_at, calendar)
    _keep(session, task, taken)


def keep_cancelled(session: Session, task: UserTask, at: datetime) -> None:
    """Keep that a user task was there; just cancelled, so that nobody worked on it to its end."""
    taken = {
        "completed_at": None,
        "cancelled_at": at,
        "waiting_seconds": None,
        "working_seconds": None,
    }
    _keep(session, task, taken)


def _keep(session: Session, task: UserTask, taken: Mapping[str, Any]) -> None:
    kept = {
        "instance_id": task.instance_id,
        "definition_id": task.definition_id,
        "token_id": task.token_id,
        "element_id": task.element_id,
        "entered_at": task.created_at,
        "claimed_at": task.claimed_at,
        "due_at": task.due_at,
        **taken,
    }
    add_rows(session, ElementTiming, [kept])


def _staying(session: Session, instance: ProcessInstance) -> dict[tuple[str, str], ElementTiming]:
    rows = session.scalars(
        select(ElementTiming).where(
            ElementTiming.instance_id == instance.id,
            ElementTiming.completed_at.is_(None),
            ElementTiming.cancelled_at.is_(None),
        )
    )
    return {(row.token_id, row.element_id): row for row in rows}


def _is_timed(process: engine.CompiledProcess, element_id: str | None) -> bool:
    node = process.elements.get(element_id or "")
    return node is not None and node.kind in TIMED


def _enter(
    session: Session, instance: ProcessInstance, key: tuple[str, str], at: datetime
) -> ElementTiming:
    row = ElementTiming(
        instance_id=instance.id,
        definition_id=instance.definition_id,
        token_id=key[0],
        element_id=key[1],
        entered_at=at,
    )
    session.add(row)
    return row


def office_seconds(start: datetime, end: datetime, calendar: worktime.Calendar) -> int:
    """Return the office time between two instants in whole seconds."""
    return round(worktime.between(start, end, calendar).total_seconds())
