"""``+ - * / ** %`` between two values, as one table by operator and types (DMN 10.3.2.12)."""

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from engine.feel.limits import Budget
from engine.feel.moments import DAY, Clock, Day, Duration, Moment, Months, day_at, moment_at
from engine.feel.values import CONTEXT, LARGEST_INT, kind_of

_HARD = 60  # steps that a power costs: a 34-digit power takes that much longer than a sum
_LONGEST = 10**30  # nanoseconds or months


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
        return _bounded(rule(left, right))
    except ArithmeticError:
        return None


def _bounded(value: Any) -> Any:
    if isinstance(value, Duration):
        return value if abs(value.nanos) <= _LONGEST else None
    if isinstance(value, Months):
        return value if abs(value.count) <= _LONGEST else None
    return value


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


def is_small(value: Any) -> bool:
    """Return whether a value is an int that sums and differences may use as it is."""
    return type(value) is int and -LARGEST_INT < value < LARGEST_INT


_NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
    "**": CONTEXT.power,
    "%": CONTEXT.remainder,
}


def _cut(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_DOWN))


def _months_times(span: Months, factor: Any) -> Months:
    return Months(_cut(CONTEXT.multiply(Decimal(span.count), Decimal(factor))))


def _duration_times(span: Duration, factor: Any) -> Duration:
    return Duration(_cut(CONTEXT.multiply(Decimal(span.nanos), Decimal(factor))))


def _months_by(span: Months, divisor: Any) -> Months:
    return Months(_cut(CONTEXT.divide(Decimal(span.count), Decimal(divisor))))


def _duration_by(span: Duration, divisor: Any) -> Duration:
    return Duration(_cut(CONTEXT.divide(Decimal(span.nanos), Decimal(divisor))))


def _ratio(left: int, right: int) -> Decimal:
    return CONTEXT.divide(Decimal(left), Decimal(right))


def _day_plus(day: Day, nanos: int) -> Day | None:
    return day_at((day.ordinal * DAY + nanos) // DAY)


def _moment_plus(moment: Moment, nanos: int) -> Moment | None:
    return moment_at(moment.day.ordinal * DAY + moment.nanos + nanos, moment.zone)


def _moment_plus_months(moment: Moment, count: int) -> Moment | None:
    day = moment.day.plus_months(count)
    return None if day is None else Moment(day, moment.nanos, moment.zone)


def _clock_plus(clock: Clock, nanos: int) -> Clock:
    return Clock((clock.nanos + nanos) % DAY, clock.zone)


def _difference(left: Clock | Moment, right: Clock | Moment) -> Duration | None:
    if (left.zone is None) != (right.zone is None):
        return None
    return Duration(left.utc() - right.utc())


def _midnight(day: Day) -> Moment:
    return Moment(day, 0, 0)


_D, _T, _DT = "date", "time", "date and time"
_SPAN, _MONTHS, _N = "days and time duration", "years and months duration", "number"

_RULES: dict[tuple[str, str, str], Callable[[Any, Any], Any]] = {
    ("+", _SPAN, _SPAN): lambda a, b: Duration(a.nanos + b.nanos),
    ("-", _SPAN, _SPAN): lambda a, b: Duration(a.nanos - b.nanos),
    ("+", _MONTHS, _MONTHS): lambda a, b: Months(a.count + b.count),
    ("-", _MONTHS, _MONTHS): lambda a, b: Months(a.count - b.count),
    ("+", _D, _SPAN): lambda a, b: _day_plus(a, b.nanos),
    ("-", _D, _SPAN): lambda a, b: _day_plus(a, -b.nanos),
    ("+", _SPAN, _D): lambda a, b: _day_plus(b, a.nanos),
    ("+", _D, _MONTHS): lambda a, b: a.plus_months(b.count),
    ("-", _D, _MONTHS): lambda a, b: a.plus_months(-b.count),
    ("+", _MONTHS, _D): lambda a, b: b.plus_months(a.count),
    ("+", _DT, _SPAN): lambda a, b: _moment_plus(a, b.nanos),
    ("-", _DT, _SPAN): lambda a, b: _moment_plus(a, -b.nanos),
    ("+", _SPAN, _DT): lambda a, b: _moment_plus(b, a.nanos),
    ("+", _DT, _MONTHS): lambda a, b: _moment_plus_months(a, b.count),
    ("-", _DT, _MONTHS): lambda a, b: _moment_plus_months(a, -b.count),
    ("+", _MONTHS, _DT): lambda a, b: _moment_plus_months(b, a.count),
    ("+", _T, _SPAN): lambda a, b: _clock_plus(a, b.nanos),
    ("+", _SPAN, _T): lambda a, b: _clock_plus(b, a.nanos),
    ("-", _T, _SPAN): lambda a, b: _clock_plus(a, -b.nanos),
    ("-", _T, _T): _difference,
    ("-", _D, _D): lambda a, b: Duration((a.ordinal - b.ordinal) * DAY),
    ("-", _DT, _DT): _difference,
    ("-", _D, _DT): lambda a, b: _difference(_midnight(a), b),
    ("-", _DT, _D): lambda a, b: _difference(a, _midnight(b)),
    ("*", _SPAN, _N): _duration_times,
    ("*", _N, _SPAN): lambda a, b: _duration_times(b, a),
    ("/", _SPAN, _N): _duration_by,
    ("/", _SPAN, _SPAN): lambda a, b: _ratio(a.nanos, b.nanos),
    ("*", _MONTHS, _N): _months_times,
    ("*", _N, _MONTHS): lambda a, b: _months_times(b, a),
    ("/", _MONTHS, _N): _months_by,
    ("/", _MONTHS, _MONTHS): lambda a, b: _ratio(a.count, b.count),
}
