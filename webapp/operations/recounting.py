"""Open deadlines counted anew, in batches: after a change of a calendar, and after an outage."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import worktime
from webapp import agency_calendars, legal_clock
from webapp.actors import SYSTEM
from webapp.models import (
    CalendarChange,
    Dossier,
    DossierPause,
    Outage,
)
from webapp.operations import clocks, events, notifying, recounting_waits

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
    batch, last = _batch(session, change.calendar_code, change.counted_upto)
    for dossier in batch:
        _recount(session, dossier, change, at)
    change.counted_upto = last or change.counted_upto
    if last is None:
        recounting_waits.recount_others(session, change, at=at)
        change.counted_at = at
    session.flush()
    return len(batch)


def pause_some(session: Session, *, at: datetime) -> int:
    """Give the next batch of clocks that an announced outage touches its pause; return how many."""
    outage = session.scalar(_OUTAGES.limit(1).with_for_update(skip_locked=True))
    if outage is None:
        return 0
    batch, last = _batch(session, outage.calendar_code, outage.counted_upto)
    for dossier in batch:
        if dossier.received_at < outage.ended_at:
            pause_for(session, dossier, outage, at=at)
    outage.counted_upto = last or outage.counted_upto
    if last is None:
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


def _batch(session: Session, code: str, upto: UUID | None) -> tuple[Sequence[Dossier], UUID | None]:
    """Return the next open dossiers that count by a calendar or by one that inherits from it.

    Beside them stands the id to go on after, None behind the last batch. Their instances are locked
    before them, in the order in which everybody locks.
    """
    counted = agency_calendars.counts_by(session, Dossier.calendar_code, code)
    chosen = select(Dossier.id, Dossier.instance_id).where(counted, Dossier.decided_at.is_(None))
    if upto is not None:
        chosen = chosen.where(Dossier.id > upto)
    rows = session.execute(chosen.order_by(Dossier.id).limit(BATCH)).all()
    recounting_waits.lock_instances(session, [row.instance_id for row in rows])
    found = session.scalars(
        select(Dossier)
        .where(Dossier.id.in_([row.id for row in rows]), Dossier.decided_at.is_(None))
        .order_by(Dossier.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    return found, (rows[-1].id if len(rows) == BATCH else None)


def _recount(session: Session, dossier: Dossier, change: CalendarChange, at: datetime) -> None:
    revision = agency_calendars.revision(session, dossier.calendar_code)
    calendar = agency_calendars.at_revision(session, dossier.calendar_code, revision)
    moved = recounting_waits.recount(session, dossier.instance_id, calendar, at=at)
    before = dossier.promised_at
    if dossier.calendar_revision == revision and not moved:
        return
    clock = legal_clock.clock_of(session, dossier, at=at)
    if not moved and (clock is None or not _moves(clock, calendar)):
        return  # nothing of it is due elsewhere now
    row = events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_CALENDAR_CHANGED,
        actor=SYSTEM,
        at=at,
        data={
            "revision": revision,
            "before": before,
            **recounting_waits.reasons(change, moved),
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
