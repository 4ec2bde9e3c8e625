"""Why a date is what it is: the lines of the legal clock and the strip of days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext, ngettext

from engine.texts import N_
from engine.worktime import (
    Calendar,
    ClockLine,
    ClockStatus,
    Extension,
    Pause,
    Unit,
    between,
    day_length,
    parse_limit,
)
from webapp.legal_clock import Clock
from webapp.legal_rules import find_rule
from webapp.pages import wording

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
STATUSES = {  # the look of the tag, and its words
    ClockStatus.NOT_STARTED: ("new", N_("not started")),
    ClockStatus.RUNNING: ("run", N_("running")),
    ClockStatus.PAUSED: ("paused", N_("stands still")),
    ClockStatus.OVERDUE: ("new", N_("overdue")),
    ClockStatus.EARLY: ("done", N_("finished early")),
    ClockStatus.ON_TIME: ("done", N_("finished on time")),
    ClockStatus.LATE: ("new", N_("finished late")),
}


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


def clock_lines(clock: Clock | None) -> tuple[Line, ...]:
    """Return the lines from reception to the promised instant; none where nothing is promised."""
    if clock is None:
        return ()
    return tuple(_line(one, clock) for one in clock.lines())


def clock_data(clock: Clock) -> dict[str, Any]:
    """Return a clock as programs read it: instants in ISO 8601, amounts in seconds."""
    state = clock.state
    return {
        "phase": dict(clock.name) or None,
        "limit": {
            "amount": clock.limit.amount,
            "unit": clock.limit.unit.value,
            "convention": clock.limit.convention.value,
            "day_ends_at": _iso(clock.limit.day_ends_at),
        },
        "status": state.status.value,
        "received_at": _iso(state.received_at),
        "started_at": _iso(state.begins_at),
        "original_due_at": _iso(state.original_due),
        "due_at": _iso(state.due),
        "finished_at": _iso(state.finished_at),
        "spent_seconds": round(state.spent.total_seconds()),
        "remaining_seconds": _seconds(state.remaining),
        "calendar_revision": state.revision,
        "pauses": [_pause_data(one) for one in state.pauses],
        "extensions": [_extension_data(one) for one in state.extensions],
        "lines": [
            {"what": one.what, "why": one.why, "value": one.value} for one in clock_lines(clock)
        ],
    }


def _pause_data(pause: Pause) -> dict[str, Any]:
    return {
        "from": _iso(pause.started_at),
        "to": _iso(pause.ended_at),
        "reason": pause.reason,
        "legal_basis": _basis(f"pause.{pause.reason}", pause.started_at, pause.basis),
    }


def _extension_data(extension: Extension) -> dict[str, Any]:
    return {
        "at": _iso(extension.at),
        "old_due_at": _iso(extension.old_due),
        "new_due_at": _iso(extension.new_due),
        "reason": extension.reason,
        "signer": extension.note,
    }


def status_words(clock: Clock) -> tuple[str, str]:
    """Return the look of a clock's tag and its words."""
    kind, words = STATUSES[clock.state.status]
    return kind, gettext(words)


def day_strip(clock: Clock | None, at: datetime, *, is_over: bool) -> tuple[Day, ...]:
    """Return the days from reception to the promised day, or to ``at`` where that is later.

    ``at`` is the present, or the end of a dossier that is over.
    """
    if clock is None or clock.state.promised is None or clock.state.received_at is None:
        return ()
    promised_at = clock.state.promised
    first, due = _local_day(clock.state.received_at), _local_day(promised_at)
    last = max(due, min(_local_day(at), due + timedelta(days=7)))
    length = (last - first).days + 1
    if length > LONGEST_STRIP:
        return ()
    pauses = clock.state.pauses
    today = _local_day(at)
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


def short_instant(instant: datetime) -> str:
    """Return "09:15 T2 16/11"."""
    here = wording.local(instant)
    return f"{here:%H:%M} {gettext(WEEKDAYS[here.weekday()])} {here:%d/%m}"


def _line(line: ClockLine, clock: Clock) -> Line:
    what, why = _what(line, clock), _why(line, clock)
    if line.kind == "limit":
        return _limit_line(what, clock)
    if line.kind == "pause":
        return _pause_line(what, why, line)
    if line.kind == "extension" and line.until:
        return Line(what, why, "→ " + short_instant(line.until), "plus")
    if line.kind == "due" and line.at:
        return Line(gettext("Promised"), why, short_instant(line.at), "sum")
    if line.at:
        return Line(what, why, short_instant(line.at))
    if line.day:
        return Line(what, why, f"{gettext(WEEKDAYS[line.day.weekday()])} {line.day:%d/%m}")
    return Line(what, why, "", "sum" if line.kind == "stopped" else "")


def _what(line: ClockLine, clock: Clock) -> str:
    if line.kind == "pause":
        rule = _rule_of(f"pause.{line.params.get('reason', '')}", line, clock)
        name = wording.in_language(rule.name) if rule else ""
        reason = ": ".join(one for one in (name, line.note) if one)
        return gettext("Paused, does not count: %(reason)s", reason=reason) if reason else "–"
    told = dict(line.params)
    if "name" in told:
        told["name"] = wording.holiday(str(told["name"]))
    return gettext(line.text, **told)


def _why(line: ClockLine, clock: Clock) -> str:
    """Return the article or decision behind a line, for extensions with who signed."""
    rule = _rule_of(line.kind, line, clock)
    if line.kind == "pause":
        rule = _rule_of(f"pause.{line.params.get('reason', '')}", line, clock)
    basis = line.source or (wording.in_language(rule.basis) if rule else "")
    if line.kind == "extension" and line.note:
        signed = gettext("signed by %(signer)s", signer=line.note)
        return "; ".join(one for one in (basis, signed) if one)
    return basis


def _rule_of(kind: str, line: ClockLine, clock: Clock) -> Any:
    instant = line.at or clock.state.received_at
    day = line.day or (_local_day(instant) if instant else None)
    return find_rule(kind, day) if day else None


def _limit_line(what: str, clock: Clock) -> Line:
    told: Mapping[str, Any] = clock.told
    text = wording.in_language(told.get("text"))
    title = gettext("Limit: %(limit)s", limit=text) if text else what
    basis = wording.in_language(told.get("basis"))
    why = "; ".join(one for one in (what, basis) if one and one != title)
    return Line(title, why, _limit_value(clock))


def _limit_value(clock: Clock) -> str:
    """Return the hours that are added, where the limit is counted in them."""
    limit = clock.limit
    if not limit.in_office_time or limit.in_whole_days or limit.unit is Unit.SAME_DAY:
        return ""
    hours = parse_limit(limit.amount, clock.calendar) / wording.HOUR
    return gettext("+ %(hours)s hours", hours=f"{hours:g}")


def _pause_line(what: str, why: str, line: ClockLine) -> Line:
    start = short_instant(line.at) if line.at else ""
    if line.until is None or line.amount is None:
        since = gettext("since %(start)s", start=start)
        return Line(what, _joined(since, why), gettext("stands still"), "plus")
    span = gettext("from %(start)s to %(end)s", start=start, end=short_instant(line.until))
    return Line(what, _joined(span, why), "+ " + wording.office_words(line.amount), "plus")


def _joined(first: str, second: str) -> str:
    return f"{first}. {second}" if second else first


def _basis(rule: str, at: datetime, own: str) -> str:
    found = find_rule(rule, _local_day(at))
    return own or (wording.in_language(found.basis) if found else "")


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _seconds(amount: timedelta | None) -> int | None:
    return None if amount is None else round(amount.total_seconds())


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
