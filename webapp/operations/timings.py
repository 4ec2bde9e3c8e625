"""The timings projection: how long each token stayed where, in office time."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import engine
from engine import worktime
from engine.events import EventKind
from webapp.calendars import agency_calendar
from webapp.models import ElementTiming, ProcessInstance, UserTask

_TIMED_KINDS = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "task",
        "callActivity",
        "subProcess",
        "intermediateCatchEvent",
    }
)


def project(
    session: Session,
    instance: ProcessInstance,
    process: engine.CompiledProcess,
    outcome: engine.Outcome,
    at: datetime,
) -> None:
    """Apply the events of one outcome to the timings of its instance."""
    staying = _staying(session, instance)
    due = {(wait.token_id, wait.element_id): wait.due_at for wait in outcome.user_tasks}
    for event in outcome.events:
        if event.element_id is None or event.token_id is None:
            continue
        key = (event.token_id, event.element_id)
        if event.kind == EventKind.ELEMENT_ENTERED and _is_timed(process, event.element_id):
            staying[key] = _enter(session, instance, key, due.get(key), at)
        elif event.kind == EventKind.ELEMENT_COMPLETED and key in staying:
            _complete(staying.pop(key), at)
        elif event.kind == EventKind.ELEMENT_CANCELLED and key in staying:
            staying.pop(key).cancelled_at = at


def note_claim(session: Session, task: UserTask, at: datetime | None) -> None:
    """Remember when a task was claimed; None when it was given back."""
    session.execute(
        update(ElementTiming)
        .where(
            ElementTiming.instance_id == task.instance_id,
            ElementTiming.token_id == task.token_id,
            ElementTiming.element_id == task.element_id,
            ElementTiming.completed_at.is_(None),
            ElementTiming.cancelled_at.is_(None),
        )
        .values(claimed_at=at)
    )


def _staying(session: Session, instance: ProcessInstance) -> dict[tuple[str, str], ElementTiming]:
    rows = session.scalars(
        select(ElementTiming).where(
            ElementTiming.instance_id == instance.id,
            ElementTiming.completed_at.is_(None),
            ElementTiming.cancelled_at.is_(None),
        )
    )
    return {(row.token_id, row.element_id): row for row in rows}


def _is_timed(process: engine.CompiledProcess, element_id: str) -> bool:
    node = process.elements.get(element_id)
    return node is not None and node.kind in _TIMED_KINDS


def _enter(
    session: Session,
    instance: ProcessInstance,
    key: tuple[str, str],
    due_at: datetime | None,
    at: datetime,
) -> ElementTiming:
    row = ElementTiming(
        instance_id=instance.id,
        definition_id=instance.definition_id,
        token_id=key[0],
        element_id=key[1],
        entered_at=at,
        due_at=due_at,
    )
    session.add(row)
    return row


def _complete(row: ElementTiming, at: datetime) -> None:
    row.completed_at = at
    if row.claimed_at is not None:
        row.waiting_seconds = _office_seconds(row.entered_at, row.claimed_at)
    row.working_seconds = _office_seconds(row.claimed_at or row.entered_at, at)


def _office_seconds(start: datetime, end: datetime) -> int:
    return round(worktime.between(start, end, agency_calendar()).total_seconds())
