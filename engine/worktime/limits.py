"""Limits as the law writes them: working days or hours, calendar days, hours, months, same day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from engine.worktime.calendars import ALWAYS, Calendar, spans_on
from engine.worktime.clock import Pause, add, between, clock_start
from engine.worktime.durations import parse_days, parse_duration, parse_limit

_DAY = timedelta(days=1)
_NOTHING = timedelta()


class Unit(StrEnum):
    """What the amount of a limit counts."""

    WORKING_DAY = "working_day"
    WORKING_HOUR = "working_hour"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"  # hours that pass, night and day
    MONTH = "month"
    SAME_DAY = "same_day"  # until the office closes; no amount


class Convention(StrEnum):
    """How days are counted. Source: REFERENCE of the domain, B.4.6."""

    HOURS = "hours"  # (a) from the instant: one working day is a full day's office hours
    WHOLE_DAYS = "whole_days"  # (b) the first day does not count, the last one to its end


_OFFICE = frozenset({Unit.WORKING_DAY, Unit.WORKING_HOUR, Unit.SAME_DAY})


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take. ``amount`` is ISO 8601: ``P3D``, ``P0.25D``, ``PT4H``, ``P2M``.

    What is received after ``day_ends_at`` (local time) counts from the next working day.
    """

    unit: Unit
    amount: str = "PT0S"
    day_ends_at: time | None = None
    convention: Convention = Convention.HOURS

    @property
    def in_office_time(self) -> bool:
        """Whether only working time counts; otherwise the time that passes."""
        return self.unit in _OFFICE

    @property
    def in_whole_days(self) -> bool:
        return self.convention is Convention.WHOLE_DAYS and self.unit in (
            Unit.WORKING_DAY,
            Unit.CALENDAR_DAY,
            Unit.MONTH,
        )

    def begins(self, start: datetime, calendar: Calendar) -> datetime:
        """Return when the clock begins to run for something received at ``start``, in UTC."""
        if self.in_office_time or self.day_ends_at is not None:
            return clock_start(start, calendar, self.day_ends_at)
        return start.astimezone(UTC)

    def due_at(
        self, start: datetime, calendar: Calendar, pauses: Iterable[Pause] = ()
    ) -> datetime | None:
        """Return when the limit is due, in working time; ``None`` while a pause lasts."""
        begin = self.begins(start, calendar)
        return self.moved(self.plain_due(begin, calendar), calendar, pauses, since=begin)

    def plain_due(self, begin: datetime, calendar: Calendar) -> datetime:
        """Return the end of the amount counted from ``begin``, before it meets days off."""
        if self.unit is Unit.SAME_DAY:
            return _close_of(calendar.local(begin).date(), calendar)
        return self.extended(begin, self.amount, calendar)

    def extended(self, due: datetime, amount: str, calendar: Calendar) -> datetime:
        """Return ``due`` with an ISO 8601 amount of this limit's own time added."""
        if self.unit is Unit.WORKING_DAY and self.in_whole_days:
            return _after_working_days(due, parse_days(amount), calendar)
        if self.in_office_time:
            return add(due, parse_limit(amount, calendar), calendar)
        return parse_duration(amount).after(calendar.local(due)).astimezone(UTC)

    def moved(
        self, due: datetime, calendar: Calendar, pauses: Iterable[Pause], *, since: datetime
    ) -> datetime | None:
        """Return ``due`` moved by the pauses after ``since``; ``None`` while one lasts.

        A pause that begins when the limit is over moves nothing.
        """
        for pause in merged(pauses, since):
            if pause.started_at >= self.settled(due, calendar):
                break
            if pause.ended_at is None:
                return None
            due = self._moved_by(due, pause.started_at, pause.ended_at, calendar)
        return self.settled(due, calendar)

    def settled(self, due: datetime, calendar: Calendar) -> datetime:
        """Return the instant in working time at which something due at ``due`` is really due.

        A limit whose last day is a day off ends on the next working day: in whole days with its
        close, by hours with its first instant. Source: Civil Code 91/2015/QH13, article 148,
        clause 5.
        """
        if self.in_office_time:
            return due
        day = calendar.local(due).date()
        if self.in_whole_days:
            return _close_of(day, calendar)
        later = (max(begin, due) for begin, end in spans_on(calendar, day) if end >= due)
        return next(later, None) or clock_start(due, calendar)

    def passed(self, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
        """Return the time of this limit's kind from ``start`` to ``end``; below zero backwards."""
        return between(start, end, calendar if self.in_office_time else ALWAYS)

    def _moved_by(
        self, due: datetime, start: datetime, end: datetime, calendar: Calendar
    ) -> datetime:
        if not self.in_whole_days:
            passed = self.passed(start, end, calendar)
            return add(due, passed, calendar if self.in_office_time else ALWAYS)
        first, last = calendar.local(start).date(), calendar.local(end).date()
        if self.unit is Unit.WORKING_DAY:
            worked = sum(bool(spans_on(calendar, day)) for day in _days(first + _DAY, last))
            return _after_working_days(due, worked, calendar)
        return due + (last - first)


def merged(pauses: Iterable[Pause], since: datetime) -> tuple[Pause, ...]:
    """Return the pauses after ``since`` in order of time, those that touch as one."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: one.started_at):
        begin = max(pause.started_at, since)
        if pause.ended_at is not None and pause.ended_at <= begin:
            continue
        if found and (found[-1].ended_at is None or begin <= found[-1].ended_at):
            last = found.pop()
            ends = (last.ended_at, pause.ended_at)
            end = None if None in ends else max(one for one in ends if one)
            found.append(Pause(last.started_at, end, last.reason))
        else:
            found.append(Pause(begin, pause.ended_at, pause.reason))
    return tuple(found)


def time_paused(
    pauses: Iterable[Pause], start: datetime, end: datetime, calendar: Calendar
) -> timedelta:
    """Return the office time of ``calendar`` between two instants that lies in pauses."""
    stretches = ((p.started_at, min(p.ended_at or end, end)) for p in merged(pauses, start))
    return sum((between(a, b, calendar) for a, b in stretches if b > a), _NOTHING)


def _after_working_days(due: datetime, days: int, calendar: Calendar) -> datetime:
    """Return the close of the n-th working day after the day of ``due``; of that day for none."""
    day = calendar.local(due).date()
    while days > 0:
        day = calendar.local(_close_of(day + _DAY, calendar)).date()
        days -= 1
    return _close_of(day, calendar)


def _close_of(day: date, calendar: Calendar) -> datetime:
    """Return when the office closes on that day, or on the next day that is worked."""
    spans = spans_on(calendar, day)
    if spans:
        return spans[-1][1]
    noon = datetime.combine(day, time(0), calendar.zone)
    return spans_on(calendar, calendar.local(clock_start(noon, calendar)).date())[-1][1]


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
