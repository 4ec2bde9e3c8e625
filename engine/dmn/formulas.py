"""Expressions and unary tests of one model, compiled once; the only door to ``engine.feel``."""

from collections.abc import Callable, Iterable
from typing import Any

from engine.dmn.cells import Shape, shape_of
from engine.dmn.elements import Part
from engine.dmn.run import Run, Scope
from engine.feel import Expression, FeelError, FeelLimitError, UnaryTests, parse, parse_unary_tests
from engine.feel import calls as feel_calls
from engine.feel.builtins import BUILTINS
from engine.feel.loop_closures import domain_of
from engine.feel.operations import entry_at
from engine.feel.plain import plain as plain_data
from engine.feel.written import to_text

Compute = Callable[[Scope, Run], Any]


class Tests:
    """The unary tests of a cell. ``shape`` is what they let through, where that is simple."""

    __slots__ = ("_tests", "shape")

    def __init__(self, tests: UnaryTests) -> None:
        self.shape: Shape | None = shape_of(tests.tree)
        self._tests = tests

    def passes(self, value: Any, scope: Scope, run: Run) -> bool | None:
        """Return whether a value passes, ``None`` when that cannot be said."""
        return self._tests.matches(value, scope, run.budget)


class Unreadable(Tests):
    """Tests that cannot be read: no value passes, and the run says why."""

    __slots__ = ("_error", "_part")

    def __init__(self, error: FeelError, part: Part | None) -> None:
        self.shape = None
        self._error = error
        self._part = part

    def passes(self, _value: Any, _scope: Scope, run: Run) -> bool | None:
        run.problem(self._error.message, self._part, **self._error.params)
        return None


class Formulas:
    """Reads the expressions of a model, whose ``names`` may hold spaces and other signs."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self._tests: dict[str, Tests] = {}
        self._read_tests: dict[str, UnaryTests] = {}

    def read(self, text: str) -> Expression:
        """Return what an expression spells. Raises FeelError."""
        return parse(text, "feel", self.names)

    def read_tests(self, text: str) -> UnaryTests:
        """Return what unary tests spell; an empty text lets all through. Raises FeelError."""
        if text not in self._read_tests:
            self._read_tests[text] = parse_unary_tests(text or "-", self.names)
        return self._read_tests[text]

    def expression(self, text: str, part: Part | None = None) -> Compute:
        """Return the function that gives the expression's value; null for an empty text.

        A text that cannot be read is null as well, with the reason noted in the run.
        """
        if not text.strip():
            return _nothing
        try:
            expression = self.read(text)
        except FeelLimitError:
            raise
        except FeelError as error:
            return _unreadable(error, part)
        return lambda scope, run: expression.value(scope, run.budget)

    def tests(self, text: str, part: Part | None = None) -> Tests:
        """Return the unary tests of a cell; an empty cell lets everything through."""
        if text not in self._tests:
            try:
                self._tests[text] = Tests(self.read_tests(text))
            except FeelLimitError:
                raise
            except FeelError as error:
                return Unreadable(error, part)
        return self._tests[text]


def _nothing(_scope: Scope, _run: Run) -> None:
    return None


def _unreadable(error: FeelError, part: Part | None) -> Compute:
    return lambda _scope, run: run.problem(error.message, part, **error.params)


def call(function: Any, arguments: dict[str, Any], run: Run) -> Any:
    """Return a function's value for named arguments, null when they do not fit."""
    return feel_calls.call(function, list(arguments.items()), run.budget)


def aggregate(kind: str, values: list[Any], run: Run) -> Any:
    """Return the sum, smallest or largest of the values."""
    return feel_calls.call(BUILTINS[kind.lower()], [(None, values)], run.budget)


def entries_of(value: Any, run: Run) -> list[Any] | None:
    """Return what a loop goes through, ``None`` when there is nothing."""
    return domain_of(value, run.budget)


def item_at(entries: list[Any], position: Any) -> Any:
    """Return an entry by its number, counted from 1."""
    return entry_at(entries, position)


def shown(value: Any, run: Run) -> Any:
    """Return the value as plain data; what is no data (a range, a function) as FEEL writes it."""
    try:
        return plain(value, run)
    except FeelLimitError:
        raise
    except FeelError:
        return to_text(value, run.budget)


def plain(value: Any, run: Run) -> Any:
    """Return the value as plain data: lists, dicts, texts, numbers and Python's own dates."""
    return plain_data(value, run.budget)
