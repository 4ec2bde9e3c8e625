"""Built-in functions for dates, times and durations.

``now()`` and ``today()`` read the variables ``now`` and ``today``: time is an argument, and an
evaluation that was given none refuses them.
"""

import calendar
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from engine.feel import temporal
from engine.feel.errors import N_, FeelError
from engine.feel.scope import Scope
from engine.feel.signature import Shelf
from engine.feel.values import Months

TIMES = Shelf()

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@TIMES.function("date", "from: any", "month: number?", "day: number?")
def _date(_: Scope, source: Any, month: Decimal | None, day: Decimal | None) -> date | None:
    if month is not None and day is not None:
        try:
            return date(int(source), int(month), int(day))
        except (ValueError, TypeError, OverflowError):
            return None
    if isinstance(source, datetime):
        return source.date()
    if isinstance(source, date):
        return source
    return temporal.read_date(source) if isinstance(source, str) else None


@TIMES.function("time", "from: any", "minute: number?", "second: number?", "offset: duration?")
def _time(
    _: Scope, source: Any, minute: Decimal | None, second: Decimal | None, offset: Any
) -> time | None:
    if minute is not None and second is not None:
        return _clock(source, minute, second, offset)
    if isinstance(source, datetime):
        return source.timetz()
    if isinstance(source, time):
        return source
    if isinstance(source, date):
        return time()
    return temporal.read_time(source) if isinstance(source, str) else None


def _clock(hour: Any, minute: Decimal, second: Decimal, offset: Any) -> time | None:
    try:
        zone = timezone(offset) if isinstance(offset, timedelta) else None
        return time(int(hour), int(minute), int(second), int(second % 1 * 1_000_000), zone)
    except (ValueError, TypeError, OverflowError):
        return None


@TIMES.function("date and time", "date: any", "time: time?")
def _date_and_time(_: Scope, day: Any, clock: time | None) -> datetime | None:
    if isinstance(day, str):
        return temporal.read_datetime(day) if clock is None else None
    if clock is None:
        return day if isinstance(day, datetime) else None
    if isinstance(day, datetime):
        day = day.date()
    return datetime.combine(day, clock) if isinstance(day, date) else None


@TIMES.function("duration", "from: any")
def _duration(_: Scope, source: Any) -> timedelta | Months | None:
    if isinstance(source, timedelta | Months):
        return source
    return temporal.read_duration(source) if isinstance(source, str) else None


@TIMES.function("years and months duration", "from: date", "to: date")
def _months_between(_: Scope, start: date, end: date) -> Months:
    return temporal.months_between(start, end)


@TIMES.function("day of week", "date: date")
def _day_of_week(_: Scope, day: date) -> str:
    return _DAYS[day.weekday()]


@TIMES.function("month of year", "date: date")
def _month_of_year(_: Scope, day: date) -> str:
    return _MONTHS[day.month - 1]


@TIMES.function("day of year", "date: date")
def _day_of_year(_: Scope, day: date) -> int:
    return day.timetuple().tm_yday


@TIMES.function("week of year", "date: date")
def _week_of_year(_: Scope, day: date) -> int:
    return day.isocalendar().week


@TIMES.function("last day of month", "date: date")
def _last_day(_: Scope, day: date) -> date:
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])


@TIMES.function("now")
def _now(scope: Scope) -> datetime:
    value = scope.find("now")
    if isinstance(value, datetime):
        return value
    raise _no_clock("now()")


@TIMES.function("today")
def _today(scope: Scope) -> date:
    value = scope.find("today") or scope.find("now")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise _no_clock("today()")


def _no_clock(name: str) -> FeelError:
    return FeelError(
        N_("“%(word)s” is not available here. Use a date from the dossier instead."),
        {"word": name},
    )
