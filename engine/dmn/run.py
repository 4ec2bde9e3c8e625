"""The state of one evaluation: its budget, what was decided so far, what went wrong."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from engine.dmn.elements import Part
from engine.dmn.explanation import Made, TableReading
from engine.feel.limits import Budget

Scope = dict[str, Any]
"""The values that an expression sees, by name."""

MOST_READINGS = 500  # table readings kept as explanation; a loop over a table makes many
MOST_PROBLEMS = 50


class Run:
    """One evaluation of one decision with everything it requires."""

    __slots__ = ("_problems", "_readings", "budget", "depth", "made", "seen_by_all", "values")

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.values: dict[tuple[int, str], Any] = {}
        self.made: list[Made] = []
        self.seen_by_all: Scope = {}  # values every expression sees behind what it requires
        self.depth = 0
        self._readings: list[TableReading] = []
        self._problems: list[tuple[str, Mapping[str, object]]] = []

    def problem(self, message: str, part: Part | None = None, **params: object) -> None:
        """Note why something became null. Returns ``None``, which is that value."""
        if len(self._problems) < MOST_PROBLEMS:
            place = {"id": part.element_id, "line": part.line} if part else {}
            self._problems.append((message, {**place, **params}))

    def read(self, table: TableReading) -> None:
        """Note one reading of a table."""
        if len(self._readings) < MOST_READINGS:
            self._readings.append(table)

    @contextmanager
    def deciding(self) -> Iterator[Callable[..., None]]:
        """Collect readings and problems of one decision; the caller says when it is made."""
        before = self._readings, self._problems
        self._readings, self._problems = [], []

        def made(**facts: Any) -> None:
            self.made.append(
                Made(tables=tuple(self._readings), problems=tuple(self._problems), **facts)
            )

        try:
            yield made
        finally:
            self._readings, self._problems = before
