"""Statements that write, put together once: text and order of values for each database.

Through ``Session.execute`` a row costs several times what the database does for it, and several
rows at once are put together anew each time. What these write is no object of the session.

Within ``gathering`` they wait for each other, and PostgreSQL gets them as one statement: one way
there and back instead of seven. SQLite, which is no way off, gets them one after the other.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Update
from sqlalchemy.orm import Session

from webapp.statements import Texts, execute

Refusal = Callable[[], Exception]
_PILE = "motcua_gathered"  # in the notes of session and connection: what waits to be sent together
_PLACE = re.compile(r"\$(\d+)")  # of a value in a text for PostgreSQL
_KINDS = 500  # of piles whose text is kept


@dataclass(frozen=True, slots=True)
class _Write:
    """One statement with its values, and what to raise unless it meets exactly one row."""

    table: str
    verb: str
    sql: str
    values: tuple[Any, ...]
    otherwise: Refusal | None


@dataclass(frozen=True, slots=True)
class _Pile:
    """Writes that wait for each other, and where they are to go."""

    connection: Connection
    writes: list[_Write] = field(default_factory=list)
    verbs: dict[str, set[str]] = field(default_factory=dict)  # of the writes, by table

    def takes(self, later: _Write) -> bool:
        """Tell whether a statement does the same at once with the others as after them.

        At once none sees what another one writes. Whom an UPDATE is to meet is there before, so
        that rows may be added beside it.
        """
        earlier = self.verbs.get(later.table)
        return earlier is None or (later.verb == "insert" and earlier == {"update"})

    def add(self, write: _Write) -> None:
        self.writes.append(write)
        self.verbs.setdefault(write.table, set()).add(write.verb)

    def taken(self) -> tuple[_Write, ...]:
        """Return the writes, which wait no longer."""
        writes = tuple(self.writes)
        self.writes.clear()
        self.verbs.clear()
        return writes


class Prepared:
    """An INSERT, UPDATE or DELETE without RETURNING, with values by the names of its bindparams.

    What columns have as defaults in Python is not filled in. The session is not flushed before.
    """

    def __init__(self, statement: Insert | Update | Delete) -> None:
        self._statement = statement
        self._table = str(statement.table)
        self._verb = statement.__visit_name__
        self._texts = Texts(statement)

    def run(
        self, session: Session, values: Mapping[str, Any], *, otherwise: Refusal | None = None
    ) -> None:
        """Execute it, or let it wait within ``gathering``.

        Raises KeyError where a value is missing, and what ``otherwise`` returns when it is executed
        and does not meet exactly one row.
        """
        pile: _Pile | None = session.info.get(_PILE)
        connection = pile.connection if pile else session.connection()
        text = self._texts.of(connection.dialect)
        write = _Write(self._table, self._verb, text.sql, text.values(values), otherwise)
        if pile is None:
            _send_one(connection, write)
            return
        if not pile.takes(write):
            send_first(connection)
        pile.add(write)


@contextmanager
def gathering(session: Session) -> Iterator[None]:
    """Let what Prepared statements write wait for the end of the block; inside another: for its.

    Whatever else the session reads or writes meanwhile finds it written: it is sent before. What a
    block that raises still holds is dropped, for its transaction is taken back.
    """
    if _PILE in session.info:
        yield
        return
    connection = session.connection()
    notes = connection.info
    session.info[_PILE] = notes[_PILE] = _Pile(connection)
    try:
        yield
        send_first(connection)
    finally:
        del session.info[_PILE], notes[_PILE]


def send_first(connection: Connection, *_about: object) -> None:
    """Send what is gathered, before anything else that the connection executes."""
    pile: _Pile | None = connection.info.get(_PILE)
    if pile is None or not pile.writes:
        return
    writes = pile.taken()
    if connection.dialect.positional or len(writes) == 1:
        for write in writes:
            _send_one(connection, write)
    else:
        _send_together(connection, writes)


def _send_one(connection: Connection, write: _Write) -> None:
    _, met = execute(connection, write.sql, write.values)
    if write.otherwise is not None and met != 1:
        raise write.otherwise()


def _send_together(connection: Connection, writes: Sequence[_Write]) -> None:
    told = tuple((write.sql, len(write.values), write.otherwise is not None) for write in writes)
    values = tuple(value for write in writes for value in write.values)
    met = execute(connection, _together(told), values)[0][0]
    guards = (write.otherwise for write in writes if write.otherwise is not None)
    counts: Sequence[int] = met[1:]
    for otherwise, rows in zip(guards, counts, strict=True):
        if rows != 1:
            raise otherwise()


@lru_cache(_KINDS)
def _together(told: tuple[tuple[str, int, bool], ...]) -> str:
    """Return one statement of several, told by text, number of values, and whether to count.

    Its row is 1 and how many rows each of those to count met.
    """
    begins = accumulate((places for _, places, _ in told), initial=0)
    parts, counts = [], ["1"]
    for number, ((sql, _, is_counted), begin) in enumerate(zip(told, begins, strict=False)):
        returning = " RETURNING 1" if is_counted else ""
        parts.append(f"w{number} AS ({_moved(sql, begin)}{returning})")
        if is_counted:
            counts.append(f"(SELECT count(*) FROM w{number})")  # noqa: S608  (a number)
    return f"WITH {', '.join(parts)} SELECT {', '.join(counts)}"


def _moved(sql: str, begin: int) -> str:
    """Return a text whose first value is number ``begin`` + 1."""
    return _PLACE.sub(lambda place: f"${int(place[1]) + begin}", sql)
