"""What a cell of a table lets through, where that can be said exactly without evaluating it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.feel.moment_texts import read_date
from engine.feel.tree import Call, Constant, Name, Negate, Node, RangeOf, Test, TestsOf
from engine.feel.values import compare, is_number, kind_of

ORDERED = ("number", "date")
_EXACT = (*ORDERED, "string", "boolean")


@dataclass(frozen=True, slots=True)
class Span:
    """Everything between two values of one kind; ``None`` is open, equal ends are one value."""

    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low_included and self.low == self.high


@dataclass(frozen=True, slots=True)
class Shape:
    """The values of one kind that pass: those in the spans, or with ``negated`` all others.

    The kind is empty, and so are the spans, for a cell that every value passes.
    """

    kind: str = ""
    spans: tuple[Span, ...] = ()
    negated: bool = False

    @property
    def passes_all(self) -> bool:
        return not self.kind


def shape_of(tests: Node) -> Shape | None:
    """Return the shape of a cell, ``None`` when it must be evaluated to be known."""
    if not isinstance(tests, TestsOf):
        return None
    if not tests.tests:
        return Shape()
    if len(tests.tests) == 1 and not tests.negated:
        excluded = _excluded(tests.tests[0])
        if excluded is not None:
            return Shape(kind_of(excluded.low), (excluded,), negated=True)
    spans = [_span(one) for one in tests.tests]
    known = [one for one in spans if one is not None]
    kinds = {kind_of(end) for one in known for end in (one.low, one.high) if end is not None}
    if len(known) < len(spans) or len(kinds) != 1 or not kinds <= set(_EXACT):
        return None
    kind = kinds.pop()
    if kind not in ORDERED and not all(one.is_point for one in known):
        return None
    return Shape(kind, tuple(known), tests.negated)


def _excluded(test: Node) -> Span | None:
    value = _value(test.operand) if isinstance(test, Test) and test.operator == "!=" else None
    return None if value is None or kind_of(value) not in _EXACT else Span(value, value)


def _span(test: Node) -> Span | None:
    if isinstance(test, RangeOf):
        return _between(test)
    if isinstance(test, Test):
        value = _value(test.operand)
        return None if value is None else _compared(test.operator, value)
    value = _value(test)
    return None if value is None else Span(value, value)


def _between(test: RangeOf) -> Span | None:
    low, high = _value(test.low), _value(test.high)
    order = compare(low, high)
    if order is None or order > 0:
        return None
    return Span(low, high, test.low_included, test.high_included)


def _compared(operator: str, value: Any) -> Span | None:
    if operator == "=":
        return Span(value, value)
    if operator in ("<", "<="):
        return Span(None, value, low_included=False, high_included=operator == "<=")
    if operator in (">", ">="):
        return Span(value, None, low_included=operator == ">=", high_included=False)
    return None


def _value(node: Node) -> Any:
    """Return the value a constant spells, ``None`` for anything else."""
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Negate) and isinstance(node.operand, Constant):
        value = node.operand.value
        return -value if is_number(value) else None
    if isinstance(node, Call) and node.function == Name("date"):
        return _date(node)
    return None


def _date(node: Call) -> Any:
    """Return the day that ``date("2026-01-31")`` spells."""
    texts = [one.value for _, one in node.arguments if isinstance(one, Constant)]
    alone = len(texts) == len(node.arguments) == 1 and isinstance(texts[0], str)
    return read_date(texts[0]) if alone else None


def points_of(shapes: Iterable[Shape]) -> list[Any]:
    """Return every end of every span once, in order; all must be of one kind."""
    ends = {
        end
        for shape in shapes
        for span in shape.spans
        for end in (span.low, span.high)
        if end is not None
    }
    return sorted(ends)


def segments(shape: Shape, points: list[Any]) -> list[tuple[int, int]]:
    """Return which of the pieces between and at the points a shape covers: first and last.

    Piece 0 lies below the first point, piece ``2 * i + 1`` is point ``i`` itself and the piece
    after it lies between it and the next. The answer is sorted, without overlaps.
    """
    last = 2 * len(points)
    if shape.passes_all:
        return [(0, last)]
    at = {point: 2 * number + 1 for number, point in enumerate(points)}
    covered: list[tuple[int, int]] = []
    for span in shape.spans:
        first = 0 if span.low is None else at[span.low] + (not span.low_included)
        end = last if span.high is None else at[span.high] - (not span.high_included)
        if first <= end:
            covered.append((first, end))
    merged = _merged(sorted(covered))
    return _complement(merged, last) if shape.negated else merged


def _merged(covered: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in covered:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _complement(covered: list[tuple[int, int]], last: int) -> list[tuple[int, int]]:
    free = []
    start = 0
    for first, end in covered:
        if start < first:
            free.append((start, first - 1))
        start = end + 1
    if start <= last:
        free.append((start, last))
    return free
