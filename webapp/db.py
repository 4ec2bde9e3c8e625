"""SQL engine, session, transaction: three names, no Flask."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import DateTime, Dialect, MetaData, Uuid, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from engine.texts import N_
from webapp.errors import ConflictError, RememberedRefusalError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


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
        self.sql_engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        self._sessions = sessionmaker(self.sql_engine, expire_on_commit=False)
        self._reading: dict[str, object] = {"motcua_reading": True}
        if self.sql_engine.dialect.name == "sqlite":
            event.listen(self.sql_engine, "connect", _prepare_sqlite)
            event.listen(self.sql_engine, "begin", _begin_sqlite)
        else:
            self._reading["isolation_level"] = "AUTOCOMMIT"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit everything at the end, or nothing.

        Raises ConflictError when a row read here was changed by somebody else meanwhile.
        A RememberedRefusalError passes through, but what was written before it is committed.
        """
        refusal: RememberedRefusalError | None = None
        try:
            with self._sessions.begin() as session:
                try:
                    yield session
                except RememberedRefusalError as error:
                    refusal = error
        except StaleDataError as error:
            raise ConflictError(N_("Somebody else changed this meanwhile.")) from error
        except OperationalError as error:
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
        """
        with self._sessions() as session:
            session.connection(execution_options=self._reading)
            yield session

    def dispose(self) -> None:
        self.sql_engine.dispose()


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, below
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=10000")  # milliseconds
    cursor.close()


def _begin_sqlite(connection) -> None:  # type: ignore[no-untyped-def]
    # A transaction that will write takes its lock at once: a later upgrade could not wait its turn.
    reading = connection.get_execution_options().get("motcua_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
