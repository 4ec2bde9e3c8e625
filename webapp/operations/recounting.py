"""Open deadlines counted anew, in batches: after a change of a calendar, and after an outage."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

import engine
from engine import worktime
from webapp import agency_calendars, legal_clock
from webapp.actors import SYSTEM
from webapp.models import (
    CalendarChange,
    Dossier,
    DossierPause,
    OfficeCalendar,
    Outage,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)
from webapp.operations import clocks, events, notifying
from webapp.operations.definitions import compiled

BATCH = 100  # dossiers of one transaction
SETTLE = timedelta(seconds=2 * agency_calendars.ASK_AGAIN_AFTER)
"""So long other processes may still count by the calendar before."""


def has_changes(session: Session, at: datetime) -> bool:
    """Whether a changed calendar still has deadlines to count anew."""
    return session.scalar(_changes(at).limit(1)) is not None


def has_outages(session: Session, at: datetime) -> bool:  # noqa: ARG001  # as its siblings
    """Whether an announced outage still has clocks to pause."""
    return session.scalar(_OUTAGES.limit(1)) is not None


def has_warnings(session: Session, at: datetime) -> bool:
    """Whether a dossier's limit is near and nobody was warned."""
    return session.scalar(_near(at).limit(1)) is not None


def recount_some(session: Session, *, at: datetime) -> int:
    """Count the next batch of dossiers anew that a changed calendar touches; return how many."""
    change = session.scalar(_changes(at).limit(1).with_for_update(skip_locked=True))
    if change is None:
        return 0
    batch = _batch(session, change.calendar_code, change.counted_upto)
    for dossier in batch:
        _recount(session, dossier, change, at)
    if batch:
        change.counted_upto = batch[-1].id
    if len(batch) < BATCH:
        change.counted_at = at
    session.flush()
    return len(batch)


def pause_some(session: Session, *, at: datetime) -> int:
    """Give the next batch of clocks that an announced outage touches its pause; return how many."""
    outage = session.scalar(_OUTAGES.limit(1).with_for_update(skip_locked=True))
    if outage is None:
        return 0
    batch = _batch(session, outage.calendar_code, outage.counted_upto)
    for dossier in batch:
        if dossier.received_at < outage.ended_at:
            pause_for(session, dossier, outage, at=at)
    if batch:
        outage.counted_upto = batch[-1].id
    if len(batch) < BATCH:
        outage.counted_at = at
    session.flush()
    return len(batch)


def pause_for(session: Session, dossier: Dossier, outage: Outage, *, at: datetime) -> None:
    """Give one clock the pause of an outage, with its reason in the dossier's log."""
    start = max(outage.started_at, dossier.received_at)
    calendar = agency_calendars.current(session, dossier.calendar_code)
    passed = round(worktime.between(start, outage.ended_at, calendar).total_seconds())
    session.add(
        DossierPause(
            dossier_id=dossier.id,
            state=dossier.state,
            element_id="",
            started_at=start,
            ended_at=outage.ended_at,
            office_seconds=passed,
            key=str(outage.id),
            reason="outage",
            note=outage.reason,
            legal_basis=outage.legal_basis,
            paused_by=outage.announced_by,
        )
    )
    row = events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_PAUSED,
        actor=SYSTEM,
        at=at,
        data={
            "state": dossier.state,
            "key": str(outage.id),
            "reason": "outage",
            "note": outage.reason,
            "legal_basis": outage.legal_basis,
            "started_at": start,
            "ended_at": outage.ended_at,
        },
    )
    clocks.refresh(session, dossier, at=at)
    promised = dossier.promised_at.isoformat() if dossier.promised_at else None
    row.data = {**row.data, "promised_at": promised}
    outage.dossiers += 1


def warn_some(session: Session, *, at: datetime) -> int:
    """Log the early warning of the next dossiers whose limit is near; return how many."""
    near = session.scalars(_near(at).limit(BATCH).with_for_update(skip_locked=True)).all()
    for dossier in near:
        dossier.warn_at = None
        events.append(
            session,
            dossier.instance_id,
            events.DOSSIER_DUE_SOON,
            actor=SYSTEM,
            at=at,
            data={"promised_at": dossier.promised_at},
        )
        notifying.tell_of_dossier(session, dossier, notifying.Kind.DUE_SOON, "", at)
    session.flush()
    return len(near)


