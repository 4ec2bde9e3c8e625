"""The frozen tree that every dialect is read into; closures are built from it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from engine.feel.feel_types import Type


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
class TestsOf(Node):
    """The unary tests of a cell; ``tests`` is empty for ``-``, which every value passes."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    subject: Node
    wanted: Type


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
    """``independent`` entries do not see each other (a Python dictionary)."""

    entries: tuple[tuple[str, Node], ...]
    independent: bool = False


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function called; named arguments have their parameter's name, others ``None``."""

    function: Node
    arguments: tuple[tuple[str | None, Node], ...]


# -- what only other dialects need


@dataclass(frozen=True, slots=True)
class Index(Node):
    """``a[0]`` (counted from 0) or ``a['key']``."""

    subject: Node
    key: Node


@dataclass(frozen=True, slots=True)
class HostCompare(Node):
    """A comparison that is true or false, never null.

    ``loose`` (JUEL) takes a text that spells a number for that number, and null has no order.
    """

    operator: str
    left: Node
    right: Node
    loose: bool


@dataclass(frozen=True, slots=True)
class HostLogic(Node):
    """``and``/``or`` of two-valued logic; the value is that of the deciding operand."""

    conjunction: bool
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """Whether a value counts as true; null counts as false."""

    operand: Node
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """JUEL ``empty x``: null, an empty text or an empty list."""

    operand: Node


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    operand: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Contained(Node):
    """Python ``a in b``: an entry of a list, a key of a context, a part of a text."""

    entry: Node
    subject: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class HostCall(Node):
    """A function or method of another dialect, from a closed list."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Node):
    """Python ``[body for name in source if condition]``."""

    body: Node
    name: str
    source: Node
    condition: Node | None


@dataclass(frozen=True, slots=True)
class Joined(Node):
    """Text with expressions inside it: ``Hồ sơ ${ma}``."""

    parts: tuple[Node, ...]


# -- scripts


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """``name[keys] = value``, or the value appended to the list there."""

    name: str
    keys: tuple[Node, ...]
    value: Node
    appended: bool = False


@dataclass(frozen=True, slots=True)
class Branch(Node):
    condition: Node
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Loop(Node):
    name: str
    source: Node
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Script(Node):
    """Statements one after another; the value is a context of the variables they set."""

    statements: tuple[Node, ...]
