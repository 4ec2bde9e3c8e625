"""The calendars that agencies keep, read from the database and held in memory by revision.

A revision never changes, so what is held is never wrong; which revision is the newest is asked
every few seconds. Without rows every agency works by ``webapp.calendars.agency_calendar``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from threading import Lock
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.worktime import Calendar, Week
from engine.worktime import Session as Hours
from webapp.calendars import TIMEZONE, agency_calendar
from webapp.models import CalendarChange, CalendarDay, CalendarWeek, OfficeCalendar

SEED_DECISION = "Bộ luật Lao động 2019, Điều 112"  # of days that nobody decided here
ROOT = "VN"  # the calendar of all agencies that have none of their own
ASK_AGAIN_AFTER = 5.0  # seconds; so long may another process count by the calendar before
MOST_KEPT = 500  # calendars in memory; forgotten all at once
_lock = Lock()


@dataclass
class _Known:
    asked_at: float | None = None
    parents: Mapping[str, str | None] = field(default_factory=dict)
    newest: Mapping[str, int] = field(default_factory=dict)  # revision of each calendar's own rows
    calendars: dict[tuple[str, int], Calendar] = field(default_factory=dict)

    def chain(self, code: str) -> tuple[str, ...]:
        """Return the calendar that counts for ``code`` and those it inherits from."""
        chain: list[str] = []
        following: str | None = code if code in self.parents else ROOT
        while following is not None and following in self.parents and following not in chain:
            chain.append(following)
            following = self.parents[following]
        return tuple(chain)

    def revision(self, code: str) -> int:
        return max((self.newest.get(one, 0) for one in self.chain(code)), default=0)


_known: WeakKeyDictionary[sa.Engine, _Known] = WeakKeyDictionary()


def current(session: Session, code: str = "") -> Calendar:
    """Return the calendar that an agency counts by now."""
    known = _asked(session)
    return _calendar(session, known, code, known.revision(code))


def revision(session: Session, code: str = "") -> int:
    """Return the revision of the calendar that an agency counts by; 0 without any rows."""
    return _asked(session).revision(code)


def revision_at(session: Session, code: str, at: datetime) -> int:
    """Return the revision that an agency counted by at an instant; 0 before there were any."""
    codes = _asked(session).chain(code)
    found = session.scalar(
        select(func.max(CalendarChange.id)).where(
            CalendarChange.calendar_code.in_(codes), CalendarChange.made_at <= at
        )
    )
    return found or 0


def at_revision(session: Session, code: str, number: int) -> Calendar:
    """Return the calendar of an agency as it was with a revision."""
    return _calendar(session, _asked(session), code, number)


def chain(session: Session, code: str) -> tuple[str, ...]:
    """Return the codes that an agency's calendar is made of, its own first."""
    return _asked(session).chain(code)


def followers(session: Session, code: str) -> frozenset[str]:
    """Return the codes of calendars that inherit from ``code``, itself among them."""
    known = _asked(session)
    return frozenset(one for one in known.parents if code in known.chain(one))


def counts_by(session: Session, column: Any, code: str) -> ColumnElement[bool]:
    """Return the condition that the calendar named in a column is ``code``, or inherits from it."""
    codes = followers(session, code)
    counted: ColumnElement[bool] = column.in_(codes)
    if ROOT in codes:  # and all whose agency has no calendar of its own
        counted = counted | column.not_in(select(OfficeCalendar.code))
    return counted


def forget(session: Session) -> None:
    """Read everything anew: this session changed a calendar, or took a change back."""
    with _lock:
        _known.pop(_engine(session), None)


def _engine(session: Session) -> sa.Engine:
    return session.get_bind().engine


def _asked(session: Session) -> _Known:
    known = _known.get(_engine(session))
    if known is not None and _is_fresh(known):
        return known
    parents = {row.code: row.parent_code for row in session.execute(_PARENTS)}
    newest = {row.code: row.newest for row in session.execute(_NEWEST)} if parents else {}
    with _lock:
        made = _known.setdefault(_engine(session), _Known())
        made.parents, made.newest, made.asked_at = parents, newest, monotonic()
    return made


def _is_fresh(known: _Known) -> bool:
    return known.asked_at is not None and monotonic() - known.asked_at < ASK_AGAIN_AFTER


_PARENTS = select(OfficeCalendar.code, OfficeCalendar.parent_code)
_NEWEST = select(
    CalendarChange.calendar_code.label("code"), func.max(CalendarChange.id).label("newest")
).group_by(CalendarChange.calendar_code)


def _calendar(session: Session, known: _Known, code: str, number: int) -> Calendar:
    codes = known.chain(code)
    if number == 0 or not codes:
        return agency_calendar()
    found = known.calendars.get((codes[0], number))
    if found is None:
        found = _read(session, codes, number)
        with _lock:
            if len(known.calendars) >= MOST_KEPT:
                known.calendars.clear()
            known.calendars[codes[0], number] = found
    return found


def _read(session: Session, codes: Sequence[str], number: int) -> Calendar:
    """Return the calendar of a chain: a nearer one's days and weeks go before its parent's."""
    days: dict[date, CalendarDay] = {}
    weeks: dict[date, CalendarWeek] = {}
    for code in reversed(codes):
        own = session.scalars(
            select(CalendarWeek).where(*_living(CalendarWeek, code, number))
        ).all()
        if own:
            weeks = {one.valid_from: one for one in own}
        found = session.scalars(select(CalendarDay).where(*_living(CalendarDay, code, number)))
        days |= {one.day: one for one in found}
    ordered = [(day, _week(weeks[day].sessions)) for day in sorted(weeks)]
    first = ordered[0][1] if ordered else agency_calendar().week
    off = {day: one.name for day, one in days.items() if one.kind == "off"}
    worked = {day: one for day, one in days.items() if one.kind == "work"}
    return Calendar(
        TIMEZONE,
        first,
        holidays=off,
        extra_days={day: one.name for day, one in worked.items()},
        later_weeks=tuple(ordered[1:]),
        extra_sessions={day: hours(one.sessions) for day, one in worked.items() if one.sessions},
        sources={day: one.decision for day, one in days.items() if one.decision},
    )


def hours(told: Sequence[Sequence[str]]) -> tuple[Hours, ...]:
    """Return the sessions that rows keep as pairs of texts."""
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in told)


def _week(told: Sequence[Sequence[Sequence[str]]]) -> Week:
    return tuple(hours(one) for one in told)


def _living(
    table: type[CalendarDay] | type[CalendarWeek], code: str, number: int
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.calendar_code == code,
        table.added_by <= number,
        or_(table.removed_by.is_(None), table.removed_by > number),
    )
