"""The front of the package: reading a text once, evaluating it often."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.feel.builtins import BUILTINS
from engine.feel.dialects import Dialect, detect, detect_condition, tree_of
from engine.feel.limits import Budget, Limits, exceeded, standing_limits
from engine.feel.loop_closures import TestClosure, build_tests
from engine.feel.parser import parse_feel_tests
from engine.feel.plain import plain
from engine.feel.rules import build
from engine.feel.scope import Closure, Scope
from engine.feel.tree import Node
from engine.feel.tree_reading import entries_of, names_in, uses, weight

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read without error. ``names`` are the variables it reads."""

    text: str
    dialect: Dialect
    names: frozenset[str]
    tree: Node
    _run: Closure = field(compare=False, repr=False)
    _cost: int = field(compare=False, repr=False)

    def evaluate(self, context: Mapping[str, Any], limits: Limits | None = None) -> Any:
        """Return the value for these variables as plain data; an unknown variable is null.

        Years-and-months durations come back as ISO 8601 text. ``now()`` and ``today()`` read the
        variable ``now`` (or ``today``). Raises FeelError, also when a limit is exceeded.
        """
        budget = Budget(limits, now=context)
        return plain(self.value(context, budget), budget)

    def value(self, context: Mapping[str, Any], budget: Budget | None = None) -> Any:
        """Return the FEEL value: ranges, functions and durations as ``engine.feel.values`` has
        them.

        Evaluations that belong together share one ``budget``, which also holds ``now`` and the
        declared types. Raises FeelError.
        """
        if budget is None:
            budget = Budget(now=context)
        try:
            budget.charge(self._cost)
            return self._run(Scope(context, None, budget))
        except RecursionError as error:
            raise exceeded("height", limits=budget.limits) from error

    def holds(self, context: Mapping[str, Any], limits: Limits | None = None) -> bool:
        """Return whether the condition is true; null and anything else count as false."""
        return self.evaluate(context, limits) is True

    @property
    def asks_clock(self) -> bool:
        """Whether the value may depend on ``now`` or ``today``."""
        return uses(self.tree, "now") or uses(self.tree, "today")

    @property
    def entries(self) -> tuple[str, ...]:
        """The keys that a context ``{a: …, b: …}`` sets, or the variables that a script sets."""
        return entries_of(self.tree)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The tests in a cell of a decision table. ``names`` are the variables they read."""

    text: str
    names: frozenset[str]
    tree: Node
    _run: TestClosure = field(compare=False, repr=False)
    _cost: int = field(compare=False, repr=False)

    def matches(
        self, value: Any, context: Mapping[str, Any], budget: Budget | None = None
    ) -> bool | None:
        """Return whether the value passes the tests, null when that cannot be said.

        ``-`` lets every value pass. Raises FeelError when a limit is exceeded.
        """
        if budget is None:
            budget = Budget(now=context)
        try:
            budget.charge(self._cost)
            return self._run(value, Scope(context, None, budget))
        except RecursionError as error:
            raise exceeded("height", limits=budget.limits) from error


def parse(
    text: str,
    dialect: str | None = None,
    names: Iterable[str] = _NONE,
    limits: Limits | None = None,
) -> Expression:
    """Return the expression a text spells.

    Without ``dialect``, ``${…}`` or ``#{…}`` makes it JUEL and all else is FEEL, with or without a
    leading "=". ``names`` are variables, functions and declared types of the surroundings: names
    with signs in them can only be read when they are known, and functions that are not built in
    must be. Raises FeelError with a sentence that says what to write instead.
    """
    if dialect is None:
        dialect = Dialect.JUEL if detect(text) is Dialect.JUEL else Dialect.FEEL
    return _parsed(text, Dialect(dialect), frozenset(names), limits or standing_limits())


def parse_condition(
    text: str,
    language: str | None = None,
    house: Dialect = Dialect.FEEL,
    names: Iterable[str] = _NONE,
) -> Expression:
    """Return the condition a text spells, in the dialect that ``detect_condition`` finds.

    Raises FeelError.
    """
    return parse(text, detect_condition(text, language, house, names), names)


@lru_cache(maxsize=2048)
def _parsed(text: str, dialect: Dialect, names: frozenset[str], limits: Limits) -> Expression:
    tree = tree_of(text, dialect, names, limits)
    read = names_in(tree, BUILTINS)
    return Expression(text, dialect, read, tree, _built(tree, limits), weight(tree))


def _built(tree: Node, limits: Limits) -> Closure:
    try:
        return build(tree)
    except RecursionError as error:
        raise exceeded("height", limits=limits) from error


def parse_script(text: str, dialect: str | None = None) -> Expression:
    """Return the script a text spells: an expression, or a context of variables to set.

    A script of the Python dialect has statements; its value is a context of what they set.
    """
    if dialect is not None and Dialect(dialect) is Dialect.PYTHON:
        return _parsed(text, Dialect.PYTHON_SCRIPT, _NONE, standing_limits())
    return parse(text, dialect or Dialect.FEEL)


def parse_unary_tests(
    text: str, names: Iterable[str] = _NONE, limits: Limits | None = None
) -> UnaryTests:
    """Return the unary tests that a cell of a decision table spells. Raises FeelError."""
    normal = unicodedata.normalize("NFC", text)
    return _parsed_tests(normal, frozenset(names), limits or standing_limits())


@lru_cache(maxsize=2048)
def _parsed_tests(text: str, names: frozenset[str], limits: Limits) -> UnaryTests:
    tree = parse_feel_tests(text, names, limits)
    read = names_in(tree, BUILTINS)
    return UnaryTests(text, read, tree, build_tests(tree), weight(tree))
