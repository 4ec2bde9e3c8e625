"""Statements that write, put together once: text and order of values for each database.

Through ``Session.execute`` a row costs several times what the database does for it, and several
rows at once are put together anew each time. What these write is no object of the session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import CursorResult, Delete, Dialect, Insert, Update
from sqlalchemy.orm import Session

_Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as one database reads it."""

    sql: str
    names: tuple[tuple[str, _Processor | None], ...]  # of the values, in the text's order
    fixed: dict[str, Any]
    is_positional: bool

    def values(self, given: Mapping[str, Any]) -> dict[str, Any] | tuple[Any, ...]:
        every = {**self.fixed, **given}
        if self.is_positional:
            return tuple(
                every[name] if process is None else process(every[name])
                for name, process in self.names
            )
        return {
            name: every[name] if process is None else process(every[name])
            for name, process in self.names
        }


class Prepared:
    """An INSERT, UPDATE or DELETE without RETURNING, with values by the names of its bindparams.

    What columns have as defaults in Python is not filled in. The session is not flushed before.
    """

    def __init__(self, statement: Insert | Update | Delete) -> None:
        self._statement = statement
        self._texts: WeakKeyDictionary[Dialect, _Text] = WeakKeyDictionary()

    def run(self, session: Session, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute it. Raises KeyError where a value is missing."""
        connection = session.connection()
        text = self._texts.get(connection.dialect)
        if text is None:
            text = self._texts[connection.dialect] = self._compiled(connection.dialect)
        return connection.exec_driver_sql(text.sql, text.values(values))

    def _compiled(self, dialect: Dialect) -> _Text:
        compiled: Any = self._statement.compile(dialect=dialect)
        binds = compiled.binds
        names = compiled.positiontup or tuple(binds)
        return _Text(
            str(compiled),
            tuple(
                (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
                for name in names
            ),
            {name: one.value for name, one in binds.items() if not one.required},
            bool(compiled.positional),
        )
