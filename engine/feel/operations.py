"""What closures do with values once they have them: entries, positions, tests, counting."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.limits import Budget
from engine.feel.moments import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Clock,
    Day,
    Duration,
    Moment,
    day_at,
)
from engine.feel.values import Range, admit, compare, equal, is_number, is_whole, kind_of, within

Number = int | Decimal


def entry_of(subject: Any, name: str, budget: Budget) -> Any:
    """Return what ``subject.name`` means (DMN 10.3.2.5); for a list, that of all its entries."""
    if isinstance(subject, dict):
        return admit(subject.get(name))
    if isinstance(subject, list):
        budget.charge(len(subject))
        return budget.made([entry_of(admit(entry), name, budget) for entry in subject])
    read = PARTS.get(kind_of(subject), {}).get(name)
    return read(subject) if read else None


def _seconds(nanos: int) -> Number:
    seconds, fraction = divmod(nanos % MINUTE, SECOND)
    return seconds + Decimal(fraction) / SECOND if fraction else seconds


def _offset(value: Clock | Moment) -> Duration | None:
    offset = value.offset()
    return None if offset is None else Duration(offset * SECOND)


def _signed(count: int, size: Number) -> Number:
    return -size if count < 0 else size


_DATE_PARTS: dict[str, Callable[[Day], Any]] = {
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "weekday": lambda day: day.weekday,
}
_CLOCK_PARTS: dict[str, Callable[[Any], Any]] = {
    "hour": lambda value: value.nanos // HOUR,
    "minute": lambda value: value.nanos % HOUR // MINUTE,
    "second": lambda value: _seconds(value.nanos),
    "time offset": _offset,
    "timezone": lambda value: value.zone if isinstance(value.zone, str) else None,
}
_NONE_OF_A_DATE: dict[str, Any] = {
    "hour": 0,
    "minute": 0,
    "second": 0,
    "time offset": Duration(0),
}


def _of_moment(read: Callable[[Day], Any]) -> Callable[[Moment], Any]:
    return lambda moment: read(moment.day)


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


# The properties of DMN 10.3.2.6, table 65.
PARTS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "date": {**_DATE_PARTS, **{name: _always(v) for name, v in _NONE_OF_A_DATE.items()}},
    "time": _CLOCK_PARTS,
    "date and time": {
        **{name: _of_moment(read) for name, read in _DATE_PARTS.items()},
        **_CLOCK_PARTS,
    },
    "years and months duration": {
        "years": lambda value: _signed(value.count, abs(value.count) // 12),
        "months": lambda value: _signed(value.count, abs(value.count) % 12),
    },
    "days and time duration": {
        "days": lambda value: _signed(value.nanos, abs(value.nanos) // DAY),
        "hours": lambda value: _signed(value.nanos, abs(value.nanos) % DAY // HOUR),
        "minutes": lambda value: _signed(value.nanos, abs(value.nanos) % HOUR // MINUTE),
        "seconds": lambda value: _signed(value.nanos, _seconds(abs(value.nanos))),
    },
    "range": {
        "start": lambda span: span.low,
        "end": lambda span: span.high,
        "start included": lambda span: span.low_included,
        "end included": lambda span: span.high_included,
    },
}


def entry_at(entries: list[Any], position: Number, *, first: int = 1) -> Any:
    """Return the entry at a position counted from ``first``; negative ones count from the end."""
    if not -len(entries) <= position <= len(entries) or not is_whole(position):
        return None
    number = int(position)
    place = number - first if number >= first else len(entries) + number
    found = 0 <= place < len(entries) and (number != 0 or first == 0)
    return admit(entries[place]) if found else None


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def holds(operator: str, left: Any, right: Any, budget: Budget) -> bool | None:
    """Return whether a comparison is true, or ``None`` when the values cannot be compared."""
    if operator in _ORDERS:
        if isinstance(left, list) and len(left) == 1 and is_number(right):
            left = admit(left[0])
        order = compare(left, right)
        return None if order is None else _ORDERS[operator](order)
    same = same_value(left, right, budget)
    return same if same is None or operator == "=" else not same


def same_value(left: Any, right: Any, budget: Budget) -> bool | None:
    """Compare; a list with one entry also equals that entry."""
    same = equal(left, right, budget)
    if same is None and isinstance(left, list) and len(left) == 1:
        same = equal(left[0], right, budget)
    elif same is None and isinstance(right, list) and len(right) == 1:
        same = equal(left, right[0], budget)
    return same


def passes(value: Any, wanted: Any, budget: Budget) -> bool | None:
    """Return whether a value passes an evaluated test (DMN 10.3.2.14): is it, or lies in it."""
    if isinstance(wanted, Range):
        return equal(value, wanted, budget) if isinstance(value, Range) else within(value, wanted)
    if not isinstance(wanted, list):
        return same_value(value, wanted, budget)
    if isinstance(value, list) and equal(value, wanted, budget) is True:
        return True
    budget.charge(len(wanted))
    return any(_matches(value, admit(one), budget) for one in wanted)


def _matches(value: Any, one: Any, budget: Budget) -> bool:
    in_range = isinstance(one, Range) and not isinstance(value, Range)
    return (within(value, one) if in_range else equal(value, one, budget)) is True


def counted_up(first: Any, last: Any, budget: Budget) -> list[Any] | None:
    """Return every whole number or day from ``first`` to ``last``, upwards or downwards."""
    if is_number(first) and is_number(last):
        if not (is_whole(first) and is_whole(last)):
            return None
        if abs(last - first) > budget.limits.list_length:
            raise budget.exceeded("list_length")
        first, last = int(first), int(last)
        budget.room_for_list(abs(last - first) + 1)
        step = 1 if first <= last else -1
        return list(range(first, last + step, step))
    if isinstance(first, Day) and isinstance(last, Day):
        days = counted_up(first.ordinal, last.ordinal, budget)
        return None if days is None else [day_at(day) for day in days]
    return None


def counted_through(span: Range, budget: Budget) -> list[Any] | None:
    """Return every whole number or day of a range, ``None`` for one that cannot be counted."""
    if span.low is None or span.high is None or (compare(span.low, span.high) or 0) > 0:
        return None
    entries = counted_up(span.low, span.high, budget)
    if not entries:
        return entries
    start = 0 if span.low_included else 1
    end = len(entries) if span.high_included else len(entries) - 1
    return entries[start:end]
