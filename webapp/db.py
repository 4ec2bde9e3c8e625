"""SQL engine, session, transaction: three names, no Flask."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    CursorResult,
    DateTime,
    Dialect,
    Executable,
    MetaData,
    Uuid,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from engine.texts import N_
from webapp.errors import ConflictError, RememberedRefusalError
from webapp.outages import outage
from webapp.prepared import send_first
from webapp.turns import Turns

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_POSTGRESQL = {  # how the driver connects
    "connect_timeout": "5",  # seconds
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "30000",  # milliseconds
    "options": "-c jit=off -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
    " -c tcp_keepalives_count=4 -c tcp_user_timeout=30000",  # the server's end
}
PING_AFTER_SECONDS = 10.0  # idle; shorter than any server closes a connection
_LOST_RACES = frozenset({"40001", "40P01"})  # PostgreSQL: serialization failure, deadlock


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on every database. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime; use webapp.clock.now()")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, UUID: Uuid()}  # noqa: RUF012


class Database:
    """One pool of connections and the only way to get a session."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sql_engine = create_engine(
            url, json_serializer=_json, hide_parameters=True, connect_args=_connecting(url)
        )
        event.listen(self.sql_engine, "before_cursor_execute", send_first)
        self._sessions = sessionmaker(self.sql_engine, expire_on_commit=False)
        self._reading: dict[str, object] = {"motcua_reading": True}
        self._turns: Turns | None = None
        if self.sql_engine.dialect.name == "sqlite":
            self._turns = Turns(_file_of(self.sql_engine.url.database))
            event.listen(self.sql_engine, "connect", _prepare_sqlite)
            event.listen(self.sql_engine, "begin", _begin_sqlite)
        else:
            self._reading["isolation_level"] = "AUTOCOMMIT"
            event.listen(self.sql_engine, "do_connect", _link)
            event.listen(self.sql_engine, "checkin", _note_use)
            event.listen(self.sql_engine, "checkout", self._ping_if_idle)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit everything at the end, or nothing.

        Raises ConflictError when a row read here was changed by somebody else meanwhile.
        A RememberedRefusalError passes through, but what was written before it is committed.
        Raises UnavailableError when the database or its disk cannot serve us. Where the connection
        broke while it was committed, nobody knows on which side of it: look before repeating.
        """
        refusal: RememberedRefusalError | None = None
        try:
            with _outages_named(), self._turn(), self._sessions.begin() as session:
                try:
                    yield session
                except RememberedRefusalError as error:
                    refusal = error
        except StaleDataError as error:
            raise ConflictError(N_("Somebody else changed this meanwhile.")) from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _LOST_RACES:
                raise
            raise ConflictError(N_("Somebody else changed this meanwhile.")) from error
        if refusal is not None:
            raise refusal

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads: nothing is committed, SQLite takes no write lock.

        On PostgreSQL each statement stands alone. It would see the newest commits inside a
        transaction, too (read committed), but BEGIN and ROLLBACK would cost two more round trips.
        Raises UnavailableError when the database cannot serve us.
        """
        with _outages_named(), self._sessions() as session:
            session.connection(execution_options=self._reading)
            yield session

    def _turn(self) -> AbstractContextManager[object]:
        return self._turns.turn() if self._turns is not None else nullcontext()

    def _ping_if_idle(
        self, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
    ) -> None:
        """Let the pool replace a connection that the server closed while it lay idle.

        A ping at every use would cost a round trip each; one used a moment ago is alive.
        """
        if monotonic() - record.info.get("used_at", monotonic()) < PING_AFTER_SECONDS:
            return
        try:
            self.sql_engine.dialect.do_ping(connection)
        except self.sql_engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("closed while idle") from error

    def dispose(self) -> None:
        self.sql_engine.dispose()
        if self._turns is not None:
            self._turns.close()


@contextmanager
def _outages_named() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        refusal = outage(error)
        if refusal is None:
            raise
        raise refusal from error


def run(session: Session, statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
    """Execute a statement that was put together once; rows come as tuples, not as objects.

    What the session holds is not flushed before. ``Session.execute`` takes three times as long.
    """
    return session.connection().execute(statement, values)


def _file_of(database: str | None) -> Path | None:
    """Return the file of a SQLite database; None where it lies in memory."""
    return Path(database) if database and database != ":memory:" else None


def _json(value: Any) -> str:
    """Return JSON without spaces, and letters as they are: half the bytes of Vietnamese text."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _note_use(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = monotonic()


def _connecting(url: str) -> dict[str, Any]:
    """Return how to connect; what the address itself says of options counts more.

    PostgreSQL compiles dear statements to machine code (``jit``). Ours are sums over many columns:
    compiling one takes longer than running it over a million rows.

    A machine whose power or network fails says nothing. Both ends ask the other after ten seconds
    of silence and give it up after thirty; the operating system alone would take two hours, and so
    long the server would keep the locks of a transaction that nobody can end.
    """
    address = make_url(url)
    if address.get_backend_name() != "postgresql":
        return {}
    from webapp.cursors import NamedCursor  # noqa: PLC0415  (other databases need no psycopg)

    return {
        "cursor_factory": NamedCursor,
        **{name: value for name, value in _POSTGRESQL.items() if name not in address.query},
    }


def _link(
    _dialect: Dialect, _record: object, args: Sequence[Any], options: dict[str, Any]
) -> DBAPIConnection:
    """Connect to PostgreSQL, so that ``webapp.statements`` can ask by the short way."""
    from webapp.postgresql import Link  # noqa: PLC0415  (other databases need no psycopg)

    return Link.connect(*args, **options)  # type: ignore[return-value]


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a commit that was told survives a power cut
    cursor.execute("PRAGMA busy_timeout=10000")  # milliseconds
    cursor.close()


def _begin_sqlite(connection) -> None:  # type: ignore[no-untyped-def]
    # A transaction that will write takes its lock at once: a later upgrade could not wait its turn.
    reading = connection.get_execution_options().get("motcua_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
