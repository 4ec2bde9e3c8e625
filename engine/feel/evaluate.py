"""Walking the tree: every visited node costs one step of the budget."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from engine.feel import temporal
from engine.feel.arithmetic import calculate
from engine.feel.builtins import BUILTINS
from engine.feel.errors import N_, FeelError
from engine.feel.limits import LIMITS, Budget, exceeded
from engine.feel.operations import (
    as_number,
    counted_up,
    entry_at,
    entry_of,
    holds,
    passes_list,
    same_value,
)
from engine.feel.scope import Scope
from engine.feel.tree import (
    And,
    Arithmetic,
    Between,
    Call,
    Compare,
    Constant,
    ContextOf,
    Empty,
    Filter,
    For,
    If,
    In,
    Index,
    InstanceOf,
    Joined,
    ListOf,
    Name,
    Negate,
    Node,
    Or,
    Path,
    Quantified,
    RangeOf,
    Span,
    Test,
    Truth,
)
from engine.feel.values import (
    Months,
    Range,
    admit,
    compare,
    is_number,
    kind_of,
    within,
)
from engine.feel.written import written

_DEEPEST_RESULT = 40


def evaluate_tree(tree: Node, variables: Mapping[str, Any]) -> Any:
    """Return the value of the tree as plain data. Raises FeelError, above all FeelLimitError."""
    scope = Scope(variables, None, Budget())
    try:
        return _plain(value_of(tree, scope), scope.budget, 0)
    except RecursionError as error:
        raise exceeded("height") from error


def _plain(value: Any, budget: Budget, depth: int) -> Any:
    budget.charge()
    if depth > _DEEPEST_RESULT:
        raise exceeded("nesting")
    value = admit(value)
    if isinstance(value, list):
        return [_plain(entry, budget, depth + 1) for entry in value]
    if isinstance(value, dict):
        return {str(key): _plain(entry, budget, depth + 1) for key, entry in value.items()}
    if isinstance(value, Months):
        return temporal.text_of(value)
    if isinstance(value, Range):
        raise FeelError(N_("The result is a range. Write a value, or a comparison with “in”."))
    return value


def value_of(node: Node, scope: Scope) -> Any:
    """Return the FEEL value of one node."""
    scope.budget.charge()
    return _RULES[type(node)](node, scope)


def _name(node: Name, scope: Scope) -> Any:
    return scope.find(node.name)


def _path(node: Path, scope: Scope) -> Any:
    return entry_of(value_of(node.subject, scope), node.name, scope.budget)


def _filter(node: Filter, scope: Scope) -> Any:
    subject = value_of(node.subject, scope)
    if subject is None:
        return None
    entries = subject if isinstance(subject, list) else [subject]
    if isinstance(node.condition, Constant) and is_number(node.condition.value):
        return entry_at(entries, node.condition.value, first=1)
    kept = []
    for entry in map(admit, entries):
        inner = scope.inner({"item": entry} | entry if isinstance(entry, dict) else {"item": entry})
        found = value_of(node.condition, inner)
        if is_number(found):
            return entry_at(entries, found, first=1)
        if found is True:
            kept.append(entry)
    return scope.budget.made(kept)


def _index(node: Index, scope: Scope) -> Any:
    subject, key = value_of(node.subject, scope), value_of(node.key, scope)
    if isinstance(subject, dict):
        return admit(subject.get(key)) if isinstance(key, str) else None
    if isinstance(subject, list) and is_number(key) and key >= 0:
        return entry_at(subject, key, first=0)
    return None


def _negate(node: Negate, scope: Scope) -> Any:
    value = value_of(node.operand, scope)
    if is_number(value) or isinstance(value, timedelta):
        return -value
    return Months(-value.count) if isinstance(value, Months) else None


def _arithmetic(node: Arithmetic, scope: Scope) -> Any:
    left, right = value_of(node.left, scope), value_of(node.right, scope)
    return calculate(node.operator, left, right, scope.budget)


def _compare(node: Compare, scope: Scope) -> bool | None:
    left, right = value_of(node.left, scope), value_of(node.right, scope)
    if node.loose:
        left, right = as_number(left, right), as_number(right, left)
    return holds(node.operator, left, right, scope.budget)


def _and(node: And, scope: Scope) -> bool | None:
    result: bool | None = True
    for operand in node.operands:
        value = value_of(operand, scope)
        if value is False:
            return False
        if value is not True:
            result = None
    return result


def _or(node: Or, scope: Scope) -> bool | None:
    result: bool | None = False
    for operand in node.operands:
        value = value_of(operand, scope)
        if value is True:
            return True
        if value is not False:
            result = None
    return result


def _between(node: Between, scope: Scope) -> bool | None:
    value, low, high = (value_of(part, scope) for part in (node.subject, node.low, node.high))
    if low is None or high is None:
        return None
    return within(value, Range(low, high, low_included=True, high_included=True))


def _in(node: In, scope: Scope) -> bool | None:
    value = value_of(node.subject, scope)
    result: bool | None = False
    for test in node.tests:
        passed = _passes(value, test, scope)
        if passed is True:
            return True
        if passed is None:
            result = None
    return result


def _passes(value: Any, test: Node, scope: Scope) -> bool | None:
    if isinstance(test, Test) and test.operator == "?":
        passed = value_of(test.operand, scope.inner({"?": value}))
        return passed if isinstance(passed, bool) else None
    if isinstance(test, Test):
        return holds(test.operator, value, value_of(test.operand, scope), scope.budget)
    wanted = value_of(test, scope)
    if isinstance(wanted, list):
        return passes_list(value, wanted, scope.budget)
    if isinstance(wanted, Range) and not isinstance(value, Range):
        return within(value, wanted)
    return same_value(value, wanted, scope.budget)


def _test(node: Test, scope: Scope) -> Range | None:
    value = value_of(node.operand, scope)
    if value is None:
        return None
    if node.operator in {"=", "!="}:
        return Range(value, value, True, True, negated=node.operator == "!=")  # noqa: FBT003
    included = "=" in node.operator
    if node.operator[0] == "<":
        return Range(None, value, low_included=False, high_included=included)
    return Range(value, None, low_included=included, high_included=False)


def _instance_of(node: InstanceOf, scope: Scope) -> bool:
    value = value_of(node.subject, scope)
    return value is not None and node.type_name in {"Any", kind_of(value)}


def _if(node: If, scope: Scope) -> Any:
    return value_of(_branch(node, scope), scope)


def _branch(node: If, scope: Scope) -> Node:
    return node.then if value_of(node.condition, scope) is True else node.otherwise


def _range(node: RangeOf, scope: Scope) -> Range | None:
    low, high = value_of(node.low, scope), value_of(node.high, scope)
    if low is not None and high is not None and compare(low, high) is None:
        return None
    return Range(low, high, node.low_included, node.high_included)


def _span(node: Span, scope: Scope) -> list[Any] | None:
    first, last = value_of(node.first, scope), value_of(node.last, scope)
    return counted_up(first, last, scope.budget)


def _domain(node: Node, scope: Scope) -> list[Any]:
    value = value_of(node, scope)
    if isinstance(value, Range):
        counted = counted_up(value.low, value.high, scope.budget) or []
        return [entry for entry in counted if within(entry, value)]
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _rounds(
    loops: tuple[tuple[str, Node], ...], scope: Scope, entries: dict[str, Any]
) -> Iterator[Scope]:
    """Yield one scope for each combination of the loops' values."""
    name, domain = loops[0]
    for value in _domain(domain, scope.inner(entries)):
        scope.budget.charge(2)
        chosen = entries | {name: value}
        if len(loops) == 1:
            yield scope.inner(chosen)
        else:
            yield from _rounds(loops[1:], scope, chosen)


