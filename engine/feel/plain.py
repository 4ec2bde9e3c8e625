"""Values as plain Python data, for those who know nothing of FEEL."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.arithmetic import is_small
from engine.feel.errors import N_, FeelError
from engine.feel.limits import Budget
from engine.feel.moment_texts import Temporal, text_of
from engine.feel.moments import DAY, HOUR, MINUTE, SECOND, Clock, Day, Duration, Moment, Zone
from engine.feel.values import READY, BuiltIn, Function, Range, admit

_DEEPEST = 40
_LONGEST_DAYS = 999_999_998
_AS_THEY_ARE = frozenset({str, bool, type(None)})


def plain(value: Any, budget: Budget) -> Any:
    """Return the value as str, bool, None, int, Decimal, list, dict, date, time, datetime or
    timedelta.

    Years-and-months durations come back as ISO 8601 text, and so does what Python's own types
    cannot hold: years beyond 9999, fractions of a microsecond. Raises FeelError for ranges and
    functions, which are no data, and for a result that is too large.
    """
    if type(value) in _AS_THEY_ARE:
        return value
    left = [budget.limits.result_size]
    result = _plain(value, budget, left, 0)
    budget.charge(budget.limits.result_size - left[0])
    return result


def _plain(value: Any, budget: Budget, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if type(value) in _AS_THEY_ARE or (type(value) is int and is_small(value)):
        return value
    if left[0] < 0:
        raise budget.exceeded("result_size")
    if depth > _DEEPEST:
        raise budget.exceeded("nesting")
    value = admit(value)
    if isinstance(value, list):
        return [_plain(entry, budget, left, depth + 1) for entry in value]
    if isinstance(value, dict):
        return {str(key): _plain(entry, budget, left, depth + 1) for key, entry in value.items()}
    return _single(value)


def _single(value: Any) -> Any:
    if isinstance(value, Range):
        raise FeelError(N_("The result is a range. Write a value, or a comparison with “in”."))
    if isinstance(value, Function | BuiltIn):
        raise FeelError(N_("The result is a function. Call it: write its arguments in brackets."))
    if type(value) in _AS_THEY_ARE or type(value) not in READY:
        return value
    return _python_time(value)


def _python_time(value: Temporal) -> date | time | datetime | timedelta | str:
    if isinstance(value, Duration):
        nanos = value.nanos
        fits = nanos % 1_000 == 0 and abs(nanos) // DAY <= _LONGEST_DAYS
        return timedelta(microseconds=nanos // 1_000) if fits else text_of(value)
    if isinstance(value, Day):
        return date(value.year, value.month, value.day) if _fits(value) else text_of(value)
    if isinstance(value, Clock | Moment) and value.nanos % 1_000 == 0:
        clock = _clock(value.nanos, _tzinfo(value.zone))
        if isinstance(value, Clock):
            return clock
        if _fits(value.day):
            day = value.day
            return datetime.combine(date(day.year, day.month, day.day), clock)
    return text_of(value)


def _fits(day: Day) -> bool:
    return 1 <= day.year <= 9999


def _clock(nanos: int, zone: tzinfo | None) -> time:
    return time(
        nanos // HOUR,
        nanos % HOUR // MINUTE,
        nanos % MINUTE // SECOND,
        nanos % SECOND // 1_000,
        tzinfo=zone,
    )


def _tzinfo(zone: Zone) -> tzinfo | None:
    if zone is None:
        return None
    if isinstance(zone, str):
        return ZoneInfo(zone)
    return UTC if zone == 0 else timezone(timedelta(seconds=zone))
