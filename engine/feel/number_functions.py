"""Built-in functions for numbers."""

import re
from collections.abc import Callable
from decimal import Context, Decimal, DecimalException
from typing import Any

from engine.feel.arithmetic import tidy
from engine.feel.limits import Budget
from engine.feel.moments import Duration, Months
from engine.feel.signature import Shelf
from engine.feel.values import CONTEXT, exact, is_whole

NUMBERS = Shelf()

_Number = int | Decimal
_WIDE = Context(prec=7000, Emin=-7000, Emax=7000)  # room for every scale FEEL allows
_EXACT = Context(prec=100, Emin=-7000, Emax=7000)
_SMALLEST_SCALE, _LARGEST_SCALE = -6111, 6176
_HARD = 60  # steps that a root or logarithm costs
_PLAIN = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,5})?")


@NUMBERS.function("number", "from: string")
def _number(_: Budget, text: str) -> _Number | None:
    """The number that a text spells. DMN 10.3.4.1."""
    value = exact(text) if len(text) < 900 and _PLAIN.fullmatch(text) else None
    return None if value is None else tidy(value)


@NUMBERS.function(
    "number",
    "from: string",
    "grouping separator: string|null",
    "decimal separator: string|null",
)
def _separated(
    budget: Budget, text: str, grouping: str | None, point: str | None
) -> _Number | None:
    """The number that a text spells with its separators. DMN 10.3.4.1."""
    if grouping not in {None, " ", ",", "."} or point not in {None, ",", "."}:
        return None
    if grouping is not None and grouping == point:
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    return _number(budget, plain)


def _rounding(name: str, mode: str, *, scale: str) -> None:
    @NUMBERS.function(name, "n: number", scale)
    def _round(budget: Budget, value: _Number, scale: _Number | None) -> _Number | None:
        """The number rounded to a scale. DMN 10.3.4.5."""
        budget.charge(_HARD)
        return rounded(value, scale or 0, mode)


def rounded(value: _Number, scale: _Number, mode: str) -> _Number | None:
    """Return the number rounded to a scale; null for a scale that FEEL does not have."""
    if not _SMALLEST_SCALE <= scale <= _LARGEST_SCALE:
        return None
    digits = int(scale)
    number = Decimal(value)
    if int(number.as_tuple().exponent) >= -digits:
        return value
    try:
        unit = Decimal(1).scaleb(-digits, _WIDE)
        result = CONTEXT.plus(number.quantize(unit, rounding=mode, context=_WIDE))
    except DecimalException:
        return None
    return tidy(result) if digits <= 0 else result


for _name, _mode in (
    ("decimal", "ROUND_HALF_EVEN"),
    ("round up", "ROUND_UP"),
    ("round down", "ROUND_DOWN"),
    ("round half up", "ROUND_HALF_UP"),
    ("round half down", "ROUND_HALF_DOWN"),
):
    _rounding(_name, _mode, scale="scale: number")
_rounding("floor", "ROUND_FLOOR", scale="scale: number?")
_rounding("ceiling", "ROUND_CEILING", scale="scale: number?")


@NUMBERS.function("abs", "n: measure")
def _abs(_: Budget, value: Any) -> Any:
    """The number or duration without its sign. DMN 10.3.4.5."""
    if isinstance(value, Months):
        return Months(abs(value.count))
    return Duration(abs(value.nanos)) if isinstance(value, Duration) else abs(value)


@NUMBERS.function("modulo", "dividend: number", "divisor: number")
def modulo(_: Budget, dividend: _Number, divisor: _Number) -> _Number | None:
    """What remains after dividing; it has the divisor's sign. DMN 10.3.4.5."""
    if divisor == 0:
        return None
    one, other = Decimal(dividend), Decimal(divisor)
    if one.adjusted() - other.adjusted() > 90:
        return None
    try:
        times = _EXACT.divide(one, other).to_integral_value(rounding="ROUND_FLOOR")
        rest = CONTEXT.plus(_EXACT.subtract(one, _EXACT.multiply(other, times)))
    except DecimalException:
        return None
    whole = type(dividend) is int and type(divisor) is int
    return tidy(rest) if whole else rest


def _finite(work: Callable[[], Decimal]) -> _Number | None:
    try:
        result = work()
    except DecimalException:
        return None
    return tidy(result) if result.is_finite() else None


@NUMBERS.function("sqrt", "number: number")
def _sqrt(budget: Budget, value: _Number) -> _Number | None:
    """The square root. DMN 10.3.4.5."""
    budget.charge(_HARD)
    return _finite(lambda: CONTEXT.sqrt(Decimal(value))) if value >= 0 else None


@NUMBERS.function("log", "number: number")
def _log(budget: Budget, value: _Number) -> _Number | None:
    """The natural logarithm. DMN 10.3.4.5."""
    budget.charge(_HARD)
    return _finite(lambda: CONTEXT.ln(Decimal(value))) if value > 0 else None


@NUMBERS.function("exp", "number: number")
def _exp(budget: Budget, value: _Number) -> _Number | None:
    """Euler's number raised to a power. DMN 10.3.4.5."""
    budget.charge(_HARD)
    return _finite(lambda: CONTEXT.exp(Decimal(value)))


@NUMBERS.function("odd", "number: number")
def _odd(_: Budget, value: _Number) -> bool:
    """Whether a whole number is odd. DMN 10.3.4.5."""
    return is_whole(value) and _is_odd(value)


@NUMBERS.function("even", "number: number")
def _even(_: Budget, value: _Number) -> bool:
    """Whether a whole number is even. DMN 10.3.4.5."""
    return is_whole(value) and not _is_odd(value)


def _is_odd(value: _Number) -> bool:
    if isinstance(value, Decimal) and int(value.as_tuple().exponent) > 0:
        return False  # a multiple of ten
    return int(value) % 2 == 1
