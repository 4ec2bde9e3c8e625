"""Built-in functions for numbers."""

from datetime import timedelta
from decimal import Context, Decimal, DecimalException
from typing import Any

from engine.feel.arithmetic import tidy
from engine.feel.scope import Scope
from engine.feel.signature import Shelf
from engine.feel.values import CONTEXT, Months, exact, is_number

NUMBERS = Shelf()

_WIDE = Context(prec=7000, Emin=-7000, Emax=7000)  # room for every scale FEEL allows
_SCALES = range(-6111, 6177)
_HARD = 60  # steps that a root or logarithm costs
_SEPARATORS = {None, ",", ".", " "}


@NUMBERS.function(
    "number", "from: string", "grouping separator: string?", "decimal separator: string?"
)
def _number(_: Scope, text: str, grouping: str | None, point: str | None) -> Decimal | int | None:
    if len(text) > 400 or grouping not in _SEPARATORS or point not in {None, ",", "."}:
        return None
    if grouping is not None and grouping == point:
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(point, ".") if point else plain
    if plain.strip() != plain or not plain.isascii() or "_" in plain:
        return None
    value = exact(plain)
    return value if value is None else tidy(value)


def _rounding(name: str, mode: str, *, scale_needed: bool) -> None:
    scale_kind = "scale: number" if scale_needed else "scale: number?"

    @NUMBERS.function(name, "n: number", scale_kind)
    def _round(scope: Scope, value: Decimal | int, scale: Decimal | None) -> Any:
        scope.budget.charge(_HARD)
        return _rounded(value, int(scale or 0), mode)


def _rounded(value: Decimal | int, scale: int, mode: str) -> Decimal | int | None:
    if scale not in _SCALES:
        return None
    number = Decimal(value)
    if int(number.as_tuple().exponent) >= -scale:
        return value
    try:
        result = number.quantize(Decimal(1).scaleb(-scale, _WIDE), rounding=mode, context=_WIDE)
    except DecimalException:
        return None
    return tidy(CONTEXT.plus(result)) if scale <= 0 else CONTEXT.plus(result)


for _name, _mode in (
    ("round up", "ROUND_UP"),
    ("round down", "ROUND_DOWN"),
    ("round half up", "ROUND_HALF_UP"),
    ("round half down", "ROUND_HALF_DOWN"),
    ("decimal", "ROUND_HALF_EVEN"),
):
    _rounding(_name, _mode, scale_needed=True)
_rounding("floor", "ROUND_FLOOR", scale_needed=False)
_rounding("ceiling", "ROUND_CEILING", scale_needed=False)


@NUMBERS.function("abs", "n: any")
def _abs(_: Scope, value: Any) -> Any:
    if isinstance(value, Months):
        return Months(abs(value.count))
    return abs(value) if is_number(value) or isinstance(value, timedelta) else None


@NUMBERS.function("modulo", "dividend: number", "divisor: number")
def _modulo(_: Scope, dividend: Decimal, divisor: Decimal) -> Decimal | int | None:
    if divisor == 0:
        return None
    try:
        rest = CONTEXT.remainder(dividend, divisor)
    except DecimalException:
        return None
    if rest and (rest < 0) != (divisor < 0):
        rest = CONTEXT.add(rest, divisor)
    return tidy(rest)


@NUMBERS.function("sqrt", "number: number")
def _sqrt(scope: Scope, value: Decimal) -> Decimal | int | None:
    scope.budget.charge(_HARD)
    return tidy(CONTEXT.sqrt(value)) if value >= 0 else None


@NUMBERS.function("odd", "number: number")
def _odd(_: Scope, value: Decimal) -> bool | None:
    return _parity(value, odd=True)


@NUMBERS.function("even", "number: number")
def _even(_: Scope, value: Decimal) -> bool | None:
    return _parity(value, odd=False)


def _parity(value: Decimal, *, odd: bool) -> bool | None:
    if value != int(value):
        return None
    return (int(value) % 2 == 1) is odd
