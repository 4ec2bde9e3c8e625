"""Adding and deleting rows by one statement; as objects each costs several times as much."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, delete, insert
from sqlalchemy.orm import Session

from webapp.db import Base
from webapp.prepared import Prepared

_Row = TypeVar("_Row")
FEW, MANY = 8, 64  # rows of one VALUES list: each number up to FEW is a statement that is kept


def add_rows(
    session: Session,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    shared: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Insert rows; all have the same columns, and besides the ``shared`` values.

    What the columns have as defaults is filled in.
    """
    if not rows:
        return
    table: Any = model.__table__
    made = {name: one for name, one in _defaults(table).items() if name not in shared}
    for part in _parts(rows):
        names = tuple({**made, **part[0]})
        values = {
            f"{name}_{number}": row[name] if name in row else made[name](None)
            for number, row in enumerate(part)
            for name in names
        }
        statement = _statement(table, names, tuple(shared), len(part))
        statement.run(session, {**values, **shared})


def delete_rows(session: Session, model: type[Base], ids: Sequence[Any]) -> None:
    """Delete the rows with these ids."""
    for part in _parts(ids):
        values = {f"id_{number}": one for number, one in enumerate(part)}
        _deletion(model.__table__, len(part)).run(session, values)


def _parts(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    done = 0
    while done < len(rows):
        part = rows[done : done + (MANY if len(rows) - done >= MANY else FEW)]
        yield part
        done += len(part)


@cache
def _defaults(table: Table) -> dict[str, Callable[[Any], Any]]:
    """Return what makes the values of columns that nobody gives, by column."""
    made: dict[str, Callable[[Any], Any]] = {}
    for column in table.columns:
        default: Any = column.default
        if default is not None and default.is_callable:
            made[column.name] = default.arg
        elif default is not None and default.is_scalar:
            made[column.name] = partial(_same, default.arg)
    return made


def _same(value: Any, _context: Any) -> Any:
    return value


@cache
def _statement(
    table: Table, names: tuple[str, ...], shared: tuple[str, ...], count: int
) -> Prepared:
    """Return the insertion of so many rows.

    Sent row by row they would cost the driver more than the database.
    """
    same = {name: bindparam(name, type_=table.c[name].type) for name in shared}
    rows = [
        {name: bindparam(f"{name}_{number}", type_=table.c[name].type) for name in names} | same
        for number in range(count)
    ]
    return Prepared(insert(table).values(rows))


@cache
def _deletion(table: Table, count: int) -> Prepared:
    ids = [bindparam(f"id_{number}", type_=table.c.id.type) for number in range(count)]
    return Prepared(delete(table).where(table.c.id.in_(ids)))
