"""When an office works: weekly sessions, holidays and make-up working days, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Session = tuple[time, time]
"""From and to on one day, local time; an end of 00:00 means midnight at the day's end."""

Week = tuple[tuple[Session, ...], ...]
"""The sessions of Monday to Sunday."""

Span = tuple[datetime, datetime]
"""From and to as UTC instants."""

_MIDNIGHT = time(0)
_ANY_DAY = date(2000, 1, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The working time of one office. Compared by identity, so that it can be a cache key.

    ``week`` holds the sessions of Monday to Sunday; each of ``later_weeks``, earliest first, takes
    its place from a date on. ``holidays`` are free, whatever the weekday; ``extra_days`` are
    worked, even on a Saturday or holiday, with the sessions of a full day, or with those of
    ``extra_sessions``. Names are what people are shown; ``sources`` say who decided on a day.
    """

    tz: str
    week: tuple[tuple[Session, ...], ...]
    holidays: Mapping[date, str] = field(default_factory=dict)
    extra_days: Mapping[date, str] = field(default_factory=dict)
    later_weeks: tuple[tuple[date, Week], ...] = ()
    extra_sessions: Mapping[date, tuple[Session, ...]] = field(default_factory=dict)
    sources: Mapping[date, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    def week_on(self, day: date) -> Week:
        """Return the week in force on that day."""
        week = self.week
        for first, later in self.later_weeks:
            if first > day:
                break
            week = later
        return week

    def sessions_on(self, day: date) -> tuple[Session, ...]:
        """Return the sessions worked on that day, earliest first; none on a free day."""
        if day in self.extra_days:
            return self.extra_sessions.get(day) or max(self.week_on(day), key=_length)
        return () if day in self.holidays else self.week_on(day)[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        return bool(self.sessions_on(day))

    def local(self, instant: datetime) -> datetime:
        """Return the instant on the office's own clock. Raises ValueError without a time zone."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return instant.astimezone(ZoneInfo(self.tz))


ALWAYS = Calendar("UTC", (((_MIDNIGHT, _MIDNIGHT),),) * 7)
"""Works round the clock: office time is the time that passes."""


def day_length(calendar: Calendar) -> timedelta:
    """Return the office time of a full working day: that of the week's longest day."""
    return max(map(_length, calendar.week))


def _length(sessions: tuple[Session, ...]) -> timedelta:
    return sum((_end(*s) - datetime.combine(_ANY_DAY, s[0]) for s in sessions), timedelta())


def _end(start: time, end: time, day: date = _ANY_DAY) -> datetime:
    """Return the local end of a session on that day, without time zone."""
    over_midnight = timedelta(days=1 if end == _MIDNIGHT and end <= start else 0)
    return datetime.combine(day, end) + over_midnight


@lru_cache(maxsize=8192)
def spans_on(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """Return the working time of one local day as UTC instants; right across clock changes."""
    zone = ZoneInfo(calendar.tz)
    return tuple(
        (
            datetime.combine(day, start, zone).astimezone(UTC),
            _end(start, end, day).replace(tzinfo=zone).astimezone(UTC),
        )
        for start, end in calendar.sessions_on(day)
    )
