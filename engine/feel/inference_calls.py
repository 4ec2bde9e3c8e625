"""What a called function gives, and which arguments it never takes."""

from collections.abc import Callable, Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from engine.feel.builtins import BUILTINS
from engine.feel.calls import called
from engine.feel.comparing import check_choice
from engine.feel.expected import (
    ANYTHING,
    BOOLEAN,
    NUMBER,
    STRING,
    Expected,
    joined,
    joined_all,
    list_of,
    of_value,
)
from engine.feel.inference import Inference, Surroundings, function_name, infers
from engine.feel.limits import Budget
from engine.feel.misfits import no_condition, unreadable_constant, wrong_argument, wrong_arguments
from engine.feel.tree import Call, Constant, Name
from engine.feel.values import BuiltIn, Overload, Parameter, kind_of_type

Given = list[tuple[str | None, Expected]]

_TAKES: dict[str, tuple[str, ...]] = {
    "moment": ("date and time", "date"),
    "day": ("date", "date and time"),
    "clock": ("time", "date and time"),
    "duration": ("days and time duration", "years and months duration"),
    "days": ("days and time duration",),
    "measure": ("number", "days and time duration", "years and months duration"),
}
_READ = frozenset({"date", "time", "date and time", "duration", "number", "range"})


@infers(Call)
def _call(node: Call, work: Inference, around: Surroundings) -> Expected:
    given: Given = [(label, work.of(one, around)) for label, one in node.arguments]
    name = node.function.name if isinstance(node.function, Name) else None
    if name is None:
        work.of(node.function, around)
        return ANYTHING
    meant = function_name(name, around)
    if meant is None:
        return ANYTHING
    read = _constant(node, meant, work)
    if read is not None:
        return read
    if not _check_arguments(BUILTINS[meant], given, work):
        return ANYTHING
    if meant == "list contains" and len(given) == 2 and given[0][1].kind == "list":
        check_choice(node, given[0][1].inside, given[1][1], work)
    found = [one for _, one in given]
    if meant == "not" and found and found[0].known and found[0].kind != "boolean":
        work.tell(no_condition(node.arguments[0][1], found[0]))
    special = _SPECIAL.get(meant)
    plainly = result_of(BUILTINS[meant])
    return plainly if special is None or not found else special(found, plainly)


def _constant(node: Call, name: str, work: Inference) -> Expected | None:
    """Return what is read from a constant text; tell where that is none: date("31/12/2026")."""
    texts = [one.value for _, one in node.arguments if isinstance(one, Constant)]
    if name not in _READ or len(texts) != 1 or len(node.arguments) != 1:
        return None
    if not isinstance(texts[0], str):
        return None
    value = called(BUILTINS[name], texts, Budget())
    if value is None:
        work.tell(unreadable_constant(node, name))
    return of_value(value)


def _check_arguments(function: BuiltIn, given: Given, work: Inference) -> bool:
    """Return whether some way to call the function may fit; tell where none does."""
    called_so = [one for one in function.overloads if _may_be_called(one, given)]
    if not called_so:
        ways = [_written(function.name, one) for one in function.overloads]
        work.tell(wrong_arguments(function.name, ways))
        return False
    wrong = [next(_wrong(one, given), None) for one in called_so]
    misfits = [one for one in wrong if one is not None]
    if len(misfits) < len(wrong):
        return True
    parameter, found = misfits[0]
    kinds = [kind for one, _ in misfits for kind in _TAKES.get(one.kind, (one.kind,))]
    wanted = ", ".join(dict.fromkeys(kinds))
    work.tell(wrong_argument(function.name, parameter.name, wanted, found))
    return False


def _may_be_called(way: Overload, given: Given) -> bool:
    labels = [label for label, _ in given]
    if labels and labels[0] is not None:
        named = {parameter.name for parameter in way.parameters}
        needed = {parameter.name for parameter in way.parameters if parameter.needed}
        return needed <= set(labels) <= named
    if way.spread:
        return len(given) >= 1
    needed_count = sum(1 for parameter in way.parameters if parameter.needed)
    return needed_count <= len(given) <= len(way.parameters)


def _wrong(way: Overload, given: Given) -> Iterator[tuple[Parameter, Expected]]:
    """Yield the parameters whose arguments never fit."""
    if way.spread:
        return
    named = {parameter.name: parameter for parameter in way.parameters}
    for place, (label, found) in enumerate(given):
        parameter = way.parameters[place] if label is None else named[label]
        if not _takes(parameter.kind, found):
            yield parameter, found


def _takes(kind: str, found: Expected) -> bool:
    if kind in ("any", "list") or not found.known:
        return True
    taken = _TAKES.get(kind, (kind,))
    if found.kind == "list":  # of one entry it stands for that entry
        inside = found.inside
        return not inside.known or inside.kind in taken
    return found.kind in taken


def _written(name: str, way: Overload) -> str:
    if way.spread:
        return f"{name}({way.parameters[0].name}, …)"
    parameters = (one.name if one.needed else f"{one.name}?" for one in way.parameters)
    return f"{name}({', '.join(parameters)})"


def result_of(function: BuiltIn) -> Expected:
    """Return what a built-in function gives, as far as the types in its code say."""
    return joined_all([_declared(way.run) for way in function.overloads])


@cache
def _declared(run: Callable[..., Any]) -> Expected:
    said = get_type_hints(run).get("return")
    members = get_args(said) if isinstance(said, UnionType) else (said,)
    kinds = {_kind(one) for one in members if one is not NoneType}
    return Expected(kinds.pop()) if len(kinds) == 1 else ANYTHING


def _kind(said: Any) -> str:
    return kind_of_type(get_origin(said) or said)


def _same_list(found: list[Expected], _: Expected) -> Expected:
    return found[0] if found[0].kind == "list" else list_of(found[0])


def _with_entries(found: list[Expected], _: Expected) -> Expected:
    return list_of(joined_all([_entry(found[0]), *found[1:]]))


def _lists_together(found: list[Expected], _: Expected) -> Expected:
    return list_of(joined_all([_entry(one) for one in found]))


def _of_entries(found: list[Expected], _: Expected) -> Expected:
    entry = _entry(found[0]) if len(found) == 1 else joined_all(found)
    return Expected(entry.kind)


def _entry(found: Expected) -> Expected:
    if found.kind == "list":
        return found.inside
    return found


_SPECIAL: dict[str, Callable[[list[Expected], Expected], Expected]] = {
    "reverse": _same_list,
    "sort": _same_list,
    "sublist": _same_list,
    "remove": _same_list,
    "distinct values": _same_list,
    "duplicate values": _same_list,
    "append": _with_entries,
    "concatenate": _lists_together,
    "union": _lists_together,
    "min": _of_entries,
    "max": _of_entries,
    "abs": lambda found, _: Expected(found[0].kind),
    "index of": lambda _, __: list_of(NUMBER),
    "split": lambda _, __: list_of(STRING),
    "sum": _of_entries,
    "mean": _of_entries,
    "product": lambda _, __: NUMBER,
    "median": lambda _, __: NUMBER,
    "stddev": lambda _, __: NUMBER,
    "mode": lambda _, __: list_of(NUMBER),
    "get or else": lambda found, _: joined(found[0], found[-1]),
    "all": lambda _, __: BOOLEAN,
    "any": lambda _, __: BOOLEAN,
}
