"""Gaps and overlaps of a table, found exactly: no value between two cells is missed or guessed.

Each column is cut into the pieces that its cells can tell apart. A row is then a set of pieces per
column, and the table is a finite thing that can be walked completely.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from engine.dmn.cells import Shape
from engine.dmn.pieces import Column, column_of

MOST_WORK = 50_000  # places looked at; a table that needs more is left alone
MOST_FOUND = 10  # gaps and overlaps told of one table


@dataclass(frozen=True, slots=True)
class Analysis:
    """``gaps`` are texts of FEEL unary tests per column; overlaps and ``hidden`` name rows from 0.

    ``gaps`` is ``None`` when that could not be found out: a cell is more than a comparison, or the
    table is too large. ``hidden`` rows lie wholly within an earlier one: (row, earlier row).
    """

    gaps: tuple[tuple[str, ...], ...] | None
    overlaps: tuple[tuple[int, int], ...]
    hidden: tuple[tuple[int, int], ...]


def analyse(rows: Sequence[Sequence[Shape | None]], allowed: Sequence[Shape | None]) -> Analysis:
    """Return what is missing and what is said twice; ``allowed`` bounds the values per column."""
    columns = [column_of([row[at] for row in rows], allowed[at]) for at in range(len(allowed))]
    exact = [number for number, row in enumerate(rows) if _is_exact(row, columns)]
    pairs = list(_overlaps(exact, columns)) if len(exact) ** 2 < MOST_WORK * 20 else []
    return Analysis(
        gaps=_gaps(columns, len(rows)) if len(exact) == len(rows) else None,
        overlaps=tuple(pairs[:MOST_FOUND]),
        hidden=tuple(_hidden(pairs, columns))[:MOST_FOUND],
    )


def _is_exact(row: Sequence[Shape | None], columns: Sequence[Column | None]) -> bool:
    return all(
        shape is not None and column is not None and shape.kind in ("", column.kind)
        for shape, column in zip(row, columns, strict=True)
    )


def _overlaps(exact: list[int], columns: Sequence[Column | None]) -> Iterator[tuple[int, int]]:
    for one, other in combinations(exact, 2):
        if all(column and column.covers[one] & column.covers[other] for column in columns):
            yield one, other


def _hidden(
    pairs: list[tuple[int, int]], columns: Sequence[Column | None]
) -> Iterator[tuple[int, int]]:
    found: set[int] = set()
    for earlier, row in pairs:
        within = all(
            column and not column.covers[row] & ~column.covers[earlier] for column in columns
        )
        if within and row not in found:
            found.add(row)
            yield row, earlier


class _Walk:
    """Walks the pieces of one column after the other, keeping the rows that still match."""

    def __init__(self, columns: list[Column]) -> None:
        self.columns = columns
        self.work = 0
        self.known: dict[tuple[int, int], list[tuple[int, ...]]] = {}

    def gaps(self, at: int, rows: int) -> list[tuple[int, ...]]:
        """Return the uncovered sets of pieces for the columns from ``at`` on."""
        if not rows:
            return [tuple(column.every_piece for column in self.columns[at:])]
        if at == len(self.columns):
            return []
        if (at, rows) not in self.known:
            self.known[at, rows] = self._gaps(at, rows)
        return self.known[at, rows]

    def _gaps(self, at: int, rows: int) -> list[tuple[int, ...]]:
        by_rows: dict[int, int] = {}
        for piece, covering in self.columns[at].pieces:
            self.work += 1
            if self.work > MOST_WORK:
                return []
            left = rows & covering
            by_rows[left] = by_rows.get(left, 0) | 1 << piece
        found = []
        for left, pieces in by_rows.items():
            found += [(pieces, *rest) for rest in self.gaps(at + 1, left)]
            if len(found) > MOST_FOUND:
                break
        return found[:MOST_FOUND]


def _gaps(columns: Sequence[Column | None], rows: int) -> tuple[tuple[str, ...], ...] | None:
    known = [column for column in columns if column is not None]
    if len(known) < len(columns) or not rows:
        return None
    walk = _Walk(known)
    found = walk.gaps(0, (1 << rows) - 1)
    if walk.work > MOST_WORK:
        return None
    return tuple(
        tuple(column.written(pieces) for column, pieces in zip(known, gap, strict=True))
        for gap in found
    )
