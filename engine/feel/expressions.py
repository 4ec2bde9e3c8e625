"""The front of the package: reading a text once, evaluating it often."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.feel.dialects import Dialect, detect, tree_of
from engine.feel.evaluate import evaluate_tree
from engine.feel.tree import ContextOf, Node, names_in

__all__ = ["Dialect", "Expression", "detect", "parse", "parse_script"]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read without error. ``names`` are the variables it reads."""

    text: str
    dialect: Dialect
    names: frozenset[str]
    tree: Node

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        """Return the value for these variables as plain data; an unknown variable is null.

        Years-and-months durations come back as ISO 8601 text. ``now()`` and ``today()`` read the
        variables of those names. Raises FeelError, also when a limit is exceeded.
        """
        return evaluate_tree(self.tree, context)

    def holds(self, context: Mapping[str, Any]) -> bool:
        """Return whether the condition is true; null and anything else count as false."""
        return self.evaluate(context) is True

    @property
    def entries(self) -> tuple[str, ...]:
        """The keys that a context ``{a: …, b: …}`` sets; empty for any other expression."""
        tree = self.tree
        return tuple(key for key, _ in tree.entries) if isinstance(tree, ContextOf) else ()


def parse(text: str, dialect: str | None = None) -> Expression:
    """Return the expression a text spells.

    Without ``dialect``, ``${…}`` or ``#{…}`` makes it JUEL and all else is FEEL, with or without a
    leading "=". Raises FeelError with a sentence that says what to write instead.
    """
    if dialect is None:
        dialect = Dialect.JUEL if detect(text) is Dialect.JUEL else Dialect.FEEL
    return _parsed(text, Dialect(dialect))


@lru_cache(maxsize=1024)
def _parsed(text: str, dialect: Dialect) -> Expression:
    tree = tree_of(text, dialect)
    return Expression(text, dialect, names_in(tree), tree)


def parse_script(text: str) -> Expression:
    """Return the FEEL script a text spells: an expression, or a context of variables to set."""
    return parse(text, Dialect.FEEL)
