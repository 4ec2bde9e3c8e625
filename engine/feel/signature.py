"""How a built-in function declares its parameters and is given its arguments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.feel.scope import Scope
from engine.feel.values import Months, is_number

Run = Callable[..., Any]
Argument = tuple[str | None, Any]

_MISFIT = object()

_FITS: dict[str, Callable[[Any], bool]] = {
    "any": lambda _: True,
    "number": is_number,
    "string": lambda value: isinstance(value, str),
    "list": lambda value: isinstance(value, list),
    "context": lambda value: isinstance(value, dict),
    "date": lambda value: isinstance(value, date),  # an instant too: it has a date
    "time": lambda value: isinstance(value, time),
    "duration": lambda value: isinstance(value, timedelta | Months),
    "temporal": lambda value: isinstance(value, date | time | datetime),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """``needed`` is false for one that may be left out."""

    name: str
    kind: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in function. Wrong arguments give null, as FEEL has it.

    ``spread`` functions take any number of values, or one list of them.
    """

    name: str
    parameters: tuple[Parameter, ...]
    spread: bool
    run: Run

    def call(self, arguments: Sequence[Argument], scope: Scope) -> Any:
        """Return the function's value, null when the arguments do not fit."""
        if self.spread:
            return self.run(scope, [value for _, value in arguments])
        placed = self._placed(arguments)
        if placed is None:
            return None
        fitted = [_fitted(*pair) for pair in zip(self.parameters, placed, strict=True)]
        return None if any(value is _MISFIT for value in fitted) else self.run(scope, *fitted)

    def _placed(self, arguments: Sequence[Argument]) -> list[Any] | None:
        """Return one value per parameter, ``None`` for those left out."""
        if arguments and arguments[0][0] is not None:
            given = {str(label): value for label, value in arguments}
            if given.keys() - {parameter.name for parameter in self.parameters}:
                return None
            return [given.get(parameter.name) for parameter in self.parameters]
        missing = len(self.parameters) - len(arguments)
        if missing < 0:
            return None
        return [value for _, value in arguments] + [None] * missing


def _fitted(parameter: Parameter, value: Any) -> Any:
    if value is None:
        return _MISFIT if parameter.needed and parameter.kind != "any" else None
    if _FITS[parameter.kind](value):
        return value
    if parameter.kind == "list":
        return [value]
    if isinstance(value, list) and len(value) == 1 and _FITS[parameter.kind](value[0]):
        return value[0]
    return _MISFIT


class Shelf:
    """The functions of one subject by name."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}

    def function(self, name: str, *parameters: str, spread: bool = False) -> Callable[[Run], Run]:
        """Register a function; a parameter is ``"start position: number"``, optional with ``?``."""

        def register(run: Run) -> Run:
            declared = tuple(_parameter(text) for text in parameters)
            self.functions[name] = Function(name, declared, spread, run)
            return run

        return register


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(": ")
    return Parameter(name, kind.removesuffix("?"), not kind.endswith("?"))
