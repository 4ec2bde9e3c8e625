"""Built-in functions for lists (but for those that make one value of many)."""

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.feel.calls import called
from engine.feel.errors import FeelUndefinedError
from engine.feel.limits import Budget
from engine.feel.signature import Shelf
from engine.feel.values import admit, compare, equal

LISTS = Shelf()

_DEEPEST = 100
_Number = int | Decimal


@LISTS.function("count", "list: list")
def _count(_: Budget, entries: list[Any]) -> int:
    """How many entries a list has. DMN 10.3.4.4."""
    return len(entries)


@LISTS.function("list contains", "list: list", "element: any")
def _list_contains(budget: Budget, entries: list[Any], element: Any) -> bool:
    """Whether a list has such an entry. DMN 10.3.4.4."""
    budget.charge(2 * len(entries))
    return any(equal(entry, element, budget) is True for entry in entries)


@LISTS.function("index of", "list: list", "match: any")
def _index_of(budget: Budget, entries: list[Any], match: Any) -> list[int]:
    """The positions of such entries, counted from 1. DMN 10.3.4.4."""
    budget.charge(2 * len(entries))
    return [place for place, entry in enumerate(entries, 1) if equal(entry, match, budget) is True]


@LISTS.function("append", "list: any", spread="values")
def _append(_: Budget, first: Any, *rest: Any) -> list[Any] | None:
    """The list with more entries at its end. DMN 10.3.4.4."""
    first = admit(first)
    if first is None:
        return None
    return [*(first if isinstance(first, list) else [first]), *rest]


@LISTS.function("concatenate", "list: any", spread="values")
def _concatenate(budget: Budget, *values: Any) -> list[Any] | None:
    """The entries of several lists as one list. DMN 10.3.4.4."""
    joined: list[Any] = []
    for value in map(admit, values):
        if value is None:
            return None
        entries = value if isinstance(value, list) else [value]
        budget.room_for_list(len(joined) + len(entries))
        joined += entries
    return joined


@LISTS.function("union", "list: any", spread="values")
def _union(budget: Budget, *values: Any) -> list[Any] | None:
    """The entries of several lists as one list, each once. DMN 10.3.4.4."""
    joined = _concatenate(budget, *values)
    return None if joined is None else distinct(budget, joined)


@LISTS.function("distinct values", "list: list")
def distinct(budget: Budget, entries: list[Any]) -> list[Any]:
    """The entries of a list, each once. DMN 10.3.4.4."""
    kept: list[Any] = []
    for entry in entries:
        budget.charge(1 + 2 * len(kept))
        if not any(equal(entry, other, budget) is True for other in kept):
            kept.append(entry)
    return kept


@LISTS.function("duplicate values", "list: list")
def _duplicate(budget: Budget, entries: list[Any]) -> list[Any]:
    """The entries that a list has more than once, each once. DMN 10.3.4.4."""
    budget.charge(2 * len(entries) * len(entries))
    return distinct(
        budget,
        [
            entry
            for entry in entries
            if sum(1 for other in entries if equal(entry, other, budget) is True) > 1
        ],
    )


@LISTS.function("flatten", "list: list")
def _flatten(budget: Budget, entries: list[Any]) -> list[Any]:
    """The entries of a list and of all lists in it. DMN 10.3.4.4."""
    flat: list[Any] = []
    _pour(budget, entries, flat, 0)
    return flat


def _pour(budget: Budget, entries: list[Any], into: list[Any], depth: int) -> None:
    if depth > _DEEPEST:
        raise budget.exceeded("nesting")
    budget.charge(1 + len(entries))
    if len(into) > budget.limits.list_length:
        raise budget.exceeded("list_length")
    for entry in map(admit, entries):
        if isinstance(entry, list):
            _pour(budget, entry, into, depth + 1)
        else:
            into.append(entry)


@LISTS.function("reverse", "list: list")
def _reverse(_: Budget, entries: list[Any]) -> list[Any]:
    """The list from its end to its start. DMN 10.3.4.4."""
    return entries[::-1]


@LISTS.function("sublist", "list: list", "start position: number", "length: number?")
def _sublist(
    _: Budget, entries: list[Any], start: _Number, length: _Number | None
) -> list[Any] | None:
    """Part of a list, counted from 1 or from its end. DMN 10.3.4.4."""
    begin = _place(entries, start)
    if begin is None:
        return None
    end = len(entries) if length is None else begin + int(length)
    return entries[begin:end] if begin <= end <= len(entries) else None


@LISTS.function("insert before", "list: list", "position: number", "newItem: any")
def _insert(_: Budget, entries: list[Any], position: _Number, item: Any) -> list[Any] | None:
    """The list with an entry put in before a position. DMN 10.3.4.4."""
    place = _place(entries, position)
    return None if place is None else [*entries[:place], item, *entries[place:]]


@LISTS.function("remove", "list: list", "position: number")
def _remove(_: Budget, entries: list[Any], position: _Number) -> list[Any] | None:
    """The list without the entry at a position. DMN 10.3.4.4."""
    place = _place(entries, position)
    return None if place is None else entries[:place] + entries[place + 1 :]


@LISTS.function("list replace", "list: list", "position: number", "newItem: any")
def _replace_at(_: Budget, entries: list[Any], position: _Number, item: Any) -> list[Any] | None:
    """The list with another entry at a position. DMN 10.3.4.4."""
    place = _place(entries, position)
    return None if place is None else [*entries[:place], item, *entries[place + 1 :]]


@LISTS.function("list replace", "list: list", "match: function", "newItem: any")
def _replace_matches(budget: Budget, entries: list[Any], match: Any, item: Any) -> list[Any] | None:
    """The list with another entry wherever ``match(entry, newItem)`` is true. DMN 10.3.4.4."""
    if len(getattr(match, "parameters", (1, 2))) != 2:
        return None
    replaced = []
    for entry in entries:
        found = called(match, [entry, item], budget)
        if not isinstance(found, bool):
            return None
        replaced.append(item if found else entry)
    return replaced


def _place(entries: list[Any], position: _Number) -> int | None:
    """Return the Python index of a FEEL position: 1 is the first, -1 the last."""
    if not -len(entries) - 1 < position < len(entries) + 1:
        return None
    number = int(position)
    place = number - 1 if number > 0 else len(entries) + number
    return place if number != 0 and 0 <= place < len(entries) else None


@LISTS.function("partition", "list: list", "size: number")
def _partition(budget: Budget, entries: list[Any], size: _Number) -> list[Any] | None:
    """The list cut into lists of a size. No function of DMN 10.3.4, but one that Camunda has."""
    if size < 1:
        return None
    length = int(min(size, len(entries) + 1))
    budget.charge(len(entries))
    return [entries[at : at + length] for at in range(0, len(entries), length)]


@LISTS.function("sort", "list: list", "precedes: function?")
def _sort(budget: Budget, entries: list[Any], precedes: Any) -> list[Any] | None:
    """The list in order; ``precedes(a, b)`` says whether a comes before b. DMN 10.3.4.9."""

    def order(one: Any, other: Any) -> int:
        budget.charge(3)
        if precedes is None:
            found = compare(one, other)
            if found is None:
                raise FeelUndefinedError
            return found
        if called(precedes, [one, other], budget) is True:
            return -1
        return 1 if called(precedes, [other, one], budget) is True else 0

    try:
        return sorted(map(admit, entries), key=cmp_to_key(order))
    except FeelUndefinedError:
        return None
