"""Closures of what only JUEL and the Python dialect have: two-valued logic, positions from 0."""

from typing import Any

from engine.feel.closures import build, builds
from engine.feel.errors import N_, FeelError
from engine.feel.host_functions import HOST_FUNCTIONS
from engine.feel.operations import entry_at
from engine.feel.scope import Closure, Scope
from engine.feel.tree import (
    Comprehension,
    Contained,
    Empty,
    HostCall,
    HostCompare,
    HostLogic,
    Index,
    IsNull,
    Joined,
    Truth,
)
from engine.feel.tree_reading import weight
from engine.feel.values import admit, compare, equal, exact, is_number, kind_of
from engine.feel.written import written

_LONGEST_NUMBER = 50


def counts_as_true(value: Any) -> bool:
    """Return whether a value counts as true: null, 0 and what is empty do not."""
    if value is None or isinstance(value, bool):
        return value is True
    if is_number(value):
        return bool(value != 0)
    return len(value) > 0 if isinstance(value, str | list | dict) else True


@builds(Index)
def _index(node: Index) -> Closure:
    subject, key_of = build(node.subject), build(node.key)

    def run(scope: Scope) -> Any:
        value, key = subject(scope), key_of(scope)
        if isinstance(value, dict):
            return admit(value.get(key)) if isinstance(key, str) else None
        if isinstance(value, list | str) and is_number(key):
            return entry_at(value, key, first=0)  # type: ignore[arg-type]
        return None

    return run


@builds(HostCompare)
def _compare(node: HostCompare) -> Closure:
    left_of, right_of = build(node.left), build(node.right)

    def run(scope: Scope) -> bool:
        left, right = left_of(scope), right_of(scope)
        if node.loose:
            left, right = _as_number(left, right), _as_number(right, left)
        if node.operator in {"=", "!="}:
            return (equal(left, right, scope.budget) is True) is (node.operator == "=")
        order = compare(left, right)
        if order is not None:
            return _in_order(node.operator, order)
        if node.loose and (left is None or right is None):
            return False
        raise FeelError(
            N_("A value of type %(left)s cannot be compared with one of type %(right)s."),
            {"left": kind_of(left), "right": kind_of(right)},
        )

    return run


def _in_order(operator: str, order: int) -> bool:
    if operator[0] == "<":
        return order < 0 or (order == 0 and operator == "<=")
    return order > 0 or (order == 0 and operator == ">=")


def _as_number(value: Any, other: Any) -> Any:
    """Return a text as the number it spells when it stands beside a number, as JUEL does."""
    if isinstance(value, str) and is_number(other) and len(value) < _LONGEST_NUMBER:
        return exact(value.strip())
    return value


@builds(HostLogic)
def _logic(node: HostLogic) -> Closure:
    operands = [build(operand) for operand in node.operands]
    decisive = not node.conjunction

    def run(scope: Scope) -> Any:
        value: Any = None
        for operand in operands:
            value = operand(scope)
            if counts_as_true(value) is decisive:
                return value
        return value

    return run


@builds(Truth)
def _truth(node: Truth) -> Closure:
    operand, wanted = build(node.operand), not node.negated
    return lambda scope: counts_as_true(operand(scope)) is wanted


@builds(Empty)
def _empty(node: Empty) -> Closure:
    operand = build(node.operand)

    def run(scope: Scope) -> bool:
        value = operand(scope)
        return value is None or (isinstance(value, str | list | dict) and not value)

    return run


@builds(IsNull)
def _is_null(node: IsNull) -> Closure:
    operand, wanted = build(node.operand), not node.negated
    return lambda scope: (operand(scope) is None) is wanted


@builds(Contained)
def _contained(node: Contained) -> Closure:
    entry_of, subject = build(node.entry), build(node.subject)

    def run(scope: Scope) -> bool:
        entry, value = entry_of(scope), subject(scope)
        scope.budget.touched(value)
        found = False
        if isinstance(value, dict | str):
            found = isinstance(entry, str) and entry in value
        elif isinstance(value, list):
            found = any(equal(entry, one, scope.budget) is True for one in value)
        return found is not node.negated

    return run


@builds(HostCall)
def _call(node: HostCall) -> Closure:
    function = HOST_FUNCTIONS[node.function]
    arguments = [build(argument) for argument in node.arguments]

    def run(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        for value in values:
            scope.budget.touched(value)
        try:
            return scope.budget.made(admit(function(scope.budget, *values)))
        except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
            sentence = N_("“%(word)s” cannot be used with these values.")
            raise FeelError(sentence, {"word": node.function}) from error

    return run


@builds(Comprehension)
def _comprehension(node: Comprehension) -> Closure:
    source, body = build(node.source), build(node.body)
    condition = build(node.condition) if node.condition is not None else None
    cost = 4 + weight(node)

    def run(scope: Scope) -> list[Any]:
        results = []
        for entry in entries_to_loop(source(scope)):
            scope.budget.charge(cost)
            inner = scope.inner({node.name: admit(entry)})
            if condition is None or counts_as_true(condition(inner)):
                results.append(body(inner))
        return scope.budget.made(results)

    return run


def entries_to_loop(value: Any) -> list[Any]:
    """Return what a Python loop runs over: entries, or the keys of a context. Raises FeelError."""
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, list):
        return value
    raise FeelError(
        N_("A loop needs a list, not a value of type %(type)s."), {"type": kind_of(value)}
    )


@builds(Joined)
def _joined(node: Joined) -> Closure:
    parts = [build(part) for part in node.parts]

    def run(scope: Scope) -> str:
        values = [part(scope) for part in parts]
        texts = ["" if value is None else written(value, scope.budget) for value in values]
        scope.budget.room_for_string(sum(map(len, texts)))
        return "".join(texts)

    return run
