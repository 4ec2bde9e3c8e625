"""Built-in functions for lists."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.feel.arithmetic import calculate
from engine.feel.limits import exceeded
from engine.feel.scope import Scope
from engine.feel.signature import Shelf
from engine.feel.values import Months, admit, compare, equal, is_number

LISTS = Shelf()

_DEEPEST = 40


@LISTS.function("count", "list: list")
def _count(_: Scope, entries: list[Any]) -> int:
    return len(entries)


@LISTS.function("list contains", "list: list", "element: any")
def _list_contains(scope: Scope, entries: list[Any], element: Any) -> bool:
    return bool(_places(scope, entries, element))


@LISTS.function("index of", "list: list", "match: any")
def _index_of(scope: Scope, entries: list[Any], match: Any) -> list[int]:
    return _places(scope, entries, match)


def _places(scope: Scope, entries: list[Any], element: Any) -> list[int]:
    scope.budget.charge(2 * len(entries))
    return [
        place
        for place, entry in enumerate(entries, 1)
        if equal(entry, element, scope.budget) is True
    ]


def _aggregate(name: str, work: Callable[[Scope, list[Any]], Any], *, of_nothing: Any) -> None:
    @LISTS.function(name, spread=True)
    def _run(scope: Scope, values: list[Any]) -> Any:
        if len(values) == 1 and isinstance(values[0], list):
            values = values[0]
        scope.budget.charge(2 * len(values))
        return work(scope, [admit(value) for value in values]) if values else of_nothing


def _smallest(_: Scope, values: list[Any]) -> Any:
    return _extreme(values, sign=-1)


def _largest(_: Scope, values: list[Any]) -> Any:
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


def _sum(scope: Scope, values: list[Any]) -> Any:
    total = values[0]
    if not (is_number(total) or isinstance(total, timedelta | Months)):
        return None
    for value in values[1:]:
        total = calculate("+", total, value, scope.budget) if type(value) is not str else None
        if total is None:
            return None
    return total


def _product(scope: Scope, values: list[Any]) -> Any:
    total: Any = 1
    for value in values:
        total = calculate("*", total, value, scope.budget) if is_number(value) else None
        if total is None:
            return None
    return total


def _mean(scope: Scope, values: list[Any]) -> Any:
    return calculate("/", _sum(scope, values), len(values), scope.budget)


def _median(scope: Scope, values: list[Any]) -> Any:
    if not all(map(is_number, values)):
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    both = calculate("+", ordered[middle - 1], ordered[middle], scope.budget)
    return calculate("/", both, 2, scope.budget)


def _all(_: Scope, values: list[Any]) -> bool | None:
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None


def _any(_: Scope, values: list[Any]) -> bool | None:
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


_aggregate("min", _smallest, of_nothing=None)
_aggregate("max", _largest, of_nothing=None)
_aggregate("sum", _sum, of_nothing=None)
_aggregate("product", _product, of_nothing=None)
_aggregate("mean", _mean, of_nothing=None)
_aggregate("median", _median, of_nothing=None)
_aggregate("all", _all, of_nothing=True)
_aggregate("any", _any, of_nothing=False)


@LISTS.function("append", spread=True)
def _append(_: Scope, values: list[Any]) -> list[Any] | None:
    if not values or values[0] is None:
        return None
    first, *rest = values
    return [*(first if isinstance(first, list) else [first]), *rest]


@LISTS.function("concatenate", spread=True)
def _concatenate(scope: Scope, values: list[Any]) -> list[Any] | None:
    joined: list[Any] = []
    for value in values:
        if value is None:
            return None
        entries = value if isinstance(value, list) else [value]
        scope.budget.room_for_list(len(joined) + len(entries))
        joined += entries
    return joined


@LISTS.function("union", spread=True)
def _union(scope: Scope, values: list[Any]) -> list[Any] | None:
    joined = _concatenate(scope, values)
    return None if joined is None else _distinct(scope, joined)


@LISTS.function("distinct values", "list: list")
def _distinct(scope: Scope, entries: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for entry in entries:
        scope.budget.charge(2 * len(kept))
        if not any(equal(entry, other, scope.budget) is True for other in kept):
            kept.append(entry)
    return kept


@LISTS.function("flatten", "list: list")
def _flatten(scope: Scope, entries: list[Any]) -> list[Any]:
    flat: list[Any] = []
    _pour(scope, entries, flat, 0)
    return flat


def _pour(scope: Scope, entries: list[Any], into: list[Any], depth: int) -> None:
    if depth > _DEEPEST:
        raise exceeded("nesting")
    scope.budget.charge(len(entries))
    for entry in map(admit, entries):
        if isinstance(entry, list):
            _pour(scope, entry, into, depth + 1)
        else:
            into.append(entry)


@LISTS.function("reverse", "list: list")
def _reverse(_: Scope, entries: list[Any]) -> list[Any]:
    return entries[::-1]


@LISTS.function("sort", "list: list")
def _sort(scope: Scope, entries: list[Any]) -> list[Any] | None:
    values = [admit(entry) for entry in entries]
    if any(compare(value, values[0]) is None for value in values):
        return None
    scope.budget.charge(len(values) * max(len(values), 1).bit_length())
    return sorted(values, key=cmp_to_key(lambda one, other: compare(one, other) or 0))


@LISTS.function("sublist", "list: list", "start position: number", "length: number?")
def _sublist(
    _: Scope, entries: list[Any], start: Decimal, length: Decimal | None
) -> list[Any] | None:
    begin = _place(entries, start)
    if begin is None:
        return None
    end = len(entries) if length is None else begin + int(length)
    return entries[begin:end] if begin <= end <= len(entries) else None


@LISTS.function("insert before", "list: list", "position: number", "newItem: any")
def _insert(_: Scope, entries: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    place = _place(entries, position)
    return None if place is None else [*entries[:place], item, *entries[place:]]


@LISTS.function("remove", "list: list", "position: number")
def _remove(_: Scope, entries: list[Any], position: Decimal) -> list[Any] | None:
    place = _place(entries, position)
    return None if place is None else entries[:place] + entries[place + 1 :]


def _place(entries: list[Any], position: Decimal) -> int | None:
    """Return the Python index of a FEEL position: 1 is the first, -1 the last."""
    place = int(position) - 1 if position > 0 else len(entries) + int(position)
    return place if position != 0 and 0 <= place < len(entries) else None
