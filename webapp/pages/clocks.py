"""Why a date is what it is: the lines of the legal clock and the strip of days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext

from engine.texts import N_
from engine.worktime import Calendar, ClockLine, Pause
from webapp.calendars import agency_calendar
from webapp.pages import wording
from webapp.promises import find_limit

LONGEST_STRIP = 42  # days; a longer stretch has its lines only
WEEKDAYS = (
    N_("Mon"),
    N_("Tue"),
    N_("Wed"),
    N_("Thu"),
    N_("Fri"),
    N_("Sat"),
    N_("Sun"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the clock: what, why, and the instant or amount. ``kind`` is "", plus, sum."""

    what: str
    why: str
    value: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip. ``kind`` is used, left, off, hol, pause or due."""

    kind: str
    weekday: str
    number: int
    note: str
    is_today: bool


def clock_lines(
    facts: Mapping[str, Any], received_at: datetime, pauses: Sequence[Pause] = ()
) -> tuple[Line, ...]:
    """Return the lines from reception to the promised instant; none where nothing is promised."""
    limit = find_limit(facts)
    if limit is None:
        return ()
    return tuple(_line(one, facts["limit"]) for one in limit.lines(received_at, pauses))


def day_strip(
    received_at: datetime,
    promised_at: datetime | None,
    pauses: Sequence[Pause],
    at: datetime,
    *,
    is_over: bool,
) -> tuple[Day, ...]:
    """Return the days from reception to the promised day, or to ``at`` where that is later.

    ``at`` is the present, or the end of a dossier that is over.
    """
    if promised_at is None:
        return ()
    calendar = agency_calendar()
    first, due = _local_day(received_at), _local_day(promised_at)
    last = max(due, min(_local_day(at), due + timedelta(days=7)))
    length = (last - first).days + 1
    if length > LONGEST_STRIP:
        return ()
    drawing = _Strip(calendar, first, due, _local_day(at), pauses, promised_at, is_over=is_over)
    return tuple(drawing.day(first + timedelta(days=number)) for number in range(length))


def short_instant(instant: datetime) -> str:
    """Return "09:15 T2 16/11"."""
    here = wording.local(instant)
    return f"{here:%H:%M} {gettext(WEEKDAYS[here.weekday()])} {here:%d/%m}"


def _line(line: ClockLine, limit: Mapping[str, Any]) -> Line:
    what = gettext(line.text, **line.params)
    if line.kind == "limit" and line.amount is not None:
        text = wording.in_language(limit.get("text")) or what
        hours = line.amount / wording.HOUR
        value = gettext("+ %(hours)s hours", hours=f"{hours:g}")
        return Line(
            gettext("Limit: %(limit)s", limit=text), wording.in_language(limit.get("basis")), value
        )
    if line.kind == "pause":
        return _pause_line(what, line)
    if line.kind == "due" and line.at:
        return Line(gettext("Promised"), "", short_instant(line.at), "sum")
    if line.at:
        return Line(what, "", short_instant(line.at))
    if line.day:
        return Line(what, "", f"{gettext(WEEKDAYS[line.day.weekday()])} {line.day:%d/%m}")
    return Line(what, "", "", "sum" if line.kind == "stopped" else "")


def _pause_line(what: str, line: ClockLine) -> Line:
    start = short_instant(line.at) if line.at else ""
    if line.until is None or line.amount is None:
        return Line(what, gettext("since %(start)s", start=start), gettext("stands still"), "plus")
    why = gettext("from %(start)s to %(end)s", start=start, end=short_instant(line.until))
    return Line(what, why, "+ " + wording.office_words(line.amount), "plus")


def _local_day(instant: datetime) -> date:
    return wording.local(instant).date()


@dataclass(frozen=True, slots=True)
class _Strip:
    calendar: Calendar
    first: date
    due: date
    today: date
    pauses: Sequence[Pause]
    promised_at: datetime
    is_over: bool

    def day(self, day: date) -> Day:
        kind = self._kind(day)
        note = self._note(day, kind)
        is_today = day == self.today and not self.is_over
        return Day(kind, gettext(WEEKDAYS[day.weekday()]), day.day, note, is_today)

    def _kind(self, day: date) -> str:
        if day == self.due:
            return "due"
        if not self.calendar.is_working_day(day):
            return "hol" if day in self.calendar.holidays and self._is_weekday(day) else "off"
        if any(self._in_pause(day, pause) for pause in self.pauses):
            return "pause"
        return "used" if day <= self.today else "left"

    def _is_weekday(self, day: date) -> bool:
        return bool(self.calendar.week[day.weekday()])

    def _in_pause(self, day: date, pause: Pause) -> bool:
        end = _local_day(pause.ended_at) if pause.ended_at else self.today
        return _local_day(pause.started_at) <= day < end or (
            pause.ended_at is None and day == self.today
        )

    def _note(self, day: date, kind: str) -> str:
        if kind == "due":
            return f"{wording.local(self.promised_at):%H:%M}"
        if day == self.today:
            return gettext("finished") if self.is_over else gettext("today")
        if day == self.first:
            return gettext("received")
        texts = {"off": gettext("off"), "hol": gettext("holiday"), "pause": gettext("stopped")}
        return texts.get(kind, "")
