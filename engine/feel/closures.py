"""From the tree to closures: each kind of node has one rule that builds its closure.

Building once and calling often is what makes evaluation fast; no program text is ever made.
"""

from collections.abc import Callable
from typing import Any

from engine.feel.scope import Closure
from engine.feel.tree import Node

_RULES: dict[type[Node], Callable[[Any], Closure]] = {}


def build(node: Node) -> Closure:
    """Return the closure that gives the node's value in a scope."""
    return _RULES[type(node)](node)


def builds(kind: type[Node]) -> Callable[[Callable[[Any], Closure]], Callable[[Any], Closure]]:
    """Register the rule for one kind of node."""

    def register(rule: Callable[[Any], Closure]) -> Callable[[Any], Closure]:
        _RULES[kind] = rule
        return rule

    return register
