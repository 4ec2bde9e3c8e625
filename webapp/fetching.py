"""Rows of SELECTs that are put together once, and objects made of them.

``Session.execute`` takes several times as long as the database for a row that is found by its key:
it looks for the statement, wraps the result, asks each column how to read it. What is asked at
every completion goes past that. Whatever is gathered (``webapp.prepared``) is sent before.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import CompoundSelect, Select, inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from webapp.db import Base
from webapp.statements import Row, Texts, execute

_Object = TypeVar("_Object", bound=Base)


class Fetch:
    """A SELECT of columns, with values by the names of its bindparams."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        self._texts = Texts(statement, tuple(statement.selected_columns))

    def rows(self, session: Session, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return its rows. The session is not flushed before."""
        connection = session.connection()
        text = self._texts.of(connection.dialect)
        found, _ = execute(connection, text.sql, text.values(values))
        return [text.read(row) for row in found] if text.made else found


def holds(session: Session, model: type[Base], key: Any) -> bool:
    """Tell whether a session has an object with this primary key already."""
    return inspect(model).identity_key_from_primary_key((key,)) in session.identity_map


def loaded(session: Session, model: type[_Object], values: Mapping[str, Any]) -> _Object:
    """Return an object of the session as if it had been read with these columns only.

    Any other column is read when somebody asks for it. The session may not hold the object yet.
    """
    made: _Object = cast("Any", inspect(model)).class_manager.new_instance()
    made.__dict__.update(values)
    make_transient_to_detached(made)
    session.add(made)
    return made
