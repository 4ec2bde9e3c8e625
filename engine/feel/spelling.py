"""A part of an expression in the words of FEEL, for sentences about it."""

from collections.abc import Callable
from typing import Any

from engine.feel.limits import Budget
from engine.feel.tree import (
    Arithmetic,
    Call,
    Compare,
    Constant,
    Filter,
    HostCompare,
    In,
    Index,
    ListOf,
    Name,
    Negate,
    Node,
    Path,
    RangeOf,
    Test,
    Truth,
)
from engine.feel.written import written

_LONGEST = 60  # characters
_DEEPEST = 4
_GAP = "…"


def spelled(node: Node) -> str:
    """Return a part of an expression as one would write it; long and rare parts as “…”."""
    text = _spelled(node, 0)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + _GAP


def _spelled(node: Node, depth: int) -> str:
    rule = _RULES.get(type(node))
    if rule is None or depth > _DEEPEST:
        return _GAP
    return rule(node, lambda part: _spelled(part, depth + 1))


def _all(parts: tuple[Node, ...], say: Callable[[Node], str]) -> str:
    return ", ".join(say(part) for part in parts)


def _between(node: Any, say: Callable[[Node], str]) -> str:
    return f"{say(node.left)} {node.operator} {say(node.right)}"


def _range(node: Any, say: Callable[[Node], str]) -> str:
    opening, closing = "(["[node.low_included], ")]"[node.high_included]
    return f"{opening}{say(node.low)}..{say(node.high)}{closing}"


def _call(node: Any, say: Callable[[Node], str]) -> str:
    given = (f"{label}: {say(one)}" if label else say(one) for label, one in node.arguments)
    return f"{say(node.function)}({', '.join(given)})"


_RULES: dict[type[Node], Callable[[Any, Callable[[Node], str]], str]] = {
    Constant: lambda node, _: written(node.value, Budget(), 1),
    Name: lambda node, _: node.name,
    Path: lambda node, say: f"{say(node.subject)}.{node.name}",
    Filter: lambda node, say: f"{say(node.subject)}[{say(node.condition)}]",
    Index: lambda node, say: f"{say(node.subject)}[{say(node.key)}]",
    Negate: lambda node, say: f"-{say(node.operand)}",
    Truth: lambda node, say: f"not {say(node.operand)}" if node.negated else say(node.operand),
    Compare: _between,
    Arithmetic: _between,
    HostCompare: _between,
    ListOf: lambda node, say: f"[{_all(node.items, say)}]",
    In: lambda node, say: f"{say(node.subject)} in ({_all(node.tests, say)})",
    RangeOf: _range,
    Call: _call,
    Test: lambda node, say: f"{node.operator} {say(node.operand)}",
}
