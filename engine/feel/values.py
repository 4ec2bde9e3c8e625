"""The values of FEEL: which Python values they are, when they are equal and how they compare.

Numbers are int or Decimal (34 digits), the rest is str, bool, None, list, dict, Day, Clock, Moment,
Duration (days and time), Months (years and months), Range, Function and BuiltIn. Python's own
dates, times, floats, tuples and sets are read as these; all else reads as null.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Context, Decimal, DecimalException
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

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
    Months,
    Zone,
)

CONTEXT = Context(prec=34, Emin=-6143, Emax=6144)
LARGEST_INT = 10**18  # integers below stay int; larger ones are rounded to 34 digits
_LONGEST_INT_BITS = 4_096


@dataclass(frozen=True, slots=True)
class Range:
    """Everything between two values (DMN 10.3.2.7); an end that is ``None`` is open.

    ``test`` is the operator of a range that was written as a comparison: ``(< 5)``, ``(!= 5)``.
    """

    low: Any
    high: Any
    low_included: bool
    high_included: bool
    test: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function as a value (DMN 10.3.2.13): written in FEEL, or made here around ``body``.

    ``body`` is given the arguments by parameter name and the budget. ``types`` (one per parameter)
    and ``result_type`` are ``feel_types.Type`` values or ``None``; what does not fit becomes null.
    """

    parameters: tuple[str, ...]
    body: Callable[[dict[str, Any], Budget], Any]
    types: tuple[Any, ...] = ()
    result_type: Any = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a built-in function; ``kind`` is a key of ``signature.FITS``."""

    name: str
    kind: str
    needed: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in function.

    ``spread`` functions take any number of values: "values" as they come, "list" also as one list.
    """

    parameters: tuple[Parameter, ...]
    spread: str
    run: Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class BuiltIn:
    """A function of the standard, with all its ways to be called."""

    name: str
    overloads: tuple[Overload, ...]


_KINDS: dict[type, str] = {
    int: "number",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    list: "list",
    dict: "context",
    Day: "date",
    Clock: "time",
    Moment: "date and time",
    Duration: "days and time duration",
    Months: "years and months duration",
    Range: "range",
    Function: "function",
    BuiltIn: "function",
}
ORDERED = frozenset(_KINDS.values()) - {
    "null", "boolean", "list", "context", "range", "function"
}  # fmt: skip
READY = frozenset(_KINDS) - {int, Decimal}  # values of these types need no look before use


def kind_of(value: object) -> str:
    """Return the FEEL name of the value's type."""
    return _KINDS.get(type(value), "null")


def kind_of_type(wanted: object) -> str:
    """Return the FEEL name of a Python type, "" for one that is none of FEEL's."""
    return _KINDS.get(wanted, "") if isinstance(wanted, type) else ""


def admit(value: object) -> Any:
    """Return the FEEL value of something found in the variables; what is unknown becomes null."""
    kind = type(value)
    if kind in READY:
        return value
    if kind is int:
        return whole(value)  # type: ignore[arg-type]
    if kind is Decimal:
        return exact(value)  # type: ignore[arg-type]
    return _converted(value)


def _converted(value: object) -> Any:
    if isinstance(value, Enum):
        return admit(value.value)
    if isinstance(value, float):
        return exact(repr(value))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return whole(int(value))
    if isinstance(value, tuple | list | set | frozenset):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return _from_python_time(value)


def _from_python_time(value: object) -> Any:
    if isinstance(value, datetime):
        return Moment(_day(value), _nanos(value), _zone(value, value.tzinfo))
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, time):
        return Clock(_nanos(value), _zone(value, value.tzinfo))
    if isinstance(value, timedelta):
        return Duration(value.days * DAY + value.seconds * SECOND + value.microseconds * 1_000)
    return None


def _day(value: date) -> Day:
    return Day(value.year, value.month, value.day)


def _nanos(value: datetime | time) -> int:
    clock = value.hour * HOUR + value.minute * MINUTE + value.second * SECOND
    return clock + value.microsecond * 1_000


