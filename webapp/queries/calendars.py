"""The calendars of agencies as administrators see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.worktime import Calendar
from webapp import agency_calendars
from webapp.models import CalendarChange, CalendarDay, CalendarWeek, OfficeCalendar, Outage

MOST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class CalendarRow:
    code: str
    name: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day that differs from its week; ``is_own`` where this calendar says so itself."""

    day: date
    kind: str  # off, work, week
    name: str
    decision: str
    is_own: bool
    sessions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    id: int
    made_at: datetime
    made_by: str
    decision: str
    summary: tuple[Mapping[str, Any], ...]
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutageRow:
    started_at: datetime
    ended_at: datetime
    reason: str
    announced_by: str
    dossiers: int
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class CalendarView:
    """One calendar in one year, with what was changed and what is inherited."""

    row: CalendarRow
    days: tuple[DayRow, ...]
    weeks: tuple[tuple[date, Any], ...]  # own, from a date on
    counted: Calendar
    changes: tuple[ChangeRow, ...]
    outages: tuple[OutageRow, ...]


def calendar_rows(session: Session) -> tuple[CalendarRow, ...]:
    """Return every calendar, the one that all inherit from first."""
    found = session.scalars(select(OfficeCalendar).order_by(OfficeCalendar.code)).all()
    ordered = sorted(found, key=lambda one: (one.parent_code is not None, one.code))
    return tuple(CalendarRow(one.code, one.name, one.parent_code) for one in ordered)


def calendar_view(session: Session, code: str, year: int) -> CalendarView | None:
    """Return one calendar with its days of a year; None where there is none."""
    found = session.get(OfficeCalendar, code)
    if found is None:
        return None
    weeks = session.scalars(
        select(CalendarWeek)
        .where(CalendarWeek.calendar_code == code, CalendarWeek.removed_by.is_(None))
        .order_by(CalendarWeek.valid_from)
    )
    return CalendarView(
        CalendarRow(found.code, found.name, found.parent_code),
        _days(session, code, year),
        tuple((one.valid_from, one.sessions) for one in weeks),
        agency_calendars.current(session, code),
        _changes(session, code),
        _outages(session, code),
    )


def _days(session: Session, code: str, year: int) -> tuple[DayRow, ...]:
    days: dict[date, DayRow] = {}
    for one in reversed(agency_calendars.chain(session, code)):
        rows = session.scalars(
            select(CalendarDay).where(
                CalendarDay.calendar_code == one,
                CalendarDay.removed_by.is_(None),
                CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
            )
        )
        for row in rows:
            spans = tuple((start, end) for start, end in row.sessions or ())
            told = (row.day, row.kind, row.name, row.decision)
            days[row.day] = DayRow(*told, is_own=one == code, sessions=spans)
    return tuple(days[day] for day in sorted(days))


def _changes(session: Session, code: str) -> tuple[ChangeRow, ...]:
    found = session.scalars(
        select(CalendarChange)
        .where(CalendarChange.calendar_code == code)
        .order_by(CalendarChange.id.desc())
        .limit(MOST_CHANGES)
    )
    return tuple(
        ChangeRow(
            one.id, one.made_at, one.made_by_name, one.decision, tuple(one.summary), one.counted_at
        )
        for one in found
    )


def _outages(session: Session, code: str) -> tuple[OutageRow, ...]:
    found = session.scalars(
        select(Outage)
        .where(Outage.calendar_code == code)
        .order_by(Outage.started_at.desc())
        .limit(MOST_CHANGES)
    )
    return tuple(
        OutageRow(
            one.started_at,
            one.ended_at,
            one.reason,
            one.announced_by_name,
            one.dossiers,
            one.counted_at,
        )
        for one in found
    )
