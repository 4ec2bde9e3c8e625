"""Built-in functions that make one value of a list, or of several values."""

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from engine.feel.arithmetic import calculate, tidy
from engine.feel.limits import Budget
from engine.feel.moments import Duration, Months
from engine.feel.signature import Shelf
from engine.feel.values import CONTEXT, admit, compare, is_number

AGGREGATES = Shelf()

_Work = Callable[[Budget, list[Any]], Any]


def _aggregate(name: str, work: _Work, *, of_nothing: Any) -> None:
    def run(budget: Budget, entries: list[Any] | None) -> Any:
        if entries is None:
            return None
        budget.charge(2 * len(entries))
        return work(budget, [admit(entry) for entry in entries]) if entries else of_nothing

    run.__doc__ = work.__doc__
    AGGREGATES.function(name, "list: list", spread="list")(run)


def _smallest(_: Budget, values: list[Any]) -> Any:
    """The smallest value of a list. DMN 10.3.4.4."""
    return _extreme(values, sign=-1)


def _largest(_: Budget, values: list[Any]) -> Any:
    """The largest value of a list. DMN 10.3.4.4."""
    return _extreme(values, sign=1)


def _extreme(values: list[Any], *, sign: int) -> Any:
    best = values[0]
    for value in values:
        order = compare(value, best)
        if order is None:
            return None
        if order == sign:
            best = value
    return best


def _sum(budget: Budget, values: list[Any]) -> Any:
    """The sum of numbers or of durations of one kind. DMN 10.3.4.4."""
    total = values[0]
    if not (is_number(total) or isinstance(total, Duration | Months)):
        return None
    for value in values[1:]:
        alike = is_number(total) if is_number(value) else type(value) is type(total)
        total = calculate("+", total, value, budget) if alike else None
        if total is None:
            return None
    return total


def _product(budget: Budget, values: list[Any]) -> Any:
    """The product of numbers. DMN 10.3.4.4."""
    total: Any = 1
    for value in values:
        total = calculate("*", total, value, budget) if is_number(value) else None
        if total is None:
            return None
    return total


def _mean(budget: Budget, values: list[Any]) -> Any:
    """The arithmetic mean. DMN 10.3.4.4."""
    return calculate("/", _sum(budget, values), len(values), budget)


def _median(budget: Budget, values: list[Any]) -> Any:
    """The middle value, or the mean of the two middle ones. DMN 10.3.4.4."""
    if not all(map(is_number, values)):
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    both = calculate("+", ordered[middle - 1], ordered[middle], budget)
    return calculate("/", both, 2, budget)


def _deviation(budget: Budget, values: list[Any]) -> Any:
    """The standard deviation of a sample. DMN 10.3.4.4."""
    if len(values) < 2 or not all(map(is_number, values)):
        return None
    budget.charge(10 * len(values))
    try:
        mean = CONTEXT.divide(Decimal(_sum(budget, values)), Decimal(len(values)))
        total = Decimal(0)
        for value in values:
            off = CONTEXT.subtract(Decimal(value), mean)
            total = CONTEXT.add(total, CONTEXT.multiply(off, off))
        return tidy(CONTEXT.sqrt(CONTEXT.divide(total, Decimal(len(values) - 1))))
    except (DecimalException, TypeError):
        return None


def _mode(_: Budget, values: list[Any]) -> list[Any] | None:
    """The numbers that a list has most often, in order. DMN 10.3.4.4."""
    if not all(map(is_number, values)):
        return None
    counts: dict[Any, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values())
    return sorted(value for value, count in counts.items() if count == most)


def _all(_: Budget, values: list[Any]) -> bool | None:
    """Whether all values are true. DMN 10.3.4.4."""
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None


def _any(_: Budget, values: list[Any]) -> bool | None:
    """Whether one value is true. DMN 10.3.4.4."""
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


_aggregate("min", _smallest, of_nothing=None)
_aggregate("max", _largest, of_nothing=None)
_aggregate("sum", _sum, of_nothing=None)
_aggregate("product", _product, of_nothing=None)
_aggregate("mean", _mean, of_nothing=None)
_aggregate("median", _median, of_nothing=None)
_aggregate("stddev", _deviation, of_nothing=None)
_aggregate("mode", _mode, of_nothing=[])
_aggregate("all", _all, of_nothing=True)
_aggregate("any", _any, of_nothing=False)
