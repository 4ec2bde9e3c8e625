"""What an expression gives, and which of its parts can never give anything, from types alone.

Nothing is evaluated but constants. A value may be null at any time, so that says nothing; whatever
is not certain is ``expected.ANYTHING``, and only what is certain is a misfit.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel.builtins import BUILTINS
from engine.feel.expected import ANYTHING, Expected, joined
from engine.feel.misfits import Misfit, no_condition
from engine.feel.tree import Node

_RULES: dict[type[Node], "Rule"] = {}


class Surroundings:
    """The names that a part of an expression sees, and what they are; inner ones come first.

    ``veiled``: an entry of unknown name may stand before every name outside.
    """

    __slots__ = ("entries", "outer", "veiled")

    def __init__(
        self,
        entries: Mapping[str, Expected],
        outer: "Surroundings | None" = None,
        *,
        veiled: bool = False,
    ) -> None:
        self.entries = entries
        self.outer = outer
        self.veiled = veiled

    def find(self, name: str) -> Expected | None:
        """Return what a name is, or ``None`` where nothing of that name is known."""
        scope: Surroundings | None = self
        while scope is not None:
            if name in scope.entries:
                return scope.entries[name]
            if scope.veiled:
                return ANYTHING
            scope = scope.outer
        return None

    def inner(self, entries: Mapping[str, Expected]) -> "Surroundings":
        return Surroundings(entries, self)

    def inside(self, entry: Expected) -> "Surroundings":
        """Return what the condition of a filter sees: the entries of a context, then the rest."""
        if entry.kind not in ("", "context"):
            return self.inner({"item": entry})
        around = self.inner({"item": entry})
        seen = {key: joined(one, around.find(key) or one) for key, one in entry.entries.items()}
        return Surroundings(seen, around, veiled=not entry.closed)


class Inference:
    """One walk through an expression; gathers the misfits on its way."""

    __slots__ = ("misfits",)

    def __init__(self) -> None:
        self.misfits: list[Misfit] = []

    def of(self, node: Node, around: Surroundings) -> Expected:
        """Return what a part gives."""
        rule = _RULES.get(type(node))
        if rule is None:
            for part in node.children():
                self.of(part, around)
            return ANYTHING
        return rule(node, self, around)

    def tell(self, misfit: Misfit) -> None:
        if misfit not in self.misfits:
            self.misfits.append(misfit)

    def condition(self, node: Node, around: Surroundings) -> None:
        """Look at a part that stands as a condition."""
        found = self.of(node, around)
        if found.known and found.kind != "boolean":
            self.tell(no_condition(node, found))


Rule = Callable[[Any, Inference, Surroundings], Expected]


def infers(*kinds: type[Node]) -> Callable[[Rule], Rule]:
    """Register the rule for some kinds of node."""

    def register(rule: Rule) -> Rule:
        _RULES.update(dict.fromkeys(kinds, rule))
        return rule

    return register


def function_name(name: str, around: Surroundings) -> str | None:
    """Return the built-in function that a called name means, if it means one for certain."""
    found = around.find(name)
    hidden = found is not None and found.kind in ("", "function")
    return name if name in BUILTINS and not hidden else None