def _for(node: For, scope: Scope) -> list[Any]:
    results: list[Any] = []
    for inner in _rounds(node.loops, scope, {}):
        if len(results) >= LIMITS.list_length:
            raise exceeded("list_length")
        results.append(value_of(node.body, inner))
    return scope.budget.made(results)


def _quantified(node: Quantified, scope: Scope) -> bool | None:
    result: bool | None = node.every
    for inner in _rounds(node.loops, scope, {}):
        value = value_of(node.condition, inner)
        if value is not node.every and isinstance(value, bool):
            return value
        if value is not node.every:
            result = None
    return result


def _list(node: ListOf, scope: Scope) -> list[Any]:
    return scope.budget.made([value_of(entry, scope) for entry in node.items])


def _context(node: ContextOf, scope: Scope) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    inner = scope.inner(entries)
    for name, entry in node.entries:
        entries[name] = value_of(entry, inner)
    return scope.budget.made(entries)


def _call(node: Call, scope: Scope) -> Any:
    function = BUILTINS[node.function]
    arguments = [(label, value_of(entry, scope)) for label, entry in node.arguments]
    for _, value in arguments:
        scope.budget.touched(value)
    return scope.budget.made(admit(function.call(arguments, scope)))


def _truth(node: Truth, scope: Scope) -> bool:
    value = value_of(node.operand, scope)
    true = value is True or (isinstance(value, str) and value.lower() == "true")
    return true is not node.negated


def _empty(node: Empty, scope: Scope) -> bool:
    value = value_of(node.operand, scope)
    return value is None or (isinstance(value, str | list | dict) and not value)


def _joined(node: Joined, scope: Scope) -> str:
    parts = [value_of(part, scope) for part in node.parts]
    texts = ["" if part is None else written(part, scope.budget) for part in parts]
    scope.budget.room_for_string(sum(map(len, texts)))
    return "".join(texts)


_RULES: dict[type[Node], Callable[[Any, Scope], Any]] = {
    Constant: lambda node, _: node.value,
    Name: _name,
    Path: _path,
    Filter: _filter,
    Index: _index,
    Negate: _negate,
    Arithmetic: _arithmetic,
    Compare: _compare,
    And: _and,
    Or: _or,
    Between: _between,
    In: _in,
    Test: _test,
    InstanceOf: _instance_of,
    If: _if,
    RangeOf: _range,
    Span: _span,
    For: _for,
    Quantified: _quantified,
    ListOf: _list,
    ContextOf: _context,
    Call: _call,
    Truth: _truth,
    Empty: _empty,
    Joined: _joined,
}
