"""Rows as lines of JSON, the same for every database."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import JSON, Connection, Table, select
from sqlalchemy.types import TypeDecorator, TypeEngine

Row = Mapping[str, Any]
AT_ONCE = 1000  # rows in memory

_DECODERS: dict[type, Callable[[Any], object]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    bytes: base64.b64decode,
    Decimal: Decimal,
}


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield one line per row, ordered by primary key: the same rows give the same lines."""
    statement = select(table).order_by(*table.primary_key)
    for row in connection.execution_options(yield_per=AT_ONCE).execute(statement):
        yield orjson.dumps(list(row), default=_plain, option=orjson.OPT_APPEND_NEWLINE)


def columns(table: Table) -> list[str]:
    """Return the names of what a line holds, in its order."""
    return [column.name for column in table.columns]


def read(
    text: Iterable[bytes], names: Sequence[str], types: Mapping[str, TypeEngine[Any]]
) -> Iterator[list[dict[str, object]]]:
    """Yield the rows of ``text`` in portions, ready to insert. ``types`` are those of ``names``."""
    decoders = [_decoder(types[name]) for name in names]
    portion: list[dict[str, object]] = []
    for line in text:
        values = zip(names, decoders, orjson.loads(line), strict=True)
        portion.append({name: decode(value) for name, decode, value in values})
        if len(portion) == AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def storable(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type to insert with: an absent JSON value is no value, not the JSON null."""
    return JSON(none_as_null=True) if isinstance(kind, JSON) else kind


def now_text(at: datetime) -> str:
    """Return an instant as the manifest writes it."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"cannot keep a {type(value).__name__}")


def _decoder(kind: TypeEngine[Any]) -> Callable[[Any], object]:
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    decode = None if isinstance(plain, JSON) else _DECODERS.get(plain.python_type)
    if decode is None:
        return lambda value: value
    return lambda value: None if value is None else decode(value)
