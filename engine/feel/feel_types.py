"""Type expressions: ``number``, ``list<string>``, ``context<a: number>``, and what fits them."""

from dataclasses import dataclass
from typing import Any

from engine.feel.limits import Budget
from engine.feel.moments import Day, Moment
from engine.feel.values import BuiltIn, Function, Range, admit, kind_of


@dataclass(frozen=True, slots=True)
class Type:
    """A FEEL type (DMN 10.3.2.3 and 10.3.1.2, grammar rule 54).

    ``parts`` are the types of a list's or range's entries, of a context's entries (named by
    ``labels``), or of a function's parameters with its result as the last one.
    """

    name: str
    parts: tuple["Type", ...] = ()
    labels: tuple[str, ...] = ()


ANY = Type("Any")
_DEEPEST = 20
SAME = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
SIMPLE = frozenset(
    {
        "Any", "Null", "number", "string", "boolean", "date", "time", "date and time", "list",
        "context", "range", "function", "days and time duration", "years and months duration",
    }
) | frozenset(SAME)  # fmt: skip


def conforms(value: Any, wanted: Type, budget: Budget | None = None) -> bool:
    """Return whether a value is of a type; null is of no type but ``Null``.

    Names of declared types are looked up in the budget. DMN 10.3.2.9.1 (instance of).
    """
    return _conforms(value, wanted, budget or Budget(), 0)


def _conforms(value: Any, wanted: Type, budget: Budget, depth: int) -> bool:
    value = admit(value)
    budget.charge()
    if depth > _DEEPEST:
        return False
    declared = budget.types.get(wanted.name)
    if declared is not None and not wanted.parts:
        return _conforms(value, declared, budget, depth + 1)
    if wanted.name == "Any":
        return value is not None
    if value is None:
        return wanted.name == "Null"
    if kind_of(value) != SAME.get(wanted.name, wanted.name):
        return False
    rule = _PARTS.get(wanted.name) if wanted.parts else None
    return rule is None or rule(value, wanted, budget, depth + 1)


def _entry_conforms(value: Any, wanted: Type, budget: Budget, depth: int) -> bool:
    return admit(value) is None or _conforms(value, wanted, budget, depth)


def _list_conforms(value: list[Any], wanted: Type, budget: Budget, depth: int) -> bool:
    return all(_entry_conforms(entry, wanted.parts[0], budget, depth) for entry in value)


def _context_conforms(value: dict[str, Any], wanted: Type, budget: Budget, depth: int) -> bool:
    return all(
        label in value and _entry_conforms(value[label], part, budget, depth)
        for label, part in zip(wanted.labels, wanted.parts, strict=True)
    )


def _range_conforms(value: Range, wanted: Type, budget: Budget, depth: int) -> bool:
    ends = [end for end in (value.low, value.high) if end is not None]
    return bool(ends) and all(_conforms(end, wanted.parts[0], budget, depth) for end in ends)


def _function_conforms(
    value: Function | BuiltIn, wanted: Type, _budget: Budget, _depth: int
) -> bool:
    if isinstance(value, BuiltIn):
        return True
    *parameters, result = wanted.parts
    if len(parameters) != len(value.parameters):
        return False
    types = value.types or (None,) * len(parameters)
    fits = all(
        _is_narrower(one, other or ANY) for one, other in zip(parameters, types, strict=True)
    )
    return fits and (value.result_type is None or _is_narrower(value.result_type, result))


def _is_narrower(one: Type, other: Type) -> bool:
    return other == ANY or one == other or one.name == "Null"


_PARTS: dict[str, Any] = {
    "list": _list_conforms,
    "context": _context_conforms,
    "range": _range_conforms,
    "function": _function_conforms,
}


def coerced(value: Any, wanted: Type | None, budget: Budget) -> Any:
    """Return the value as one of the type, null where it does not fit.

    DMN 10.3.2.9.4: a list of one value gives that value, a value gives a list of one, and a date
    gives the date and time of its midnight in UTC.
    """
    value = admit(value)
    if wanted is None or value is None or conforms(value, wanted, budget):
        return value
    meant = _resolved(wanted, budget)
    if meant == ANY:
        return value
    if isinstance(value, list) and len(value) == 1 and meant.name != "list":
        return admit(value[0]) if conforms(value[0], meant, budget) else None
    if meant.name == "list" and not isinstance(value, list):
        fits = not meant.parts or conforms(value, meant.parts[0], budget)
        return [value] if fits else None
    if isinstance(value, Day) and SAME.get(meant.name, meant.name) == "date and time":
        return Moment(value, 0, 0)
    return None


def _resolved(wanted: Type, budget: Budget) -> Type:
    for _ in range(_DEEPEST):
        declared = budget.types.get(wanted.name)
        if declared is None or wanted.parts:
            break
        wanted = declared
    return wanted
