"""Questions to a tree: its size, the names in it, the entries it sets."""

from collections.abc import Iterable, Iterator

from engine.feel.limits import LIMITS, Limits, exceeded
from engine.feel.tree import (
    Assign,
    Branch,
    Call,
    Comprehension,
    ContextOf,
    For,
    FunctionOf,
    Loop,
    Name,
    Node,
    Quantified,
    Script,
)

_GIVEN = frozenset({"item", "?", "partial"})  # names that filters, tests and loops bring along


def check_size(tree: Node, limits: Limits = LIMITS) -> None:
    """Raise FeelLimitError when the tree has too many nodes or too long a path."""
    seen = 0
    waiting = [(tree, 1)]
    while waiting:
        node, height = waiting.pop()
        seen += 1
        if seen > limits.nodes:
            raise exceeded("nodes", limits=limits)
        if height > limits.height:
            raise exceeded("height", limits=limits)
        waiting.extend((child, height + 1) for child in node.children())


def weight(tree: Node) -> int:
    """Return how many nodes one evaluation visits, the body of a loop counted once."""
    return sum(1 for _ in every_node(tree))


def every_node(tree: Node) -> Iterator[Node]:
    """Yield the tree's nodes, parents first."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children())


def uses(tree: Node, name: str) -> bool:
    """Return whether a name stands anywhere in the tree, wherever it gets its value from."""
    return any(isinstance(node, Name) and node.name == name for node in every_node(tree))


def names_in(tree: Node, functions: Iterable[str] = ()) -> frozenset[str]:
    """Return the variables that the tree reads from outside, without paths behind them.

    ``functions`` are names that mean a function where they are called.
    """
    found: set[str] = set()
    _collect(tree, _GIVEN, found, frozenset(functions))
    return frozenset(found)


def entries_of(tree: Node) -> tuple[str, ...]:
    """Return the keys a context sets or the variables a script sets, in order."""
    if isinstance(tree, ContextOf):
        return tuple(key for key, _ in tree.entries)
    if isinstance(tree, Script):
        return tuple(dict.fromkeys(_set_by(tree.statements)))
    return ()


def _set_by(statements: Iterable[Node]) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, Assign):
            yield statement.name
        elif isinstance(statement, Branch):
            yield from _set_by((*statement.then, *statement.otherwise))
        elif isinstance(statement, Loop):
            yield statement.name
            yield from _set_by(statement.body)


def _collect(
    node: Node, bound: frozenset[str], found: set[str], functions: frozenset[str]
) -> frozenset[str]:
    """Add the names read from outside; return what is bound for the part that comes next."""
    if isinstance(node, Name):
        found |= {node.name} - bound
        return bound
    inner = bound
    for part, binds in _steps(node, functions):
        if part is not None:
            after = _collect(part, inner, found, functions)
            inner = after if isinstance(node, Script | Branch | Loop) else inner
        inner |= binds
    return inner if isinstance(node, Assign | Branch | Loop | Script) else bound


_NOTHING: frozenset[str] = frozenset()
_Step = tuple[Node | None, frozenset[str]]  # a part, and the names it binds for those after it


def _steps(node: Node, functions: frozenset[str]) -> Iterator[_Step]:
    if isinstance(node, For | Quantified):
        for name, domain in node.loops:
            yield domain, frozenset({name})
        yield (node.body if isinstance(node, For) else node.condition), _NOTHING
    elif isinstance(node, ContextOf):
        for name, value in node.entries:
            bound = _NOTHING if node.independent else frozenset({name})
            if isinstance(value, FunctionOf):  # which may call itself
                yield None, bound
            yield value, bound
    elif isinstance(node, FunctionOf):
        yield None, frozenset(node.parameters)
        yield node.body, _NOTHING
    else:
        yield from _host_steps(node, functions)


def _host_steps(node: Node, functions: frozenset[str]) -> Iterator[_Step]:
    if isinstance(node, Comprehension | Loop):
        yield node.source, frozenset({node.name})
        rest = node.body if isinstance(node, Loop) else (node.condition, node.body)
        for part in rest:
            yield part, _NOTHING
    elif isinstance(node, Assign):
        read = (Name(node.name),) if node.keys or node.appended else ()
        for part in (*node.keys, node.value, *read):
            yield part, _NOTHING
        yield None, frozenset({node.name})
    else:
        for child in _read_by(node, functions):
            yield child, _NOTHING


def _read_by(node: Node, functions: frozenset[str]) -> Iterator[Node]:
    """Yield a node's parts but for the name of a known function that it calls."""
    called = node.function if isinstance(node, Call) else None
    for child in node.children():
        if not (child is called and isinstance(child, Name) and child.name in functions):
            yield child
