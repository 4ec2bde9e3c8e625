"""Built-in functions for contexts, and ``is``."""

from typing import Any

from engine.feel.limits import Budget
from engine.feel.moments import Clock, Moment
from engine.feel.signature import Shelf
from engine.feel.values import admit, equal, kind_of

CONTEXTS = Shelf()

_LONGEST_PATH = 50


@CONTEXTS.function("get value", "m: context", "key: string")
def _get_value(_: Budget, entries: dict[str, Any], key: str) -> Any:
    """The value of a context's entry. DMN 10.3.4.10."""
    return admit(entries.get(key))


@CONTEXTS.function("get value", "m: context", "keys: list")
def _get_nested_value(_: Budget, entries: dict[str, Any], keys: list[Any]) -> Any:
    """The value of an entry inside contexts inside a context. DMN 10.3.4.10."""
    value: Any = entries
    for name in keys:
        if not isinstance(value, dict) or not isinstance(admit(name), str):
            return None
        value = admit(value.get(name))
    return value


@CONTEXTS.function("get entries", "m: context")
def _get_entries(budget: Budget, entries: dict[str, Any]) -> list[Any]:
    """The entries of a context as a list of ``{key: …, value: …}``. DMN 10.3.4.10."""
    budget.charge(2 * len(entries))
    return [{"key": key, "value": value} for key, value in entries.items()]


@CONTEXTS.function("context", "entries: list")
def _context(budget: Budget, entries: list[Any]) -> dict[str, Any] | None:
    """The context of a list of ``{key: …, value: …}``. DMN 10.3.4.10."""
    made: dict[str, Any] = {}
    for entry in map(admit, entries):
        budget.charge()
        if not isinstance(entry, dict) or not {"key", "value"} <= entry.keys():
            return None
        key = admit(entry["key"])
        if not isinstance(key, str) or key in made:
            return None
        made[key] = entry["value"]
    return made


@CONTEXTS.function("context put", "context: context", "key: string", "value: any")
def _put(_: Budget, entries: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The context with one more or another entry. DMN 10.3.4.10."""
    return entries | {key: value}


@CONTEXTS.function("context put", "context: context", "keys: list", "value: any")
def _put_inside(
    budget: Budget, entries: dict[str, Any], keys: list[Any], value: Any
) -> dict[str, Any] | None:
    """The context with another entry inside the contexts in it. DMN 10.3.4.10."""
    names = [admit(key) for key in keys]
    if not 0 < len(names) <= _LONGEST_PATH or not all(isinstance(name, str) for name in names):
        return None
    levels = [entries]
    for name in names[:-1]:
        inside = admit(levels[-1].get(name))
        if not isinstance(inside, dict):
            return None
        levels.append(inside)
    for level, name in zip(reversed(levels), reversed(names), strict=True):
        value = budget.made(level | {name: value})
    return value  # type: ignore[no-any-return]


@CONTEXTS.function("context merge", "contexts: list")
def _merge(budget: Budget, contexts: list[Any]) -> dict[str, Any] | None:
    """The entries of several contexts as one; later ones win. DMN 10.3.4.10."""
    merged: dict[str, Any] = {}
    for entries in map(admit, contexts):
        if not isinstance(entries, dict):
            return None
        merged |= budget.made(entries)
    return merged


@CONTEXTS.function("is", "value1: any?", "value2: any?")
def _is(budget: Budget, one: Any, other: Any) -> bool:
    """Whether two values are the same in type, value and time zone. DMN 10.3.4.6."""
    if kind_of(one) != kind_of(other):
        return False
    if isinstance(one, Clock | Moment):
        return bool(one == other)
    return equal(one, other, budget) is True
