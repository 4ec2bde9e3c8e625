"""How a built-in function declares its parameters, and which arguments fit them."""

from collections.abc import Callable
from typing import Any, TypeVar

from engine.feel.moments import Clock, Day, Duration, Moment, Months
from engine.feel.values import BuiltIn, Function, Overload, Parameter, Range, admit, is_number

Run = TypeVar("Run", bound=Callable[..., Any])

MISFIT = object()

FITS: dict[str, Callable[[Any], bool]] = {
    "any": lambda _: True,
    "number": is_number,
    "string": lambda value: isinstance(value, str),
    "list": lambda value: isinstance(value, list),
    "context": lambda value: isinstance(value, dict),
    "date": lambda value: isinstance(value, Day),
    "time": lambda value: isinstance(value, Clock),
    "moment": lambda value: isinstance(value, Moment),
    "day": lambda value: isinstance(value, Day | Moment),  # a moment too: it has a date
    "clock": lambda value: isinstance(value, Clock | Moment),
    "duration": lambda value: isinstance(value, Duration | Months),
    "days": lambda value: isinstance(value, Duration),
    "measure": lambda value: is_number(value) or isinstance(value, Duration | Months),
    "range": lambda value: isinstance(value, Range),
    "function": lambda value: isinstance(value, Function | BuiltIn),
}


def fitted(parameter: Parameter, value: Any) -> Any:
    """Return the argument as the parameter takes it (DMN 10.3.2.9.4), or ``MISFIT``."""
    value = admit(value)
    kind = parameter.kind
    if value is None:
        return None if parameter.nullable or kind == "any" else MISFIT
    fits = FITS[kind]
    if fits(value):
        return value
    if kind == "list":
        return [value]
    if isinstance(value, list) and len(value) == 1 and fits(admit(value[0])):
        return admit(value[0])
    if kind == "moment" and isinstance(value, Day):
        return Moment(value, 0, 0)
    return MISFIT


class Shelf:
    """The functions of one subject by name."""

    def __init__(self) -> None:
        self.functions: dict[str, BuiltIn] = {}

    def function(self, name: str, *parameters: str, spread: str = "") -> Callable[[Run], Run]:
        """Register one way to call a function; called again, another way of the same function.

        A parameter is ``"start position: number"``; ``?`` at the end marks one that may be left
        out, ``|null`` before it one that may be null.
        """

        def register(run: Run) -> Run:
            overload = Overload(tuple(map(_parameter, parameters)), spread, run)
            known = self.functions.get(name)
            ways = (*known.overloads, overload) if known else (overload,)
            self.functions[name] = BuiltIn(name, ways)
            return run

        return register


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(": ")
    needed = not kind.endswith("?")
    kind = kind.removesuffix("?")
    return Parameter(name, kind.removesuffix("|null"), needed, kind.endswith("|null"))
