"""Calling functions: own ones and built-in ones, with positional or named arguments."""

from collections.abc import Sequence
from typing import Any

from engine.feel.feel_types import coerced
from engine.feel.limits import Budget
from engine.feel.signature import MISFIT, fitted
from engine.feel.values import BuiltIn, Function, Overload, admit

Argument = tuple[str | None, Any]


def call(function: Any, arguments: Sequence[Argument], budget: Budget) -> Any:
    """Return the function's value, null when it is none or the arguments do not fit.

    DMN 10.3.2.13: arguments and results are coerced to the declared types.
    """
    budget.charge()
    if isinstance(function, BuiltIn):
        for _, value in arguments:
            budget.touched(value)
        return budget.made(admit(_call_built_in(function, arguments, budget)))
    return _call_own(function, arguments, budget) if isinstance(function, Function) else None


def called(function: Any, values: Sequence[Any], budget: Budget) -> Any:
    """Return the function's value for positional arguments."""
    return call(function, [(None, value) for value in values], budget)


def _call_own(function: Function, arguments: Sequence[Argument], budget: Budget) -> Any:
    given = _by_parameter(function, arguments)
    if given is None:
        return None
    for name, wanted in zip(function.parameters, function.types, strict=False):
        if wanted is not None and given[name] is not None:
            given[name] = coerced(given[name], wanted, budget)
            if given[name] is None:
                return None
    if budget.depth <= 0:
        raise budget.exceeded("recursion")
    budget.depth -= 1
    result = admit(function.body(given, budget))
    budget.depth += 1
    return coerced(result, function.result_type, budget) if function.result_type else result


def _by_parameter(function: Function, arguments: Sequence[Argument]) -> dict[str, Any] | None:
    names = function.parameters
    if len(arguments) != len(names):
        return None
    if not arguments or arguments[0][0] is None:
        return dict(zip(names, (value for _, value in arguments), strict=True))
    given = {str(label): value for label, value in arguments}
    return given if given.keys() == set(names) else None


def _call_built_in(function: BuiltIn, arguments: Sequence[Argument], budget: Budget) -> Any:
    named = bool(arguments) and arguments[0][0] is not None
    for overload in function.overloads:
        if overload.spread and not named:
            values = _spread(overload, [value for _, value in arguments])
        else:
            values = _placed(overload, arguments, named=named)
        if values is not None:
            return overload.run(budget, *values)
    return None


def _spread(overload: Overload, values: list[Any]) -> list[Any] | None:
    """Return what a function of any number of values is run with."""
    if overload.spread == "values":
        return values if len(values) >= len(overload.parameters) else None
    if len(values) != 1:
        return [values] if values else None
    only = admit(values[0])
    return [only if isinstance(only, list) or only is None else [only]]


def _placed(overload: Overload, arguments: Sequence[Argument], *, named: bool) -> list[Any] | None:
    """Return one value per parameter, ``None`` for those left out, or ``None`` for a misfit."""
    parameters = overload.parameters
    if named:
        given = {str(label): value for label, value in arguments}
        if given.keys() - {parameter.name for parameter in parameters}:
            return None
    else:
        if len(arguments) > len(parameters):
            return None
        names = (parameter.name for parameter in parameters)
        given = dict(zip(names, (value for _, value in arguments), strict=False))
    values = []
    for parameter in parameters:
        if parameter.name in given:
            value = fitted(parameter, given[parameter.name])
        else:
            value = MISFIT if parameter.needed else None
        if value is MISFIT:
            return None
        values.append(value)
    return values
