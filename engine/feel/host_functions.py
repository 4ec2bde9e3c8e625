"""The functions and methods that JUEL and the Python dialect may call: a closed list."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.arithmetic import calculate, tidy
from engine.feel.builtins import BUILTINS
from engine.feel.calls import called
from engine.feel.limits import Budget
from engine.feel.number_functions import modulo, rounded
from engine.feel.operations import counted_up
from engine.feel.values import equal, exact, is_number
from engine.feel.written import to_text

_LONGEST_NUMBER = 60


def _by_feel(name: str) -> Callable[..., Any]:
    """Return the built-in FEEL function of that name."""
    return lambda budget, *values: called(BUILTINS[name], values, budget)


def _of_one_list(name: str) -> Callable[..., Any]:
    def run(budget: Budget, *values: Any) -> Any:
        only = values[0] if len(values) == 1 else None
        return called(BUILTINS[name], [only if isinstance(only, list) else list(values)], budget)

    return run


def _number(_: Budget, value: Any) -> int | Decimal:
    found = value if is_number(value) else exact(value.strip()[:_LONGEST_NUMBER])
    if found is None:
        raise ValueError
    return found


def _whole(budget: Budget, value: Any) -> int | Decimal:
    return tidy(Decimal(_number(budget, value)).to_integral_value(rounding="ROUND_DOWN"))


def _range(budget: Budget, *ends: Any) -> list[Any]:
    first, last = (ends[0], ends[1]) if len(ends) > 1 else (0, ends[0])
    return counted_up(first, last - 1, budget) or [] if last > first else []


def _true(value: Any) -> bool:
    return bool(value) if not is_number(value) else bool(value != 0)


def _contains(budget: Budget, value: Any, part: Any) -> bool:
    if isinstance(value, str):
        return part in value
    return any(equal(part, entry, budget) is True for entry in value)


def _replace(budget: Budget, text: str, old: str, new: str) -> str:
    budget.room_for_string(len(text) + text.count(old) * max(len(new) - len(old), 0))
    return text.replace(old, new)


def _split(budget: Budget, text: str, separator: str | None = None) -> list[str]:
    parts = text.split(separator)
    budget.charge(len(parts))
    return parts


def _get(_: Budget, value: Any, key: Any, default: Any = None) -> Any:
    if isinstance(value, list):
        return value[int(key)] if 0 <= key < len(value) else None
    return value.get(key, default) if isinstance(key, str) else default


def _floor_division(budget: Budget, left: Any, right: Any) -> Any:
    return called(BUILTINS["floor"], [calculate("/", left, right, budget)], budget)


def _sized(value: str | list[Any] | dict[str, Any]) -> int:
    if not isinstance(value, str | list | dict):
        raise TypeError
    return len(value)


HOST_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": lambda _, value: _sized(value),
    "abs": _by_feel("abs"),
    "str": lambda budget, value: to_text(value, budget),
    "int": _whole,
    "float": _number,
    "bool": lambda _, value: _true(value),
    "sum": lambda budget, values: called(BUILTINS["sum"], [values], budget) if values else 0,
    "min": _of_one_list("min"),
    "max": _of_one_list("max"),
    "round": lambda _, value, scale=0: rounded(value, scale, "ROUND_HALF_EVEN"),
    "any": lambda _, values: any(_true(value) for value in values),
    "all": lambda _, values: all(_true(value) for value in values),
    "sorted": _by_feel("sort"),
    "list": lambda _, values: list(values),
    "range": _range,
    ".lower": lambda _, text: str.lower(text),
    ".upper": lambda _, text: str.upper(text),
    ".strip": lambda _, text: str.strip(text),
    ".startswith": lambda _, text, part: str.startswith(text, part),
    ".endswith": lambda _, text, part: str.endswith(text, part),
    ".get": _get,
    ".keys": lambda _, entries: list(dict.keys(entries)),
    ".values": lambda _, entries: list(dict.values(entries)),
    ".split": _split,
    ".replace": _replace,
    ".join": lambda budget, text, parts: called(BUILTINS["string join"], [parts, text], budget),
    ".equals": lambda budget, one, other: equal(one, other, budget) is True,
    ".equalsIgnoreCase": lambda _, one, other: str.lower(one) == str.lower(other),
    ".contains": _contains,
    ".size": lambda _, value: _sized(value),
    ".length": lambda _, value: _sized(value),
    ".isEmpty": lambda _, value: _sized(value) == 0,
    ".startsWith": lambda _, text, part: str.startswith(text, part),
    ".endsWith": lambda _, text, part: str.endswith(text, part),
    ".toLowerCase": lambda _, text: str.lower(text),
    ".toUpperCase": lambda _, text: str.upper(text),
    ".trim": lambda _, text: str.strip(text),
    "mod": modulo,
    "floor division": _floor_division,
    "remainder": lambda budget, left, right: calculate("%", left, right, budget),
}

PYTHON_FUNCTIONS = frozenset(
    {
        "len", "abs", "str", "int", "float", "bool", "sum", "min", "max", "round", "any", "all",
        "sorted", "list", "range",
    }
)  # fmt: skip
PYTHON_METHODS = frozenset(
    {
        "lower", "upper", "strip", "startswith", "endswith", "get", "keys", "values", "split",
        "replace", "join",
    }
)  # fmt: skip
JUEL_METHODS = frozenset(
    {
        "equals", "equalsIgnoreCase", "contains", "size", "length", "isEmpty", "startsWith",
        "endsWith", "toLowerCase", "toUpperCase", "trim", "get",
    }
)  # fmt: skip
