"""``+ - * / ** %`` between two values, as one table by operator and types."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import temporal
from engine.feel.limits import Budget
from engine.feel.values import CONTEXT, Months, kind_of

_HARD = 60  # steps that a power costs: a 34-digit power takes that much longer than a sum


def calculate(operator: str, left: Any, right: Any, budget: Budget) -> Any:
    """Return the result, or ``None`` where FEEL has none (other types, division by zero)."""
    kinds = kind_of(left), kind_of(right)
    if kinds == ("number", "number"):
        return _number(operator, left, right, budget)
    if kinds == ("string", "string") and operator == "+":
        budget.room_for_string(len(left) + len(right))
        return left + right
    rule = _RULES.get((operator, *kinds))
    if rule is None:
        return None
    try:
        return rule(left, right)
    except (OverflowError, ValueError, TypeError, ArithmeticError):
        return None  # out of the calendar, or one instant without a time zone


def _number(operator: str, left: int | Decimal, right: int | Decimal, budget: Budget) -> Any:
    if operator == "**":
        budget.charge(_HARD)
    try:
        result = _NUMBERS[operator](Decimal(left), Decimal(right))
    except ArithmeticError:
        return None
    if not result.is_finite():
        return None
    return tidy(result) if type(left) is int and type(right) is int else result


def tidy(value: Decimal) -> int | Decimal:
    """Return an int when the number is whole and below 10¹⁸, else the number itself."""
    if value.adjusted() < 18 and value == value.to_integral_value():
        return int(value)
    return value


def _remainder(left: Decimal, right: Decimal) -> Decimal:
    return CONTEXT.remainder(left, right)


_NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
    "**": CONTEXT.power,
    "%": _remainder,
}

_LONGEST_MONTHS = 12 * 1_000_000


def _months(count: int) -> Months | None:
    return Months(count) if abs(count) <= _LONGEST_MONTHS else None


def _shift_date(day: date, by: timedelta) -> date:
    return day + timedelta(days=by // timedelta(days=1))


def _instant_minus_instant(left: Any, right: Any) -> timedelta | None:
    difference = left - right
    return difference if isinstance(difference, timedelta) else None


_D, _T, _DT = "date", "time", "date and time"
_SPAN, _MONTHS, _N = "days and time duration", "years and months duration", "number"

_RULES: dict[tuple[str, str, str], Callable[[Any, Any], Any]] = {
    ("+", _SPAN, _SPAN): lambda a, b: a + b,
    ("-", _SPAN, _SPAN): lambda a, b: a - b,
    ("+", _MONTHS, _MONTHS): lambda a, b: _months(a.count + b.count),
    ("-", _MONTHS, _MONTHS): lambda a, b: _months(a.count - b.count),
    ("+", _D, _SPAN): _shift_date,
    ("-", _D, _SPAN): lambda a, b: _shift_date(a, -b),
    ("+", _SPAN, _D): lambda a, b: _shift_date(b, a),
    ("+", _D, _MONTHS): lambda a, b: temporal.plus_months(a, b.count),
    ("-", _D, _MONTHS): lambda a, b: temporal.plus_months(a, -b.count),
    ("+", _MONTHS, _D): lambda a, b: temporal.plus_months(b, a.count),
    ("+", _DT, _SPAN): lambda a, b: a + b,
    ("-", _DT, _SPAN): lambda a, b: a - b,
    ("+", _SPAN, _DT): lambda a, b: b + a,
    ("+", _DT, _MONTHS): lambda a, b: temporal.plus_months(a, b.count),
    ("-", _DT, _MONTHS): lambda a, b: temporal.plus_months(a, -b.count),
    ("+", _MONTHS, _DT): lambda a, b: temporal.plus_months(b, a.count),
    ("+", _T, _SPAN): temporal.shift_clock,
    ("-", _T, _SPAN): lambda a, b: temporal.shift_clock(a, -b),
    ("-", _T, _T): temporal.clock_difference,
    ("-", _D, _D): lambda a, b: a - b,
    ("-", _DT, _DT): _instant_minus_instant,
    ("*", _SPAN, _N): lambda a, b: temporal.scaled(a, Decimal(b)),
    ("*", _N, _SPAN): lambda a, b: temporal.scaled(b, Decimal(a)),
    ("/", _SPAN, _N): lambda a, b: temporal.scaled(a, 1 / Decimal(b)),
    ("/", _SPAN, _SPAN): temporal.ratio,
    ("*", _MONTHS, _N): lambda a, b: _months(int(a.count * Decimal(b))),
    ("*", _N, _MONTHS): lambda a, b: _months(int(Decimal(a) * b.count)),
    ("/", _MONTHS, _N): lambda a, b: _months(int(a.count / Decimal(b))),
    ("/", _MONTHS, _MONTHS): lambda a, b: Decimal(a.count) / Decimal(b.count),
}
