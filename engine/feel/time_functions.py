"""Built-in functions for dates, times and durations.

``now()`` and ``today()`` give the instant that the evaluation was started with: time is an
argument, and an evaluation that was given none refuses them.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.feel import moment_texts
from engine.feel.errors import N_, FeelError
from engine.feel.limits import Budget
from engine.feel.moments import (
    HOUR,
    LONGEST_OFFSET,
    MINUTE,
    SECOND,
    Clock,
    Day,
    Duration,
    Moment,
    Months,
    day_of,
    days_in_month,
    days_since_epoch,
    moved_to_zone,
)
from engine.feel.signature import Shelf
from engine.feel.values import admit, is_whole

TIMES = Shelf()

_Number = int | Decimal
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_LARGEST_PART = 10**10


@TIMES.function("date", "from: string")
def _date_of_text(_: Budget, text: str) -> Day | None:
    """The date that a text spells. DMN 10.3.4.1."""
    return moment_texts.read_date(text)


@TIMES.function("date", "from: day")
def _date_of_moment(_: Budget, day: Day | Moment) -> Day:
    """The date of a date and time. DMN 10.3.4.1."""
    return _day(day)


@TIMES.function("date", "year: number", "month: number", "day: number")
def _date(_: Budget, year: _Number, month: _Number, day: _Number) -> Day | None:
    """The date of a year, month and day. DMN 10.3.4.1."""
    parts = (year, month, day)
    if not all(-_LARGEST_PART < part < _LARGEST_PART and is_whole(part) for part in parts):
        return None
    return day_of(int(year), int(month), int(day))


@TIMES.function("time", "from: string")
def _time_of_text(_: Budget, text: str) -> Clock | None:
    """The time that a text spells. DMN 10.3.4.1."""
    return moment_texts.read_time(text)


@TIMES.function("time", "from: clock")
def _time_of_moment(_: Budget, value: Clock | Moment) -> Clock:
    """The time of a date and time. DMN 10.3.4.1."""
    return value if isinstance(value, Clock) else value.clock


@TIMES.function("time", "from: date")
def _time_of_date(_: Budget, _day: Day) -> Clock:
    """The time of a date: midnight in UTC. DMN 10.3.4.1."""
    return Clock(0, 0)


@TIMES.function("time", "hour: number", "minute: number", "second: number", "offset: days|null?")
def _time(
    _: Budget, hour: _Number, minute: _Number, second: _Number, offset: Duration | None
) -> Clock | None:
    """The time of an hour, minute, second and offset. DMN 10.3.4.1."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    if not (is_whole(hour) and is_whole(minute)):
        return None
    if offset is not None and abs(offset.nanos) > LONGEST_OFFSET * SECOND:
        return None
    nanos = int(hour) * HOUR + int(minute) * MINUTE + int(Decimal(second) * SECOND)
    return Clock(nanos, None if offset is None else offset.nanos // SECOND)


@TIMES.function("date and time", "from: string")
def _moment_of_text(_: Budget, text: str) -> Moment | None:
    """The date and time that a text spells. DMN 10.3.4.1."""
    return moment_texts.read_moment(text)


@TIMES.function("date and time", "from: moment")
def _moment_of_moment(_: Budget, moment: Moment) -> Moment:
    """The date and time itself; a date gives its midnight in UTC. DMN 10.3.4.1."""
    return moment


@TIMES.function("date and time", "date: day", "time: time")
def _moment(_: Budget, day: Day | Moment, clock: Clock) -> Moment:
    """The date and time of a date and a time. DMN 10.3.4.1."""
    return Moment(_day(day), clock.nanos, clock.zone)


@TIMES.function("date and time", "date: moment", "timezone: string")
def _moment_in_zone(_: Budget, moment: Moment, zone: str) -> Moment | None:
    """The same instant in another time zone. DMN 10.3.4.1."""
    return moved_to_zone(moment, zone)


@TIMES.function("duration", "from: string")
def _duration_of_text(_: Budget, text: str) -> Duration | Months | None:
    """The duration that a text spells. DMN 10.3.4.1."""
    return moment_texts.read_duration(text)


@TIMES.function("duration", "from: duration")
def _duration(_: Budget, duration: Duration | Months) -> Duration | Months:
    """The duration itself. DMN 10.3.4.1."""
    return duration


@TIMES.function("years and months duration", "from: day", "to: day")
def _months_between(_: Budget, start: Day | Moment, end: Day | Moment) -> Months:
    """The full months from one date to another. DMN 10.3.4.1."""
    first, last = _day(start), _day(end)
    count = (last.year - first.year) * 12 + last.month - first.month
    if count > 0 and last.day < first.day:
        count -= 1
    elif count < 0 and last.day > first.day:
        count += 1
    return Months(count)


@TIMES.function("day of year", "date: day")
def _day_of_year(_: Budget, value: Day | Moment) -> int:
    """The number of a day in its year. DMN 10.3.4.8."""
    day = _day(value)
    return day.ordinal - days_since_epoch(day.year, 1, 1) + 1


@TIMES.function("day of week", "date: day")
def _day_of_week(_: Budget, value: Day | Moment) -> str:
    """The English name of the day. DMN 10.3.4.8."""
    return _DAYS[_day(value).weekday - 1]


@TIMES.function("month of year", "date: day")
def _month_of_year(_: Budget, value: Day | Moment) -> str:
    """The English name of the month. DMN 10.3.4.8."""
    return _MONTHS[_day(value).month - 1]


@TIMES.function("week of year", "date: day")
def _week_of_year(_: Budget, value: Day | Moment) -> int:
    """The number of the week as ISO 8601 counts them. DMN 10.3.4.8."""
    day = _day(value)
    thursday = day.ordinal - day.weekday + 4
    new_year = days_since_epoch(day.year, 1, 1)
    following = days_since_epoch(day.year + 1, 1, 1)
    if thursday < new_year:
        return (thursday - days_since_epoch(day.year - 1, 1, 1)) // 7 + 1
    return (thursday - (following if thursday >= following else new_year)) // 7 + 1


@TIMES.function("last day of month", "date: day")
def _last_day(_: Budget, value: Day | Moment) -> Day:
    """The last day of a date's month. A function of Camunda, beside DMN 10.3.4.8."""
    day = _day(value)
    return Day(day.year, day.month, days_in_month(day.year, day.month))


@TIMES.function("now")
def _now(budget: Budget) -> Moment:
    """The moment of this evaluation. DMN 10.3.4.11."""
    value = _given(budget)
    if isinstance(value, Moment):
        return value
    raise _no_clock("now()")


@TIMES.function("today")
def _today(budget: Budget) -> Day:
    """The day of this evaluation. DMN 10.3.4.11."""
    value = _given(budget)
    if isinstance(value, Day | Moment):
        return _day(value)
    raise _no_clock("today()")


def _given(budget: Budget) -> Any:
    given = budget.now
    if isinstance(given, Mapping):
        given = given.get("now") or given.get("today")
    return admit(given)


def _no_clock(name: str) -> FeelError:
    return FeelError(
        N_("“%(word)s” is not available here. Use a date from the dossier instead."),
        {"word": name},
    )


def _day(value: Day | Moment) -> Day:
    return value if isinstance(value, Day) else value.day
