"""A cursor of PostgreSQL that describes its columns only to who looks at one.

SQLAlchemy asks for the description of every result, to see whether it has rows at all; at the
columns it looks when it meets a statement for the first time. Making them took a seventh of what a
statement costs in Python.
"""

from collections.abc import Sequence
from typing import Any, overload

from psycopg import Column, Cursor


class _Columns(Sequence[Column]):
    """The columns of the result that a cursor has just now."""

    def __init__(self, cursor: Cursor[Any], count: int) -> None:
        self._cursor = cursor
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Column: ...

    @overload
    def __getitem__(self, index: slice) -> list[Column]: ...

    def __getitem__(self, index: int | slice) -> Column | list[Column]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self._count))]
        if not 0 <= index < self._count:
            raise IndexError(index)
        return Column(self._cursor, index)


class NamedCursor(Cursor[Any]):
    """For statements whose values have names."""

    @property
    def description(self) -> Any:
        """The columns, as a sequence; None where the statement gives no rows."""
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return _Columns(self, result.nfields)
