"""Finding the rows that can match without testing every row.

Each column knows, for a value, the set of rows whose cell lets it through. Sets of rows are
integers with one bit per row: joining the columns is one ``&`` each, however many rows there are.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.dmn.cells import ORDERED, Shape, points_of, segments
from engine.feel.values import kind_of


class _HasShape(Protocol):
    @property
    def shape(self) -> Shape | None: ...


@dataclass(frozen=True, slots=True)
class _Column:
    """The rows for each value of one ``kind``; ``odd`` rows must be tested whatever it is."""

    kind: str
    odd: int
    points: list[Any]
    pieces: list[int]  # rows for each piece between and at the points, when the kind is ordered
    by_value: dict[Any, int]
    otherwise: int  # rows for a value that no cell names

    def rows(self, value: Any) -> int:
        if self.points:
            at = bisect_left(self.points, value)
            hit = at < len(self.points) and self.points[at] == value
            return self.odd | self.pieces[2 * at + hit]
        return self.odd | self.by_value.get(value, self.otherwise)


class Index:
    """Where rows are found by the values on the left side of a table."""

    __slots__ = ("_all", "_columns", "_count")

    def __init__(self, columns: Sequence[_Column | None], rows: int) -> None:
        self._columns = columns
        self._count = rows
        self._all = (1 << rows) - 1

    def look_up(self, given: Sequence[Any]) -> Iterator[tuple[int, list[int]]]:
        """Yield (row, columns still to be tested) of every row that may match, in order."""
        rows = self._all
        untested = []
        tested = []
        for number, (column, value) in enumerate(zip(self._columns, given, strict=True)):
            if column is None or kind_of(value) != column.kind:
                untested.append(number)
            else:
                rows &= column.rows(value)
                if column.odd:
                    tested.append((number, column.odd))
        while rows:
            lowest = rows & -rows
            rows ^= lowest
            odd = [number for number, those in tested if those & lowest]
            yield lowest.bit_length() - 1, untested + odd


def index_of(conditions: Sequence[Sequence[_HasShape]], columns: int) -> Index:
    """Return the index of a table's rows, each a sequence of cells."""
    return Index(
        [_column([row[at].shape for row in conditions if at < len(row)]) for at in range(columns)]
        if all(len(row) == columns for row in conditions)
        else [None] * columns,
        len(conditions),
    )


def _column(shapes: Sequence[Shape | None]) -> _Column | None:
    kinds = Counter(one.kind for one in shapes if one is not None and one.kind)
    if not kinds:
        return None
    kind = kinds.most_common(1)[0][0]
    odd = 0
    known: list[tuple[int, Shape]] = []
    for row, shape in enumerate(shapes):
        if shape is not None and shape.kind in (kind, ""):
            known.append((1 << row, shape))
        else:
            odd |= 1 << row
    if kind in ORDERED:
        points = points_of(shape for _, shape in known)
        return _Column(kind, odd, points, _pieces(known, points), {}, 0)
    return _Column(kind, odd, [], [], *_by_value(known))


def _pieces(known: list[tuple[int, Shape]], points: list[Any]) -> list[int]:
    changes = [0] * (2 * len(points) + 2)
    for bit, shape in known:
        for first, last in segments(shape, points):
            changes[first] ^= bit
            changes[last + 1] ^= bit
    pieces = []
    rows = 0
    for change in changes[:-1]:
        rows ^= change
        pieces.append(rows)
    return pieces


def _by_value(known: list[tuple[int, Shape]]) -> tuple[dict[Any, int], int]:
    otherwise = sum(bit for bit, shape in known if shape.passes_all or shape.negated)
    by_value: dict[Any, int] = {}
    for bit, shape in known:
        for span in shape.spans:
            rows = by_value.get(span.low, otherwise)
            by_value[span.low] = rows & ~bit if shape.negated else rows | bit
    return by_value, otherwise
