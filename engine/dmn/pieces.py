"""One column of a table, cut into the pieces that its cells can tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.dmn.cells import ORDERED, Shape, points_of, segments
from engine.feel.moments import Day
from engine.feel.values import is_number

_ANYTHING = "-"


@dataclass(frozen=True, slots=True)
class Column:
    """``covers`` has for each row the set of its pieces, ``pieces`` for each piece its rows.

    Sets are integers with one bit per piece or row. In an ordered column the pieces are counted as
    in ``cells.segments``; else each is one of ``values``, and the last stands for all others.
    """

    kind: str
    values: tuple[Any, ...]
    covers: tuple[int, ...]
    pieces: tuple[tuple[int, int], ...]

    @property
    def every_piece(self) -> int:
        return sum(1 << piece for piece, _ in self.pieces)

    def written(self, pieces: int) -> str:
        """Return FEEL unary tests that let exactly these pieces through."""
        if pieces == self.every_piece:
            return _ANYTHING
        if self.kind in ORDERED:
            return ", ".join(_stretch(first, last, self.values) for first, last in _runs(pieces))
        named = [at for at in range(len(self.values)) if pieces >> at & 1]
        if not pieces >> len(self.values) & 1:
            return ", ".join(_written(self.values[at]) for at in named)
        others = [one for at, one in enumerate(self.values) if not pieces >> at & 1]
        return f"not({', '.join(map(_written, others))})"


def column_of(shapes: Sequence[Shape | None], allowed: Shape | None) -> Column | None:
    """Return the column, ``None`` when its cells speak of values of several kinds."""
    known = [one for one in shapes if one is not None]
    kinds = {one.kind for one in (*known, allowed) if one is not None and one.kind}
    if len(kinds) > 1:
        return None
    kind = kinds.pop() if kinds else ""
    bounds = allowed if allowed is not None else Shape()
    values = (False, True) if kind == "boolean" else tuple(points_of((*known, bounds)))
    within = _pieces(bounds, kind, values)
    covers = tuple(_pieces(one, kind, values) & within if one else 0 for one in shapes)
    pieces = tuple(
        (piece, sum(1 << row for row, those in enumerate(covers) if those >> piece & 1))
        for piece in range(within.bit_length())
        if within >> piece & 1
    )
    return Column(kind, values, covers, pieces)


def _pieces(shape: Shape, kind: str, values: tuple[Any, ...]) -> int:
    if kind in ORDERED:
        return sum(_bits(first, last) for first, last in segments(shape, list(values)))
    every = _bits(0, len(values) - (kind == "boolean"))
    if shape.passes_all:
        return every
    named = sum(1 << at for at, one in enumerate(values) if any(one == s.low for s in shape.spans))
    return every & ~named if shape.negated else named


def _bits(first: int, last: int) -> int:
    return (1 << last + 1) - (1 << first)


def _runs(pieces: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at in range(pieces.bit_length()):
        if pieces >> at & 1:
            if runs and runs[-1][1] == at - 1:
                runs[-1] = (runs[-1][0], at)
            else:
                runs.append((at, at))
    return runs


def _stretch(first: int, last: int, points: tuple[Any, ...]) -> str:
    """Return the unary test for the pieces from one to another."""
    if first == last and first % 2:
        return _written(points[first // 2])
    low = points[(first - 1) // 2] if first else None
    high = points[last // 2] if last < 2 * len(points) else None
    if low is None:
        return f"{'<=' if last % 2 else '<'} {_written(high)}"
    if high is None:
        return f"{'>=' if first % 2 else '>'} {_written(low)}"
    opening, closing = "[" if first % 2 else "(", "]" if last % 2 else ")"
    return f"{opening}{_written(low)}..{_written(high)}{closing}"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if is_number(value):
        return f"{value:f}" if not isinstance(value, int) else str(value)
    if isinstance(value, Day):
        return f'date("{value.year:04}-{value.month:02}-{value.day:02}")'
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
