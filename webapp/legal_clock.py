"""The legal clock of a dossier, read from its event log. Nothing here writes."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.events import EventKind
from engine.worktime import (
    Calendar,
    ClockEvent,
    ClockKind,
    ClockLine,
    ClockState,
    Limit,
    explain,
    fold,
)
from webapp import agency_calendars
from webapp.models import Dossier, InstanceEvent, ProcessDefinition
from webapp.promises import limit_of, told_limit

# how an element ends: of a user task the log says who completed it instead
_DONE = (EventKind.ELEMENT_COMPLETED, "user_task.completed")
_LEFT = (*_DONE, EventKind.ELEMENT_CANCELLED)  # a phase is over where its element was cut short
REASON_OF = {5: "supplement", 6: "payment", 8: "stopped"}  # of a pause that the model makes
_KINDS = {
    "dossier.received": ClockKind.RECEIVED,
    "dossier.paused": ClockKind.PAUSED,
    "dossier.resumed": ClockKind.RESUMED,
    "dossier.extended": ClockKind.EXTENDED,
    "dossier.clock_restarted": ClockKind.RESTARTED,
    "dossier.calendar_changed": ClockKind.CALENDAR_CHANGED,
    "dossier.decided": ClockKind.FINISHED,
    "instance.restarted": ClockKind.REOPENED,
}


class LogRow(Protocol):
    """What the fold reads of one fact."""

    kind: str
    element_id: str | None
    occurred_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a dossier or of one legal phase of it, at one moment."""

    name: Mapping[str, str]  # of the phase, by language; empty for the whole procedure
    told: Mapping[str, Any]  # the limit as it was promised
    limit: Limit
    state: ClockState
    calendar: Calendar  # of the newest revision that counts

    def lines(self) -> tuple[ClockLine, ...]:
        """Return the lines that explain the due instant, in the order of time."""
        return explain(self.state, self.limit, self.calendar)


def clock_of(session: Session, dossier: Dossier, *, at: datetime) -> Clock | None:
    """Return what the clock of a dossier shows at ``at``; None where nothing is promised."""
    found = clocks_of(session, dossier, at=at)
    return found[0] if found else None


def clocks_of(session: Session, dossier: Dossier, *, at: datetime) -> tuple[Clock, ...]:
    """Return the clock of the whole procedure, then those of its legal phases."""
    told = told_of(session, dossier)
    limit = limit_of(told)
    if told is None or limit is None:
        return ()
    phases = [one for one in told.get("phases") or () if limit_of(one) is not None]
    rows = _rows(session, dossier.instance_id, [told, *phases])
    calendar_of = calendars_of(session, dossier.calendar_code)
    return tuple(_read(part, rows, calendar_of, at, main=told) for part in (told, *phases))


def told_of(session: Session, dossier: Dossier) -> Mapping[str, Any] | None:
    """Return the limit as it was promised when the dossier was received."""
    if dossier.clock_limit is not None:
        return dossier.clock_limit
    facts = session.get_one(ProcessDefinition, dossier.definition_id).facts
    return told_limit(facts, dossier.channel)


def calendars_of(session: Session, code: str) -> Callable[[int], Calendar]:
    """Return what finds the calendar of a revision of one agency."""
    return lambda number: agency_calendars.at_revision(session, code, number)


def promised(
    told: Mapping[str, Any] | None, at: datetime, calendar: Calendar, revision: int = 0
) -> Clock | None:
    """Return the clock of something received at ``at``, before there is a dossier."""
    limit = limit_of(told)
    if told is None or limit is None:
        return None
    received = ClockEvent(ClockKind.RECEIVED, at, revision=revision)
    waits = bool(told.get("starts_at"))
    state = fold([received], limit, lambda _: calendar, at=at, waits_for_start=waits)
    return Clock({}, told, limit, state, calendar)


def clock_events(
    rows: Iterable[LogRow], part: Mapping[str, Any], ends: Collection[str] = _DONE
) -> list[ClockEvent]:
    """Return what happened to the clock of the procedure or of a phase, from the log's rows."""
    events: list[ClockEvent] = []
    for row in rows:
        kind = _KINDS.get(row.kind)
        if kind is not None:
            events += _told(kind, row)
        elif row.kind == EventKind.ELEMENT_ENTERED and row.element_id == part.get("starts_at"):
            events.append(ClockEvent(ClockKind.STARTED, row.occurred_at))
        elif row.kind in ends and row.element_id == part.get("ends_at"):
            events.append(ClockEvent(ClockKind.FINISHED, row.occurred_at))
    return events


def _read(
    part: Mapping[str, Any],
    rows: list[InstanceEvent],
    calendar_of: Callable[[int], Calendar],
    at: datetime,
    *,
    main: Mapping[str, Any],
) -> Clock:
    limit = limit_of(part)
    if limit is None:
        raise ValueError("a phase without a limit has no clock")
    events = clock_events(rows, part, _DONE if part is main else _LEFT)
    if part is not main:
        events = [one for one in events if one.kind is not ClockKind.EXTENDED]
    waits = bool(part.get("starts_at"))
    state = fold(events, limit, calendar_of, at=at, waits_for_start=waits)
    name = part.get("name") or {}
    return Clock(name, part, limit, state, calendar_of(state.revision))


def _told(kind: ClockKind, row: LogRow) -> list[ClockEvent]:
    """Return one fact of the log as the clock takes it; an announced outage is two."""
    data = row.data
    event = ClockEvent(
        kind,
        _instant(data.get("started_at")) or row.occurred_at,
        key=str(data.get("key") or row.element_id or ""),
        revision=int(data.get("revision") or 0),
        amount=str(data.get("amount") or ""),
        new_due=None if data.get("amount") else _instant(data.get("new_due_at")),
        reason=str(data.get("reason") or REASON_OF.get(data.get("state", 0), "")),
        note=str(data.get("note") or data.get("signer") or ""),
        basis=str(data.get("legal_basis") or ""),
    )
    until = _instant(data.get("ended_at"))
    if until is None:
        return [event]
    return [event, ClockEvent(ClockKind.RESUMED, until, key=event.key)]


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _rows(
    session: Session, instance_id: UUID, parts: Iterable[Mapping[str, Any]]
) -> list[InstanceEvent]:
    marks = {part.get(end) for part in parts for end in ("starts_at", "ends_at")} - {None, ""}
    wanted: ColumnElement[bool] = InstanceEvent.kind.in_(_KINDS)
    if marks:
        passed = (EventKind.ELEMENT_ENTERED, *_LEFT)
        at_marks = and_(InstanceEvent.kind.in_(passed), InstanceEvent.element_id.in_(marks))
        wanted = or_(wanted, at_marks)
    return list(
        session.scalars(
            select(InstanceEvent)
            .where(InstanceEvent.instance_id == instance_id, wanted)
            .order_by(InstanceEvent.id)
        )
    )
