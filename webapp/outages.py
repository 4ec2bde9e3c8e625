"""What the database or the disk says when it cannot serve us now, as refusals of ours."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from engine.texts import N_
from webapp.errors import ReadOnlyError, StorageFullError, UnavailableError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE: dict[int, type[UnavailableError]] = {  # primary result codes
    sqlite3.SQLITE_FULL: StorageFullError,
    sqlite3.SQLITE_READONLY: ReadOnlyError,
    sqlite3.SQLITE_BUSY: UnavailableError,
    sqlite3.SQLITE_LOCKED: UnavailableError,
    sqlite3.SQLITE_IOERR: UnavailableError,
    sqlite3.SQLITE_CANTOPEN: UnavailableError,
}
_POSTGRESQL: dict[str, type[UnavailableError]] = {  # SQLSTATE, or its class
    "53100": StorageFullError,
    "25006": ReadOnlyError,
    "08": UnavailableError,  # connection exceptions
    "53": UnavailableError,  # insufficient resources, e.g. too many connections
    "57P": UnavailableError,  # shut down, crashed, starting up
    "58": UnavailableError,  # system errors, e.g. of the disk
}
_SENTENCES: dict[type[UnavailableError], str] = {
    StorageFullError: N_("The disk is full. What you sent was not saved."),
    ReadOnlyError: N_("The database can only be read at the moment. Nothing was saved."),
    UnavailableError: N_("The database cannot be reached at the moment."),
}


def outage(error: Exception) -> UnavailableError | None:
    """Return the refusal that fits an error of the database or the disk; None: not an outage."""
    kind = _kind(error)
    return kind(_SENTENCES[kind]) if kind else None


def _kind(error: Exception) -> type[UnavailableError] | None:
    if isinstance(error, OSError):
        return StorageFullError if error.errno in _FULL else None
    if isinstance(error, DBAPIError):
        return _of_database(error)
    return UnavailableError if isinstance(error, PoolTimeoutError) else None


def _of_database(error: DBAPIError) -> type[UnavailableError] | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no server answered, or none any more
        is_gone = error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
        return UnavailableError if is_gone else None
    found = (_POSTGRESQL.get(state[:length]) for length in (5, 3, 2))
    return next((kind for kind in found if kind), None)
