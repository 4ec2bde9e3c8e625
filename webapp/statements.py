"""A statement as one database reads it: its text, the order of its values, its rows' types."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement

Row = tuple[Any, ...]
_Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Text:
    """A statement as one database reads it."""

    sql: str
    names: tuple[tuple[str, _Processor | None], ...]  # of the values, in the text's order
    fixed: dict[str, Any]
    made: tuple[tuple[int, _Processor], ...] = ()  # columns that Python reads otherwise

    def values(self, given: Mapping[str, Any]) -> Row:
        """Return the values in their order. Raises KeyError where one is missing."""
        every = {**self.fixed, **given} if self.fixed else given
        values = [
            every[name] if process is None else process(every[name]) for name, process in self.names
        ]
        return tuple(values)

    def read(self, row: Sequence[Any]) -> Row:
        """Return a row with every value as its column's type has it in Python."""
        if not self.made:
            return tuple(row)
        values = list(row)
        for place, process in self.made:
            values[place] = process(values[place])
        return tuple(values)


class Texts:
    """The texts of one statement, made when a database asks for the first time."""

    def __init__(self, statement: ClauseElement, columns: Sequence[Any] = ()) -> None:
        self._statement = statement
        self._columns = columns  # of its rows
        self._texts: WeakKeyDictionary[Dialect, Text] = WeakKeyDictionary()

    def of(self, dialect: Dialect) -> Text:
        """Return the text for a database."""
        text = self._texts.get(dialect)
        if text is None:
            text = self._texts[dialect] = self._compiled(dialect)
        return text

    def _compiled(self, dialect: Dialect) -> Text:
        written: Any = type(dialect)
        if not dialect.positional:  # values by number, so that nobody looks for their names
            written = partial(written, paramstyle="numeric_dollar")
        compiled: Any = self._statement.compile(dialect=written())
        binds = {name: compiled.binds[name] for name in compiled.positiontup}
        reading = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in self._columns
        ]
        return Text(
            str(compiled),
            tuple(
                (name, binds[name].type.dialect_impl(dialect).bind_processor(dialect))
                for name in compiled.positiontup
            ),
            {name: one.value for name, one in binds.items() if not one.required},
            tuple((place, one) for place, one in enumerate(reading) if one is not None),
        )


def execute(connection: Connection, sql: str, values: Row) -> tuple[Sequence[Row], int]:
    """Execute a text; return its rows as the driver reads them, and how many rows it met.

    PostgreSQL is asked by the short way; whoever listens to SQLAlchemy hears of it as of any other
    statement. Raises DBAPIError.
    """
    if connection.dialect.positional:
        done = connection.exec_driver_sql(sql, values)
        return done.fetchall() if done.returns_rows else (), done.rowcount
    is_many = False  # values for several executions
    for tell in connection.dispatch.before_cursor_execute:
        tell(connection, None, sql, values, None, is_many)
    link: Any = connection.connection.driver_connection
    try:
        answer: tuple[Sequence[Row], int] = link.ask(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _translated(connection, link, sql, error) from error
    for tell in connection.dispatch.after_cursor_execute:
        tell(connection, None, sql, values, None, is_many)
    return answer


def _translated(connection: Connection, link: Any, sql: str, error: Exception) -> Exception:
    """Return an error of the driver as SQLAlchemy raises it; give up a connection that broke."""
    dialect = connection.dialect
    is_broken = dialect.is_disconnect(error, link, None)  # type: ignore[arg-type]
    if is_broken:
        connection.invalidate(error)
    told = dialect.loaded_dbapi.Error
    return DBAPIError.instance(
        sql,
        None,
        error,
        told,
        hide_parameters=True,
        connection_invalidated=is_broken,
        dialect=dialect,
    )
