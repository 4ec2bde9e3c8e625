"""Why a limit is due when it is: the lines that people are shown beside the date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from engine.texts import N_
from engine.worktime.calendars import Calendar
from engine.worktime.clock import Pause, between, clock_start, due_at

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One line: what it says (an English template with params) and when or how much.

    ``kind`` is received, starts, limit, holiday, extra_day, days_off, pause, stopped or due.
    ``at``/``until`` are UTC instants, ``day`` a local date, ``amount`` office time.
    """

    kind: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    until: datetime | None = None
    day: date | None = None
    amount: timedelta | None = None


def explain(
    start: datetime,
    limit: timedelta,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    day_ends_at: time | None = None,
) -> tuple[ClockLine, ...]:
    """Return the lines that lead from the reception to the due instant, in the order of time."""
    due = due_at(start, limit, calendar, pauses, day_ends_at=day_ends_at)
    begin = clock_start(start, calendar, day_ends_at)
    lines = [ClockLine("received", N_("Received"), at=start)]
    if begin != start:
        lines.append(_start_line(start, begin, calendar, day_ends_at))
    lines.append(ClockLine("limit", N_("Time allowed, in working time"), amount=limit))
    last = due or max((pause.started_at for pause in pauses), default=begin)
    events = [*_day_lines(start, last, calendar), *_pause_lines(pauses, last, calendar)]
    lines += sorted(events, key=lambda line: _when(line, calendar))
    lines += _days_off(start, last, calendar)
    if due is None:
        lines.append(ClockLine("stopped", N_("The clock stands still until the pause ends")))
    else:
        lines.append(ClockLine("due", N_("Due"), at=due))
    return tuple(lines)


def _start_line(
    start: datetime, begin: datetime, calendar: Calendar, day_ends_at: time | None
) -> ClockLine:
    local = calendar.local(start)
    if day_ends_at is not None and local.time() > day_ends_at:
        text = N_("Received after %(time)s, so the time counts from the next working day")
        return ClockLine("starts", text, {"time": f"{day_ends_at:%H:%M}"}, at=begin)
    return ClockLine("starts", N_("Received outside office hours; the time counts from"), at=begin)


def _day_lines(start: datetime, end: datetime, calendar: Calendar) -> Iterator[ClockLine]:
    """Yield holidays that cost a working day and make-up days that gained one."""
    for day in _days(start, end, calendar):
        if day in calendar.extra_days:
            text = N_("%(name)s: a make-up working day, it counts")
            yield ClockLine("extra_day", text, {"name": calendar.extra_days[day]}, day=day)
        elif day in calendar.holidays and calendar.week[day.weekday()]:
            text = N_("%(name)s: a day off, it does not count")
            yield ClockLine("holiday", text, {"name": calendar.holidays[day]}, day=day)


def _days_off(start: datetime, end: datetime, calendar: Calendar) -> list[ClockLine]:
    free = [
        day
        for day in _days(start, end, calendar)
        if not calendar.week[day.weekday()] and day not in calendar.extra_days
    ]
    if not free:
        return []
    text = N_("Weekly days off that do not count: %(count)s")
    return [ClockLine("days_off", text, {"count": len(free)})]


def _days(start: datetime, end: datetime, calendar: Calendar) -> Iterator[date]:
    day, last = calendar.local(start).date(), calendar.local(end).date()
    while day <= last:
        yield day
        day += _DAY


def _pause_lines(
    pauses: Sequence[Pause], last: datetime, calendar: Calendar
) -> Iterator[ClockLine]:
    for pause in pauses:
        if pause.started_at > last:
            continue
        until = pause.ended_at
        amount = None if until is None else between(pause.started_at, until, calendar)
        text = N_("Paused, does not count: %(reason)s") if pause.reason else N_("Paused")
        params = {"reason": pause.reason} if pause.reason else {}
        yield ClockLine("pause", text, params, pause.started_at, until, amount=amount)


def _when(line: ClockLine, calendar: Calendar) -> date:
    return line.day or (calendar.local(line.at).date() if line.at else date.max)