def _zone(value: datetime | time, zone: tzinfo | None) -> Zone:
    if isinstance(zone, ZoneInfo) and zone.key:
        return zone.key
    offset = value.utcoffset() if type(zone).__module__ in {"datetime", "zoneinfo"} else None
    return None if offset is None else int(offset.total_seconds())


def exact(text: str | Decimal) -> Decimal | None:
    """Return the number that ``text`` spells, rounded to 34 digits, or ``None``."""
    try:
        value = CONTEXT.create_decimal(text)
    except (DecimalException, ValueError):
        return None
    return value if value.is_finite() else None


def whole(value: int) -> int | Decimal | None:
    """Return an int of bearable size as it is and a larger one rounded."""
    if -LARGEST_INT < value < LARGEST_INT:
        return value
    return CONTEXT.create_decimal(value) if value.bit_length() <= _LONGEST_INT_BITS else None


def is_number(value: object) -> bool:
    return type(value) is int or type(value) is Decimal


def is_whole(value: int | Decimal) -> bool:
    """Return whether a number has no fraction; cheap also for 1e6000."""
    return type(value) is int or CONTEXT.to_integral_value(value) == value


def equal(left: Any, right: Any, budget: Budget) -> bool | None:
    """Return whether two values are the same, or ``None`` when their types cannot be compared.

    DMN 10.3.2.11, table 42: general semantics of equality.
    """
    left, right = admit(left), admit(right)
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    rule = _EQUALS.get(kind)
    return bool(left == right) if rule is None else rule(left, right, budget)


def _equal_strings(left: str, right: str, budget: Budget) -> bool:
    if len(left) > 1024:
        budget.charge(len(left) >> 10)
    return left == right


def _equal_lists(left: list[Any], right: list[Any], budget: Budget) -> bool | None:
    budget.charge()
    if len(left) != len(right):
        return False
    for one, other in zip(left, right, strict=True):
        budget.charge()
        if (same := equal(one, other, budget)) is not True:
            return same
    return True


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], budget: Budget) -> bool | None:
    budget.charge(1 + len(left))
    if left.keys() != right.keys():
        return False
    for key, value in left.items():
        if (same := equal(value, right[key], budget)) is not True:
            return same
    return True


def _equal_instants(left: Clock | Moment, right: Clock | Moment, _: Budget) -> bool:
    return (left.zone is None) == (right.zone is None) and left.utc() == right.utc()


def _equal_ranges(left: Range, right: Range, budget: Budget) -> bool:
    alike = (left.test, left.low_included, left.high_included) == (
        right.test,
        right.low_included,
        right.high_included,
    )
    lows, highs = equal(left.low, right.low, budget), equal(left.high, right.high, budget)
    return alike and lows is True and highs is True


_EQUALS: dict[str, Callable[[Any, Any, Budget], bool | None]] = {
    "string": _equal_strings,
    "list": _equal_lists,
    "context": _equal_contexts,
    "time": _equal_instants,
    "date and time": _equal_instants,
    "range": _equal_ranges,
    "function": lambda left, right, _: left is right,
}


def compare(left: Any, right: Any) -> int | None:
    """Return -1, 0 or 1, or ``None`` when the two have no order (DMN 10.3.2.11, table 43)."""
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in ORDERED:
        return None
    if kind in {"time", "date and time"}:
        if (left.zone is None) != (right.zone is None):
            return None
        left, right = left.utc(), right.utc()
    return int(left > right) - int(left < right)


def within(value: Any, span: Range) -> bool | None:
    """Return whether the value lies in the range, or ``None`` when that cannot be said."""
    if value is None or (span.test is None and (span.low is None or span.high is None)):
        return None
    result = True
    if span.low is not None:
        above = _beyond(compare(value, span.low), included=span.low_included)
        if above is None:
            return None
        result = above
    if span.high is not None:
        below = _beyond(compare(span.high, value), included=span.high_included)
        if below is None:
            return None
        result = result and below
    return result is not (span.test == "!=")


def _beyond(order: int | None, *, included: bool) -> bool | None:
    return None if order is None else order > 0 or (order == 0 and included)
