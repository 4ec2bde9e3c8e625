"""Names and their values during one evaluation."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel.builtins import BUILTINS
from engine.feel.limits import Budget
from engine.feel.values import READY, BuiltIn, Function, admit


class Scope:
    """Names and their values, looked up from the inside out; the built-in functions lie outside."""

    __slots__ = ("budget", "entries", "outer")

    def __init__(self, entries: Mapping[str, Any], outer: "Scope | None", budget: Budget) -> None:
        self.entries = entries
        self.outer = outer
        self.budget = budget

    def find(self, name: str) -> Any:
        """Return the value of a name; an unknown one is null."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.entries:
                value = scope.entries[name]
                return value if type(value) in READY else admit(value)
            scope = scope.outer
        return BUILTINS.get(name)

    def find_function(self, name: str) -> Any:
        """Return what a called name means: a variable that is no function hides no built-in one."""
        value = self.find(name)
        if isinstance(value, Function | BuiltIn) or name not in BUILTINS:
            return value
        return BUILTINS[name]

    def inner(self, entries: Mapping[str, Any]) -> "Scope":
        return Scope(entries, self, self.budget)


Closure = Callable[[Scope], Any]
