"""Counting office time: when a limit is due and how much has passed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.errors import ExecutionError
from engine.texts import N_
from engine.worktime.calendars import Calendar, Span, spans_on

_NOTHING = timedelta()
_DAY = timedelta(days=1)
_FARTHEST = 40 * 366  # days searched for office time before giving up


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count; ``ended_at`` is ``None`` while it lasts.

    ``reason`` is a code, ``note`` says more, ``basis`` is the legal article.
    """

    started_at: datetime
    ended_at: datetime | None = None
    reason: str = ""
    note: str = ""
    basis: str = ""


def add(
    start: datetime, amount: timedelta, calendar: Calendar, *, day_ends_at: time | None = None
) -> datetime:
    """Return the instant when ``amount`` of office time has passed since ``start``, in UTC.

    Counts hours: eight office hours are one working day, from the very instant of the start.
    What ends with a session ends at its last instant, not at the next session's first. Something
    received after ``day_ends_at`` (local time) counts from the next working day. Zero gives the
    first office instant. ``amount`` must not be negative.
    Source: REFERENCE of the domain, deadlines, convention (a).
    """
    if amount < _NOTHING:
        raise ValueError("office time cannot be counted backwards")
    left = amount
    for begin, end in _spans_from(clock_start(start, calendar, day_ends_at), calendar):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise _never()


def add_days(
    start: datetime, days: int, calendar: Calendar, *, day_ends_at: time | None = None
) -> datetime:
    """Return the end of the n-th working day after the day of ``start``, in UTC.

    The other convention, (b): the first day does not count, the last one counts to its end.
    """
    first = calendar.local(clock_start(start, calendar, day_ends_at)).date()
    left = days
    for day in _days_from(first + _DAY if days else first):
        spans = spans_on(calendar, day)
        left -= 1 if spans else 0
        if left <= 0 and spans:
            return spans[-1][1]
    raise _never()


def between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return the office time from ``start`` to ``end``; negative when the end comes first."""
    if end < start:
        return -between(end, start, calendar)
    total = _NOTHING
    for begin, finish in _spans_from(start, calendar):
        if begin >= end:
            break
        total += min(finish, end) - begin
    return total


def subtract(end: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """Return the last instant from which ``amount`` of office time is left until ``end``, in UTC.

    ``amount`` must not be negative.
    """
    left = amount
    last = calendar.local(end).date().toordinal()
    for ordinal in range(last, max(last - _FARTHEST, 1), -1):
        for begin, finish in reversed(spans_on(calendar, date.fromordinal(ordinal))):
            finish = min(finish, end)
            if begin >= finish:
                continue
            if left <= finish - begin:
                return finish - left
            left -= finish - begin
    raise _never()


def clock_start(start: datetime, calendar: Calendar, day_ends_at: time | None = None) -> datetime:
    """Return when the clock begins to run for something received at ``start``, in UTC."""
    local = calendar.local(start)
    late = day_ends_at is not None and local.time() > day_ends_at
    first_day = local.date() + _DAY if late and spans_on(calendar, local.date()) else None
    for begin, end in _spans_from(start, calendar):
        if begin < end and (first_day is None or calendar.local(begin).date() >= first_day):
            return begin
    raise _never()


def due_at(
    start: datetime,
    limit: timedelta,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    *,
    day_ends_at: time | None = None,
) -> datetime | None:
    """Return when a limit is due that does not run during pauses; ``None`` while one lasts."""
    at = clock_start(start, calendar, day_ends_at)
    left = limit
    for pause in sorted(pauses, key=lambda pause: pause.started_at):
        run = max(between(at, pause.started_at, calendar), _NOTHING)
        if run >= left:
            break
        if pause.ended_at is None:
            return None
        left -= run
        at = max(at, pause.ended_at)
    return add(at, left, calendar)


def _spans_from(start: datetime, calendar: Calendar) -> Iterator[Span]:
    """Yield the working time from ``start`` on; the first span is cut at the start."""
    for day in _days_from(calendar.local(start).date()):
        for begin, end in spans_on(calendar, day):
            if end > start:
                yield max(begin, start.astimezone(begin.tzinfo)), end


def _days_from(first: date) -> Iterator[date]:
    ordinal = first.toordinal()
    last = min(ordinal + _FARTHEST, date.max.toordinal() - 1)
    return map(date.fromordinal, range(ordinal, last))


def _never() -> ExecutionError:
    return ExecutionError(
        N_("The calendar has no office hours in the next 40 years. Correct the calendar.")
    )
