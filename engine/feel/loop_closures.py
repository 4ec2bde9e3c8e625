"""Closures of filters, ``for``, ``some``, ``every``, ``in`` and unary tests."""

from collections.abc import Callable, Iterator
from typing import Any

from engine.feel.closures import build, builds
from engine.feel.errors import FeelUndefinedError
from engine.feel.limits import Budget
from engine.feel.operations import counted_through, entry_at, holds, passes
from engine.feel.scope import Closure, Scope
from engine.feel.tree import Constant, Filter, For, In, Node, Quantified, Test, TestsOf
from engine.feel.tree_reading import uses, weight
from engine.feel.values import Range, admit, is_number

TestClosure = Callable[[Any, Scope], bool | None]


@builds(Filter)
def _filter(node: Filter) -> Closure:
    subject = build(node.subject)
    if isinstance(node.condition, Constant) and is_number(node.condition.value):
        position = node.condition.value
        return lambda scope: _at(subject(scope), position)
    condition, names_item = build(node.condition), uses(node.condition, "item")
    cost = 3 + weight(node.condition)

    def run(scope: Scope) -> Any:
        value = subject(scope)
        return filtered(value, scope, condition, cost=cost, names_item=names_item)

    return run


def _at(value: Any, position: Any) -> Any:
    if value is None:
        return None
    return entry_at(value if isinstance(value, list) else [value], position)


def filtered(value: Any, scope: Scope, condition: Closure, *, cost: int, names_item: bool) -> Any:
    """Return the entries for which the condition is true, or the one at its number."""
    if value is None:
        return None
    budget = scope.budget
    entries = value if isinstance(value, list) else [value]
    if not entries:
        return None if is_number(condition(scope.inner({"item": None}))) else []
    budget.charge(cost * len(entries))
    kept = []
    first = True
    for entry in entries:
        if type(entry) is dict and not names_item:
            found = condition(Scope(entry, scope, budget))
        else:
            found = condition(_around(admit(entry), scope))
        if found is True:
            kept.append(entry)
        elif first and found is not False and found is not None:
            return entry_at(entries, found) if is_number(found) else None
        first = False
    return budget.made(kept)


def _around(entry: Any, scope: Scope) -> Scope:
    if isinstance(entry, dict):
        return Scope(entry, scope.inner({"item": entry}), scope.budget)
    return Scope({"item": entry}, scope, scope.budget)


def domain_of(value: Any, budget: Budget) -> list[Any] | None:
    """Return what a loop runs over; ``None`` for null and for ranges without end."""
    if isinstance(value, Range):
        return counted_through(value, budget)
    return value if isinstance(value, list) or value is None else [value]


class _Rounds:
    """The loops of one ``for``, ``some`` or ``every``, the inner ones running faster."""

    def __init__(self, loops: tuple[tuple[str, Node], ...], body: Node) -> None:
        self._loops = [(name, build(domain), 2 + weight(domain)) for name, domain in loops]
        self._cost = 4 + weight(body)

    def run(self, scope: Scope, given: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the names and values of each round. Raises FeelUndefinedError."""
        name, domain, cost = self._loops[depth]
        budget = scope.budget
        budget.charge(cost)
        entries = domain_of(domain(scope.inner(given)), budget)
        if entries is None:
            raise FeelUndefinedError
        for entry in entries:
            chosen = {**given, name: admit(entry)}
            if depth + 1 < len(self._loops):
                yield from self.run(scope, chosen, depth + 1)
            else:
                budget.charge(self._cost)
                yield chosen


@builds(For)
def _for(node: For) -> Closure:
    rounds, body = _Rounds(node.loops, node.body), build(node.body)
    names_partial = uses(node.body, "partial")

    def run(scope: Scope) -> list[Any] | None:
        results: list[Any] = []
        most = scope.budget.limits.list_length
        try:
            for chosen in rounds.run(scope, {"partial": results}):
                if len(results) >= most:
                    raise scope.budget.exceeded("list_length")
                if names_partial:
                    chosen["partial"] = scope.budget.made(list(results))
                results.append(body(scope.inner(chosen)))
        except FeelUndefinedError:
            return None
        return scope.budget.made(results)

    return run


@builds(Quantified)
def _quantified(node: Quantified) -> Closure:
    rounds, condition = _Rounds(node.loops, node.condition), build(node.condition)
    every = node.every

    def run(scope: Scope) -> bool | None:
        result: bool | None = every
        try:
            for chosen in rounds.run(scope, {}):
                value = condition(scope.inner(chosen))
                if value is (not every):
                    return value
                if value is not every:
                    result = None
        except FeelUndefinedError:
            return None
        return result

    return run


@builds(In)
def _in(node: In) -> Closure:
    subject = build(node.subject)
    tests = [_test(test) for test in node.tests]
    return lambda scope: _passes_one(subject(scope), tests, scope)


def build_tests(node: TestsOf) -> TestClosure:
    """Return a closure that says whether a value passes the unary tests of a cell."""
    if not node.tests:
        return lambda _value, _scope: True
    tests = [_test(test) for test in node.tests]

    def run(value: Any, scope: Scope) -> bool | None:
        passed = _passes_one(value, tests, scope)
        return passed if passed is None or not node.negated else not passed

    return run


def _passes_one(value: Any, tests: list[TestClosure], scope: Scope) -> bool | None:
    result: bool | None = False
    for test in tests:
        passed = test(value, scope)
        if passed is True:
            return True
        if passed is None:
            result = None
    return result


def _test(test: Node) -> TestClosure:
    if not isinstance(test, Test):
        wanted = build(test)
        return lambda value, scope: passes(value, wanted(scope), scope.budget)
    operand, sign = build(test.operand), test.operator
    if sign == "?":
        return lambda value, scope: _truth(operand(scope.inner({"?": value})))
    return lambda value, scope: holds(sign, value, operand(scope), scope.budget)


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
