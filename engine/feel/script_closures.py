"""Closures of scripts. A script works on a copy; its value is what it set."""

from collections.abc import Callable
from typing import Any

from engine.feel.closures import build, builds
from engine.feel.errors import N_, FeelError
from engine.feel.host_closures import counts_as_true, entries_to_loop
from engine.feel.scope import Closure, Scope
from engine.feel.tree import Assign, Branch, Loop, Node, Script
from engine.feel.tree_reading import weight
from engine.feel.values import admit, is_number, is_whole

_Statement = Callable[[Scope, dict[str, Any]], None]


@builds(Script)
def _script(node: Script) -> Closure:
    run_all = _block(node.statements)

    def run(scope: Scope) -> dict[str, Any]:
        variables: dict[str, Any] = {}
        run_all(scope.inner(variables), variables)
        return scope.budget.made(variables)

    return run


def _block(statements: tuple[Node, ...]) -> _Statement:
    built = [_BUILDERS[type(statement)](statement) for statement in statements]

    def run(scope: Scope, variables: dict[str, Any]) -> None:
        for statement in built:
            statement(scope, variables)

    return run


def _assign(node: Assign) -> _Statement:
    value_of, keys = build(node.value), [build(key) for key in node.keys]
    cost = 4 + weight(node)

    def run(scope: Scope, variables: dict[str, Any]) -> None:
        scope.budget.charge(cost)
        value = value_of(scope)
        if not keys and not node.appended:
            variables[node.name] = value
            return
        path = [key(scope) for key in keys]
        before = scope.find(node.name)
        variables[node.name] = _changed(before, path, value, scope, appended=node.appended)

    return run


def _changed(before: Any, path: list[Any], value: Any, scope: Scope, *, appended: bool) -> Any:
    """Return a copy of ``before`` in which the value stands at the path."""
    before = admit(before)
    if not path:
        if not appended:
            return value
        if isinstance(before, list):
            return scope.budget.made([*before, value])
        raise _no_place()
    key, rest = path[0], path[1:]
    if isinstance(before, dict) and isinstance(key, str):
        copy = scope.budget.made(dict(before))
        copy[key] = _changed(before.get(key), rest, value, scope, appended=appended)
        return copy
    if isinstance(before, list) and is_number(key) and is_whole(key) and abs(key) <= len(before):
        place = int(key)
        if place < len(before):
            entries = scope.budget.made(list(before))
            entries[place] = _changed(before[place], rest, value, scope, appended=appended)
            return entries
    raise _no_place()


def _no_place() -> FeelError:
    return FeelError(N_("Nothing can be set there: it is no list and no context."))


def _branch(node: Branch) -> _Statement:
    condition, then, otherwise = build(node.condition), _block(node.then), _block(node.otherwise)
    cost = 3 + weight(node.condition)

    def run(scope: Scope, variables: dict[str, Any]) -> None:
        scope.budget.charge(cost)
        chosen = then if counts_as_true(condition(scope)) else otherwise
        chosen(scope, variables)

    return run


def _loop(node: Loop) -> _Statement:
    source, body = build(node.source), _block(node.body)

    def run(scope: Scope, variables: dict[str, Any]) -> None:
        for entry in list(entries_to_loop(source(scope))):
            scope.budget.charge(3)
            variables[node.name] = admit(entry)
            body(scope, variables)

    return run


_BUILDERS: dict[type[Node], Callable[[Any], _Statement]] = {
    Assign: _assign,
    Branch: _branch,
    Loop: _loop,
}