_OUTAGES = select(Outage).where(Outage.counted_at.is_(None)).order_by(Outage.announced_at)


def _changes(at: datetime) -> Select[CalendarChange]:
    waiting = (CalendarChange.counted_at.is_(None), CalendarChange.made_at <= at - SETTLE)
    return select(CalendarChange).where(*waiting).order_by(CalendarChange.id)


def _near(at: datetime) -> Select[Dossier]:
    near = (Dossier.warn_at <= at, Dossier.decided_at.is_(None))
    return select(Dossier).where(*near).order_by(Dossier.warn_at)


def _batch(session: Session, code: str, upto: UUID | None) -> Sequence[Dossier]:
    """Return the next open dossiers that count by a calendar or by one that inherits from it."""
    codes = agency_calendars.followers(session, code)
    counted: ColumnElement[bool] = Dossier.calendar_code.in_(codes)
    if agency_calendars.ROOT in codes:  # and all whose agency has no calendar of its own
        counted = counted | Dossier.calendar_code.not_in(select(OfficeCalendar.code))
    chosen = select(Dossier).where(counted, Dossier.decided_at.is_(None))
    if upto is not None:
        chosen = chosen.where(Dossier.id > upto)
    return session.scalars(
        chosen.order_by(Dossier.id).limit(BATCH).with_for_update(key_share=True)
    ).all()


def _recount(session: Session, dossier: Dossier, change: CalendarChange, at: datetime) -> None:
    revision = agency_calendars.revision(session, dossier.calendar_code)
    calendar = agency_calendars.at_revision(session, dossier.calendar_code, revision)
    tasks = _recount_tasks(session, dossier.instance_id, calendar)
    before = dossier.promised_at
    if dossier.calendar_revision == revision and not tasks:
        return
    clock = legal_clock.clock_of(session, dossier, at=at)
    if not tasks and (clock is None or not _moves(clock, calendar)):
        return  # nothing of it is due elsewhere now
    row = events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_CALENDAR_CHANGED,
        actor=SYSTEM,
        at=at,
        data={
            "calendar": change.calendar_code,
            "revision": revision,
            "before": before,
            "days": change.summary,
            "decision": change.decision,
            "tasks": tasks,
        },
    )
    clocks.refresh(session, dossier, at=at)
    after = dossier.promised_at.isoformat() if dossier.promised_at else None
    row.data = {**row.data, "after": after}


def _moves(clock: legal_clock.Clock, calendar: worktime.Calendar) -> bool:
    """Whether the due instant differs by the newer calendar."""
    if clock.state.started_at is None:
        return True
    begin = clock.limit.begins(clock.state.started_at, calendar)
    moved = clock.limit.due_at(clock.state.started_at, calendar, clock.state.pauses)
    stays = clock.limit.due_at(clock.state.started_at, clock.calendar, clock.state.pauses)
    return (begin, moved) != (clock.state.begins_at, stays) or bool(clock.state.extensions)


def _recount_tasks(
    session: Session, instance_id: UUID, calendar: worktime.Calendar
) -> list[dict[str, Any]]:
    """Count the open user tasks with a limit anew; return which moved, from when to when."""
    found = session.scalars(
        select(UserTask).where(
            UserTask.instance_id == instance_id,
            UserTask.status == UserTaskStatus.OPEN,
            UserTask.due_at.is_not(None),
        )
    ).all()
    moved: list[dict[str, Any]] = []
    for task in found:
        due_at = _task_due(session, instance_id, task, calendar)
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
    session: Session, instance_id: UUID, task: UserTask, calendar: worktime.Calendar
) -> datetime | None:
    instance = session.get_one(ProcessInstance, instance_id)
    node = compiled(session, instance.definition_id).elements.get(task.element_id)
    if node is None or not node.assignment.work_limit or node.assignment.due:
        return None
    try:
        amount = worktime.parse_limit(node.assignment.work_limit, calendar)
        return worktime.add(task.created_at, amount, calendar)
    except engine.EngineError:
        return None  # an expression; its value is not known any more
