"""Names and their values during one evaluation."""

from collections.abc import Mapping
from typing import Any

from engine.feel.limits import Budget
from engine.feel.values import admit


class Scope:
    """Names and their values, looked up from the inside out."""

    __slots__ = ("budget", "entries", "outer")

    def __init__(self, entries: Mapping[str, Any], outer: "Scope | None", budget: Budget) -> None:
        self.entries = entries
        self.outer = outer
        self.budget = budget

    def find(self, name: str) -> Any:
        """Return the value of a variable; an unknown one is null."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.entries:
                return admit(scope.entries[name])
            scope = scope.outer
        return None

    def inner(self, entries: Mapping[str, Any]) -> "Scope":
        return Scope(entries, self, self.budget)
