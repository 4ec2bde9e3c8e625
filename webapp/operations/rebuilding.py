"""Timings and their sums made anew from the event log: only what differs is written."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from webapp import agency_calendars
from webapp.models import (
    ElementTiming,
    InstanceEvent,
    Migration,
    MigrationItem,
    ProcessInstance,
    TimingSummed,
    UserTask,
)
from webapp.operations import events, timing_days
from webapp.operations.definitions import compiled
from webapp.operations.recounting_waits import lock_instances
from webapp.operations.timings import office_seconds
from webapp.stays import Fold, Move, Stay

_COLUMNS = (
    "definition_id",
    "element_id",
    "token_id",
    "entered_at",
    "claimed_at",
    "completed_at",
    "cancelled_at",
    "due_at",
    "waiting_seconds",
    "working_seconds",
)
_Row = tuple[object, ...]
_Visit = tuple[str, str, datetime]  # token, element, and when it was entered


def rebuild_timings(session: Session, instance_ids: Sequence[UUID]) -> int:
    """Make the timings of instances anew from their log; return how many were not as it says."""
    lock_instances(session, instance_ids)
    changed = 0
    for instance_id in instance_ids:
        wanted = timings_of(session, instance_id)
        if wanted is None or Counter(wanted) == Counter(kept_timings(session, instance_id)):
            continue
        session.execute(delete(ElementTiming).where(ElementTiming.instance_id == instance_id))
        rows = [
            {"instance_id": instance_id, **dict(zip(_COLUMNS, row, strict=True))} for row in wanted
        ]
        if rows:
            session.execute(insert(ElementTiming), rows)
        changed += 1
    session.flush()
    return changed


def kept_timings(session: Session, instance_id: UUID) -> list[_Row]:
    """Return the timings of an instance as they are kept."""
    columns = [getattr(ElementTiming, name) for name in _COLUMNS]
    found = session.execute(select(*columns).where(ElementTiming.instance_id == instance_id))
    return [tuple(row) for row in found]


def timings_of(session: Session, instance_id: UUID) -> list[_Row] | None:
    """Return the timings of an instance as its log gives them; None where it has no log."""
    instance = session.get_one(ProcessInstance, instance_id)
    rows = session.execute(
        select(
            InstanceEvent.kind,
            InstanceEvent.element_id,
            InstanceEvent.token_id,
            InstanceEvent.occurred_at,
        )
        .where(InstanceEvent.instance_id == instance_id)
        .order_by(InstanceEvent.id)
    ).all()
    if not rows:
        return None
    moves = _moves(session, instance_id)
    tasks = _tasks(session, instance_id)
    first = moves[0][0] if moves else instance.definition_id
    held = [visit for visit, task in tasks.items() if task.claimed_at == task.created_at]
    fold = Fold(first, lambda version, element: _kind(session, version, element), held=held)
    following = iter(moves)
    for row in rows:
        if row.kind == events.INSTANCE_MIGRATED:
            found = next(following, None)
            if found is not None:
                fold.move(found[1])
        else:
            fold.take(row)
    return [_timing(session, instance, stay, tasks) for stay in fold.stays()]


def _timing(
    session: Session,
    instance: ProcessInstance,
    stay: Stay,
    tasks: dict[_Visit, UserTask],
) -> _Row:
    task = tasks.get((stay.token_id, stay.element_id, stay.entered_at))
    waiting = working = None
    if stay.completed_at is not None:
        number = agency_calendars.revision_at(session, instance.calendar_code, stay.completed_at)
        calendar = agency_calendars.at_revision(session, instance.calendar_code, number)
        begun = stay.claimed_at or stay.entered_at
        working = office_seconds(begun, stay.completed_at, calendar)
        if stay.claimed_at is not None:
            waiting = office_seconds(stay.entered_at, stay.claimed_at, calendar)
    return (
        stay.definition_id,
        stay.element_id,
        stay.token_id,
        stay.entered_at,
        stay.claimed_at,
        stay.completed_at,
        stay.cancelled_at,
        task.due_at if task and stay.is_task else None,
        waiting,
        working,
    )


def _tasks(session: Session, instance_id: UUID) -> dict[_Visit, UserTask]:
    found = session.scalars(select(UserTask).where(UserTask.instance_id == instance_id))
    return {(task.token_id, task.element_id, task.created_at): task for task in found}


def _kind(session: Session, definition_id: UUID, element_id: str) -> str:
    node = compiled(session, definition_id).elements.get(element_id)
    return node.kind if node else ""


def _moves(session: Session, instance_id: UUID) -> list[tuple[UUID, Move]]:
    """Return the version that each move left, and the move, in the order of time."""
    found = session.execute(
        select(Migration.source_id, Migration.target_id, Migration.mapping)
        .join(MigrationItem, MigrationItem.migration_id == Migration.id)
        .where(MigrationItem.instance_id == instance_id, MigrationItem.status == "moved")
        .order_by(MigrationItem.changed_at)
    )
    return [(row.source_id, Move(row.target_id, row.mapping)) for row in found]


def rebuild_day(session: Session, day: date, at: datetime) -> int:
    """Add one day up anew where its sums are not what its stays give."""
    locked = select(TimingSummed).where(TimingSummed.day == day).with_for_update()
    row = session.scalar(locked)
    if row is None or not timing_days.differs(session, day):
        return 0
    timing_days.sum_again(session, day)
    row.summed_at = at
    session.flush()
    return 1
