"""The frozen tree that every dialect is read into and the evaluator walks."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression."""

    def children(self) -> Iterator["Node"]:
        """Yield the direct parts, in the order they are written."""
        for entry in fields(self):
            yield from _nodes_in(getattr(self, entry.name))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes_in(part)


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """An entry of a context or a property of a date, time, duration or range."""

    subject: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """``list[condition]`` or ``list[position]``, positions counted from 1."""

    subject: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Index(Node):
    """JUEL ``a[0]`` (counted from 0) or ``a['key']``."""

    subject: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: str  # + - * / ** %
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    operator: str  # = != < <= > >=
    left: Node
    right: Node
    loose: bool = False  # JUEL: a number equals the text that spells it


@dataclass(frozen=True, slots=True)
class And(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    subject: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    subject: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A comparison without its left side: ``< 5``. As a value it is a range.

    The operator ``?`` marks a condition that names the tested value itself: ``? > 2``.
    """

    operator: str  # = != < <= > >= ?
    operand: Node


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    subject: Node
    type_name: str


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Span(Node):
    """``1..10`` as the domain of a loop; may run downwards."""

    first: Node
    last: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    loops: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    loops: tuple[tuple[str, Node], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A built-in function; named arguments have their parameter's name, others ``None``."""

    function: str
    arguments: tuple[tuple[str | None, Node], ...]


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """JUEL's two-valued logic: null counts as false."""

    operand: Node
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """JUEL ``empty x``: null, an empty text or an empty list."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Joined(Node):
    """Text with expressions inside it, as JUEL writes it: ``Hồ sơ ${ma}``."""

    parts: tuple[Node, ...]


def names_in(tree: Node) -> frozenset[str]:
    """Return the variables that the tree reads from outside, without paths behind them."""
    found: set[str] = set()
    _collect(tree, frozenset({"item", "?"}), found)
    return frozenset(found)


def _collect(node: Node, bound: frozenset[str], found: set[str]) -> None:
    if isinstance(node, Name):
        if node.name not in bound:
            found.add(node.name)
    elif isinstance(node, For | Quantified):
        for name, domain in node.loops:
            _collect(domain, bound, found)
            bound |= {name}
        _collect(node.body if isinstance(node, For) else node.condition, bound, found)
    elif isinstance(node, ContextOf):
        for name, value in node.entries:
            _collect(value, bound, found)
            bound |= {name}
    else:
        for child in node.children():
            _collect(child, bound, found)


def all_names(tree: Node) -> frozenset[str]:
    """Return every name in the tree, wherever it gets its value from."""
    found: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            found.add(node.name)
        waiting.extend(node.children())
    return frozenset(found)
