"""How a clock looks on a page: its tag, the strip of days, what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext, ngettext

from engine.texts import N_
from engine.worktime import Calendar, ClockStatus, Pause, between, day_length
from webapp.clock_words import WEEKDAYS, clock_lines, local_day
from webapp.legal_clock import Clock
from webapp.pages import office, wording
from webapp.queries.forecast import Forecast
from webapp.standing import ClockColumns, standing

__all__ = [
    "clock_lines",
    "day_strip",
    "left_words",
    "standing_words",
    "stands_still",
    "status_words",
]
LONGEST_STRIP = 42  # days; a longer stretch has its lines only
STATUSES = {  # the look of the tag, and its words
    ClockStatus.NOT_STARTED: ("new", N_("not started")),
    ClockStatus.RUNNING: ("run", N_("running")),
    ClockStatus.PAUSED: ("paused", N_("stands still")),
    ClockStatus.OVERDUE: ("new", N_("overdue")),
    ClockStatus.EARLY: ("done", N_("finished early")),
    ClockStatus.ON_TIME: ("done", N_("finished on time")),
    ClockStatus.LATE: ("new", N_("finished late")),
}
_STANDINGS = {
    ClockStatus.PAUSED: ("paused", N_("clock stopped")),
    ClockStatus.EARLY: ("done", N_("finished early")),
    ClockStatus.ON_TIME: ("done", N_("finished on time")),
    ClockStatus.LATE: ("late", N_("finished late")),
}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip. ``kind`` is used, left, off, hol, pause or due."""

    kind: str
    weekday: str
    number: str  # with the month on its first day
    note: str
    is_today: bool


def status_words(clock: Clock) -> tuple[str, str]:
    """Return the look of a clock's tag and its words."""
    kind, words = STATUSES[clock.state.status]
    return kind, gettext(words)


def stands_still(dossier: ClockColumns, at: datetime) -> bool:
    """Return whether the time of a dossier does not count now."""
    return standing(dossier, at) is ClockStatus.PAUSED


def standing_words(dossier: ClockColumns, at: datetime) -> tuple[str, str] | None:
    """Return the look and the words of how a dossier stands beside its promise; None: no promise.

    The same wherever a dossier is shown in one line.
    """
    found = standing(dossier, at)
    if found is None or dossier.promised_at is None:
        return None
    if found in (ClockStatus.RUNNING, ClockStatus.OVERDUE):
        return wording.due_words(dossier.promised_at, at, office.calendar())
    look, words = _STANDINGS[found]
    return look, gettext(words)


def day_strip(clock: Clock | None, at: datetime, *, is_over: bool) -> tuple[Day, ...]:
    """Return the days from reception to the promised day, or to ``at`` where that is later.

    ``at`` is the present, or the end of a dossier that is over.
    """
    if clock is None or clock.state.promised is None or clock.state.received_at is None:
        return ()
    promised_at = clock.state.promised
    first, due = local_day(clock.state.received_at), local_day(promised_at)
    last = max(due, min(local_day(at), due + timedelta(days=7)))
    length = (last - first).days + 1
    if length > LONGEST_STRIP:
        return ()
    pauses = clock.state.pauses
    today = local_day(at)
    drawing = _Strip(clock.calendar, first, due, today, pauses, promised_at, is_over=is_over)
    return tuple(drawing.day(first + timedelta(days=number)) for number in range(length))


def left_words(clock: Clock, promised_at: datetime, at: datetime) -> str:
    """Return how much office time is left until the promised instant, or that it has passed."""
    calendar = clock.calendar
    if promised_at < at:
        late = wording.office_words(between(promised_at, at, calendar))
        return gettext("The promised date has passed by %(time)s. We apologise.", time=late)
    left = between(at, promised_at, calendar)
    days = left // day_length(calendar)
    if days:
        return ngettext("%(num)s working day left.", "%(num)s working days left.", days)
    return gettext("%(time)s of office time left.", time=wording.office_words(left))


def forecast_context(found: Forecast | None, promised_at: datetime | None) -> dict[str, Any]:
    """Return the forecast beside the legal date: late where half of like cases end after it."""
    is_late = bool(found and promised_at and found.median_at > promised_at)
    return {"forecast": found, "forecast_is_late": is_late}


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
        number = str(day.day) if day.day > 1 else f"1/{day.month}"
        return Day(kind, gettext(WEEKDAYS[day.weekday()]), number, note, is_today)

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
        end = local_day(pause.ended_at) if pause.ended_at else self.today
        return local_day(pause.started_at) <= day < end or (
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
