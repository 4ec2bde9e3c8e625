"""Counting office time over ten years of calendars, nothing of them known yet."""

from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from benchmarks.measure import Result, milliseconds
from engine.worktime import Calendar, Limit, Unit, add, between
from engine.worktime.calendars import spans_on

FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)
START = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)
END = datetime(2035, 12, 31, 9, 0, tzinfo=UTC)
ROUNDS = 31
_FULL = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 30)))
_OFF = ((1, 1), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (4, 30), (5, 1), (9, 1), (9, 2))


def ten_years() -> Result:
    """Measure making a calendar of ten years, counting through it there and back."""
    fresh, known, limits = [], [], []
    for _ in range(ROUNDS):
        spans_on.cache_clear()
        fresh.append(milliseconds(lambda: _through(_calendar())))
        calendar = _calendar()
        _through(calendar)
        known.append(milliseconds(lambda made=calendar: _through(made)))  # type: ignore[misc]
        limits.append(milliseconds(lambda made=calendar: _twenty_days(made)))  # type: ignore[misc]
    return Result(
        value=round(median(fresh), 2),
        unit="ms",
        median_of=ROUNDS,
        beside={
            "days": (LAST - FIRST).days + 1,
            "known_ms": round(median(known), 2),
            "limit_of_20_days_us": round(1000 * median(limits), 1),
        },
    )


def _calendar() -> Calendar:
    """Return a new calendar: holidays, a make-up Saturday each year, other hours half way."""
    years = range(FIRST.year, LAST.year + 1)
    off = {date(year, month, day): "Off" for year in years for month, day in _OFF}
    summer = ((time(7, 0), time(11, 30)), (time(13, 30), time(17, 0)))
    return Calendar(
        "Asia/Ho_Chi_Minh",
        (*(_FULL,) * 5, (), ()),
        holidays=off,
        extra_days={_saturday(year): "Make-up" for year in years},
        later_weeks=((date(2031, 1, 1), (*(summer,) * 5, (), ())),),
    )


def _through(calendar: Calendar) -> None:
    """Count the office time of ten years, and where it ends that was counted."""
    passed = between(START, END, calendar)
    if add(START, passed, calendar) > END:
        raise AssertionError("what was counted does not lead back")


def _twenty_days(calendar: Calendar) -> datetime | None:
    return Limit(Unit.WORKING_DAY, "P20D").due_at(START + timedelta(days=1700), calendar)


def _saturday(year: int) -> date:
    first = date(year, 8, 22)
    return first + timedelta(days=(5 - first.weekday()) % 7)
