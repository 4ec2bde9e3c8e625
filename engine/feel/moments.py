"""Dates, times and durations as FEEL counts them: any year to ±999,999,999, exact nanoseconds.

Python's own dates end with the year 9999 and its times with the microsecond; DMN 10.3.2.3.4 to
10.3.2.3.9 ask for more.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

SECOND = 1_000_000_000  # nanoseconds
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LAST_YEAR = 999_999_999
LONGEST_OFFSET = 18 * 3600  # seconds east or west of UTC

Zone = int | str | None  # seconds east of UTC, the name of a time zone, or none at all

_EPOCH = 719_468  # days from 0000-03-01 to 1970-01-01
_ERA = 146_097  # days in 400 years
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date of the proleptic Gregorian calendar (DMN 10.3.2.3.5)."""

    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """The days since 1970-01-01."""
        return days_since_epoch(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.ordinal + 3) % 7 + 1

    def plus_months(self, count: int) -> "Day | None":
        """Return the same day ``count`` months later, clamped to the month's end."""
        year, month = divmod(self.year * 12 + self.month - 1 + count, 12)
        if abs(year) > LAST_YEAR:
            return None
        return Day(year, month + 1, min(self.day, days_in_month(year, month + 1)))


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day (DMN 10.3.2.3.4)."""

    nanos: int  # since midnight
    zone: Zone = None

    def offset(self) -> int | None:
        """Return the seconds east of UTC; a named zone counts as on the first day of 1970."""
        return _offset(_FIRST, self.nanos, self.zone) if isinstance(self.zone, str) else self.zone

    def utc(self) -> int:
        """Return the nanoseconds since midnight in UTC, or in local time where no zone is."""
        return self.nanos - (self.offset() or 0) * SECOND


@dataclass(frozen=True, slots=True)
class Moment:
    """A date and time (DMN 10.3.2.3.6)."""

    day: Day
    nanos: int
    zone: Zone = None

    def offset(self) -> int | None:
        """Return the seconds east of UTC at this moment."""
        return _offset(self.day, self.nanos, self.zone) if isinstance(self.zone, str) else self.zone

    def utc(self) -> int:
        """Return the nanoseconds since 1970 in UTC, or in local time where no zone is."""
        return self.day.ordinal * DAY + self.nanos - (self.offset() or 0) * SECOND

    @property
    def clock(self) -> Clock:
        return Clock(self.nanos, self.zone)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A days and time duration (DMN 10.3.2.3.7)."""

    nanos: int


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration (DMN 10.3.2.3.8); ``count`` may be negative."""

    count: int


_FIRST = Day(1970, 1, 1)


def days_since_epoch(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date, in any year."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * _ERA + of_era * 365 + of_era // 4 - of_era // 100 + of_year - _EPOCH


def day_at(ordinal: int) -> Day | None:
    """Return the date so many days after 1970-01-01, ``None`` beyond the last year."""
    ordinal += _EPOCH
    era = ordinal // _ERA
    of_era = ordinal - era * _ERA
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    from_march = (5 * of_year + 2) // 153
    month = from_march + 3 if from_march < 10 else from_march - 9
    year = year_of_era + era * 400 + (month <= 2)
    if abs(year) > LAST_YEAR:
        return None
    return Day(year, month, of_year - (153 * from_march + 2) // 5 + 1)


def day_of(year: int, month: int, day: int) -> Day | None:
    """Return a date, ``None`` when the calendar has no such day."""
    if abs(year) > LAST_YEAR or not 1 <= month <= 12:
        return None
    return Day(year, month, day) if 1 <= day <= days_in_month(year, month) else None


def days_in_month(year: int, month: int) -> int:
    """Return how many days a month has."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _MONTH_DAYS[month - 1]


def moment_at(nanos: int, zone: Zone) -> Moment | None:
    """Return the local moment so many nanoseconds after 1970-01-01T00:00."""
    day, rest = divmod(nanos, DAY)
    date = day_at(day)
    return Moment(date, rest, zone) if date else None


def moved_to_zone(moment: Moment, zone: str) -> Moment | None:
    """Return the same instant on the clocks of another zone; ``None`` for no such zone."""
    if not is_zone(zone):
        return None
    there = moment_at(moment.utc(), 0)
    if there is None:
        return None
    offset = Moment(there.day, there.nanos, zone).offset() or 0
    return moment_at(moment.utc() + offset * SECOND, zone)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) | {"UTC", "Etc/UTC"}


def is_zone(name: str) -> bool:
    """Return whether a time zone of that name exists."""
    return name in _zones()


def _offset(day: Day, nanos: int, zone: str) -> int:
    """Return a named zone's offset; years no table knows count as the nearest known one."""
    year = min(max(day.year, 1971), 2100)
    local = datetime(
        year,
        day.month,
        min(day.day, days_in_month(year, day.month)),
        nanos // HOUR,
        nanos % HOUR // MINUTE,
        tzinfo=ZoneInfo(zone),
    )
    offset = local.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
