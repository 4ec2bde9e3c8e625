"""The values of FEEL: which Python values they are, when they are equal and how they compare.

Numbers are int or Decimal (34 digits), the rest is str, bool, None, list, dict, date, time,
datetime, timedelta (days and time), Months (years and months) and Range. All else reads as null.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, DecimalException
from enum import Enum
from typing import Any

from engine.feel.limits import Budget

CONTEXT = Context(prec=34, Emin=-6143, Emax=6144)
_WHOLE = 10**18  # integers below stay int; larger ones are rounded to 34 digits
_LONGEST_INT_BITS = 4_096


@dataclass(frozen=True, slots=True)
class Months:
    """A duration in years and months; ``count`` may be negative."""

    count: int


@dataclass(frozen=True, slots=True)
class Range:
    """Everything between two values; an end that is ``None`` is open, ``negated`` is ``!=``."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool
    negated: bool = False


_KINDS: dict[type, str] = {
    int: "number",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    list: "list",
    dict: "context",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    Range: "range",
}
TYPE_NAMES = frozenset(_KINDS.values()) - {"null"} | {"Any"}
_ORDERED = frozenset(_KINDS.values()) - {"null", "boolean", "list", "context", "range"}


def kind_of(value: object) -> str:
    """Return the FEEL name of the value's type."""
    return _KINDS.get(type(value), "null")


def admit(value: object) -> Any:
    """Return the FEEL value of something found in the variables; what is unknown becomes null."""
    kind = type(value)
    if kind is int:
        return whole(value)  # type: ignore[arg-type]
    if kind is Decimal:
        return CONTEXT.plus(value) if value.is_finite() else None  # type: ignore[attr-defined, arg-type]
    return value if kind in _KINDS else _converted(value)


def _converted(value: object) -> Any:
    if isinstance(value, Enum):
        return admit(value.value)
    if isinstance(value, float):
        return exact(repr(value))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, tuple | list | set | frozenset):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return None


def exact(text: str) -> Decimal | None:
    """Return the number that ``text`` spells, rounded to 34 digits, or ``None``."""
    try:
        value = CONTEXT.create_decimal(text)
    except (DecimalException, ValueError):
        return None
    return value if value.is_finite() else None


def whole(value: int) -> int | Decimal | None:
    """Return an int of bearable size as it is and a larger one rounded."""
    if -_WHOLE < value < _WHOLE:
        return value
    return CONTEXT.create_decimal(value) if value.bit_length() <= _LONGEST_INT_BITS else None


def is_number(value: object) -> bool:
    return type(value) is int or type(value) is Decimal


def equal(left: Any, right: Any, budget: Budget) -> bool | None:
    """Return whether two values are the same, or ``None`` when their types cannot be compared."""
    left, right = admit(left), admit(right)
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind == "list":
        return _equal_lists(left, right, budget)
    if kind == "context":
        return _equal_contexts(left, right, budget)
    if kind == "string":
        budget.charge(len(left) >> 10)
    return bool(left == right)


def _equal_lists(left: list[Any], right: list[Any], budget: Budget) -> bool | None:
    if len(left) != len(right):
        return False
    for one, other in zip(left, right, strict=True):
        budget.charge()
        if (same := equal(one, other, budget)) is not True:
            return same
    return True


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], budget: Budget) -> bool | None:
    if left.keys() != right.keys():
        return False
    for key, value in left.items():
        budget.charge()
        if (same := equal(value, right[key], budget)) is not True:
            return same
    return True


def compare(left: Any, right: Any) -> int | None:
    """Return -1, 0 or 1, or ``None`` when the two have no order."""
    kind = kind_of(left)
    if kind != kind_of(right) or kind not in _ORDERED:
        return None
    if kind == "years and months duration":
        left, right = left.count, right.count
    try:
        return int(left > right) - int(left < right)
    except TypeError:  # an instant with a time zone and one without
        return None


def within(value: Any, span: Range) -> bool | None:
    """Return whether the value lies in the range, or ``None`` when that cannot be said."""
    if value is None:
        return None
    above = (
        _beyond(compare(value, span.low), included=span.low_included)
        if span.low is not None
        else True
    )
    below = (
        _beyond(compare(span.high, value), included=span.high_included)
        if span.high is not None
        else True
    )
    if above is None or below is None:
        return None
    return (above and below) is not span.negated


def _beyond(order: int | None, *, included: bool) -> bool | None:
    return None if order is None else order > 0 or (order == 0 and included)
