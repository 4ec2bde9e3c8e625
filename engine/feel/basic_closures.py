"""Closures of values, names, paths, arithmetic, comparisons, logic and types."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.arithmetic import calculate, is_small
from engine.feel.calls import call
from engine.feel.closures import build, builds
from engine.feel.feel_types import conforms
from engine.feel.limits import Budget
from engine.feel.moments import Duration, Months
from engine.feel.operations import counted_up, entry_of, holds
from engine.feel.scope import Closure, Scope
from engine.feel.tree import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Constant,
    ContextOf,
    FunctionOf,
    If,
    InstanceOf,
    ListOf,
    Name,
    Negate,
    Or,
    Path,
    RangeOf,
    Span,
    Test,
)
from engine.feel.tree_reading import weight
from engine.feel.values import READY, Function, Range, admit, compare, is_number


@builds(Constant)
def _constant(node: Constant) -> Closure:
    value = node.value
    return lambda _: value


@builds(Name)
def _name(node: Name) -> Closure:
    name = node.name

    def run(scope: Scope) -> Any:
        entries = scope.entries
        if name in entries:
            value = entries[name]
            return value if type(value) in READY or is_small(value) else admit(value)
        return scope.find(name)

    return run


@builds(Path)
def _path(node: Path) -> Closure:
    subject, name = build(node.subject), node.name

    def run(scope: Scope) -> Any:
        value = subject(scope)
        if type(value) is dict:
            value = value.get(name)
            return value if type(value) in READY else admit(value)
        return entry_of(value, name, scope.budget)

    return run


@builds(ListOf)
def _list(node: ListOf) -> Closure:
    items = [build(item) for item in node.items]
    return lambda scope: scope.budget.made([item(scope) for item in items])


@builds(ContextOf)
def _context(node: ContextOf) -> Closure:
    entries = [(name, build(value)) for name, value in node.entries]

    def run(scope: Scope) -> dict[str, Any]:
        made: dict[str, Any] = {}
        inner = scope if node.independent else scope.inner(made)
        for name, value in entries:
            made[name] = value(inner)
        return scope.budget.made(made)

    return run


@builds(RangeOf)
def _range(node: RangeOf) -> Closure:
    low_of, high_of = build(node.low), build(node.high)

    def run(scope: Scope) -> Range | None:
        low, high = low_of(scope), high_of(scope)
        if not (_may_end(low) and _may_end(high)):
            return None
        if low is not None and high is not None and compare(low, high) is None:
            return None
        return Range(low, high, node.low_included, node.high_included)

    return run


def _may_end(value: Any) -> bool:
    return value is None or compare(value, value) == 0


@builds(Test)
def _test(node: Test) -> Closure:
    operand, sign = build(node.operand), node.operator
    if sign == "?":
        return operand

    def run(scope: Scope) -> Range | None:
        value = operand(scope)
        if value is None:
            return None
        if sign in {"=", "!="}:
            return Range(value, value, low_included=True, high_included=True, test=sign)
        if sign[0] == "<":
            return Range(None, value, low_included=False, high_included=sign == "<=", test=sign)
        return Range(value, None, low_included=sign == ">=", high_included=False, test=sign)

    return run


@builds(Span)
def _span(node: Span) -> Closure:
    first, last = build(node.first), build(node.last)
    return lambda scope: counted_up(first(scope), last(scope), scope.budget)


@builds(Negate)
def _negate(node: Negate) -> Closure:
    operand = build(node.operand)

    def run(scope: Scope) -> Any:
        value = operand(scope)
        if is_number(value):
            return -value
        if isinstance(value, Duration):
            return Duration(-value.nanos)
        return Months(-value.count) if isinstance(value, Months) else None

    return run


@builds(Arithmetic)
def _arithmetic(node: Arithmetic) -> Closure:
    left_of, right_of, sign = build(node.left), build(node.right), node.operator
    quick = {"+": operator.add, "-": operator.sub}.get(sign)
    if quick is None:
        return lambda scope: calculate(sign, left_of(scope), right_of(scope), scope.budget)

    def run(scope: Scope) -> Any:
        left, right = left_of(scope), right_of(scope)
        if is_small(left) and is_small(right) and is_small(result := quick(left, right)):
            return result
        return calculate(sign, left, right, scope.budget)

    return run


_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@builds(Compare)
def _compare(node: Compare) -> Closure:
    left_of, right_of, sign = build(node.left), build(node.right), node.operator
    if sign in _SIGNS and isinstance(node.right, Constant) and is_number(node.right.value):
        return _beside_number(left_of, sign, node.right.value)
    wanted = sign == "="

    def run(scope: Scope) -> bool | None:
        left, right = left_of(scope), right_of(scope)
        if type(left) is str and type(right) is str and sign in {"=", "!="}:
            return (left == right) is wanted
        return holds(sign, left, right, scope.budget)

    return run


def _beside_number(left_of: Closure, sign: str, number: int | Decimal) -> Closure:
    test = _SIGNS[sign]

    def run(scope: Scope) -> bool | None:
        left = left_of(scope)
        if type(left) is int or type(left) is Decimal:
            return test(left, number)
        return holds(sign, left, number, scope.budget)

    return run


@builds(And)
def _and(node: And) -> Closure:
    operands = [build(operand) for operand in node.operands]

    def run(scope: Scope) -> bool | None:
        result: bool | None = True
        for operand in operands:
            value = operand(scope)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return run


@builds(Or)
def _or(node: Or) -> Closure:
    operands = [build(operand) for operand in node.operands]

    def run(scope: Scope) -> bool | None:
        result: bool | None = False
        for operand in operands:
            value = operand(scope)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return run


@builds(Between)
def _between(node: Between) -> Closure:
    subject, low_of, high_of = build(node.subject), build(node.low), build(node.high)

    def run(scope: Scope) -> bool | None:
        value = subject(scope)
        above, below = compare(value, low_of(scope)), compare(value, high_of(scope))
        if above is None or below is None:
            return None
        return above >= 0 and below <= 0

    return run


@builds(If)
def _if(node: If) -> Closure:
    condition, then, otherwise = build(node.condition), build(node.then), build(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


@builds(InstanceOf)
def _instance_of(node: InstanceOf) -> Closure:
    subject, wanted = build(node.subject), node.wanted
    return lambda scope: conforms(subject(scope), wanted, scope.budget)


@builds(FunctionOf)
def _function(node: FunctionOf) -> Closure:
    body, cost = build(node.body), weight(node.body)

    def run(scope: Scope) -> Function:
        def apply(arguments: dict[str, Any], budget: Budget) -> Any:
            budget.charge(cost)
            return body(Scope(arguments, scope, budget))

        return Function(node.parameters, apply, node.types)

    return run


@builds(Call)
def _call(node: Call) -> Closure:
    arguments = [(label, build(value)) for label, value in node.arguments]
    callee = node.function
    name = callee.name if isinstance(callee, Name) else None
    function_of = build(callee)

    def run(scope: Scope) -> Any:
        function = function_of(scope) if name is None else scope.find_function(name)
        given = [(label, value(scope)) for label, value in arguments]
        return call(function, given, scope.budget)

    return run
