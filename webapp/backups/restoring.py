"""Restoring a backup into an empty house, and proving that nothing is missing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, column, func, inspect, select, table, text
from sqlalchemy.types import TypeEngine

from engine.texts import N_
from webapp import migrate
from webapp.backups import making, rows
from webapp.backups.archive import BackupError, Reader, TableEntry
from webapp.backups.making import Progress
from webapp.db import Base
from webapp.filestore import FileStore

MAX_FILE_BYTES = 1024**3
_BROKEN_FILE = N_("The file %(sha256)s of the backup is broken.")


def restore(backup: Reader, sql_engine: Engine, files: FileStore, *, progress: Progress) -> None:
    """Fill an empty database and the file store from ``backup``, then bring the tables up to date.

    All rows come in one transaction: a restore that fails leaves an empty database. Files are
    checked against their hashes. Raises BackupError; refuses a database that holds people.
    """
    _require_empty(sql_engine)
    for sha256 in backup.manifest.files:
        _restore_file(backup, files, sha256)
        progress(sha256)
    migrate.upgrade(_url(sql_engine), backup.manifest.revision)
    with sql_engine.begin() as connection, _references_checked_at_the_end(connection):
        _clear(connection, backup.manifest.tables)
        for entry in backup.manifest.tables:
            _restore_table(backup, connection, entry)
            progress(entry.name)
    migrate.upgrade(_url(sql_engine))


def require_whole(backup: Reader, *, progress: Progress) -> None:
    """Raise BackupError unless every table and file of the backup has the hash it must have."""
    for entry in backup.manifest.tables:
        found = hashlib.sha256()
        for line in backup.table_lines(entry.name):
            found.update(line)
        _require_same(found, entry)
        progress(entry.name)
    for sha256 in backup.manifest.files:
        found = hashlib.sha256()
        for chunk in backup.file_chunks(sha256):
            found.update(chunk)
        if found.hexdigest() != sha256:
            raise BackupError(_BROKEN_FILE, sha256=sha256)
        progress(sha256)


def _require_same(found: "hashlib._Hash", entry: TableEntry) -> None:
    if found.hexdigest() != entry.sha256:
        raise BackupError(N_("Table %(table)s of the backup is broken."), table=entry.name)


def differences(backup: Reader, sql_engine: Engine) -> list[str]:
    """Return a sentence per table whose rows are not those of the backup.

    Tables that a later migration changed are compared by their number of rows.
    """
    with making.one_moment(sql_engine) as connection:
        there = {entry.name: entry for entry in making.entries(connection)}
    return [
        f"Table {entry.name}: {entry.rows} rows in the backup, not the same here"
        for entry in backup.manifest.tables
        if entry.name in there and not _same(entry, there[entry.name])
    ]


def _same(kept: TableEntry, here: TableEntry) -> bool:
    if kept.columns != here.columns:
        return kept.rows == here.rows
    return (kept.rows, kept.sha256) == (here.rows, here.sha256)


def _require_empty(sql_engine: Engine) -> None:
    if not inspect(sql_engine).has_table("user_account"):
        return
    with sql_engine.connect() as connection:
        people = connection.scalar(select(func.count()).select_from(table("user_account")))
    if people:
        raise BackupError(
            N_("The database holds people already. Restore into an empty one, or add --replace.")
        )


def _restore_file(backup: Reader, files: FileStore, sha256: str) -> None:
    kept = files.put(backup.file_chunks(sha256), max_bytes=MAX_FILE_BYTES)
    if kept.sha256 != sha256:
        raise BackupError(_BROKEN_FILE, sha256=sha256)


def _restore_table(backup: Reader, connection: Connection, entry: TableEntry) -> None:
    digest = hashlib.sha256()
    types = _types(connection, entry)
    target = table(entry.name, *[column(name, types[name]) for name in entry.columns])
    lines = _hashed(backup.table_lines(entry.name), digest)
    for portion in rows.read(lines, entry.columns, types):
        connection.execute(target.insert(), portion)
    _require_same(digest, entry)
    _advance_counter(connection, entry)


def _hashed(lines: Iterator[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for line in lines:
        digest.update(line)
        yield line


def _types(connection: Connection, entry: TableEntry) -> dict[str, TypeEngine[Any]]:
    """Return the types of the columns: as our models know them, else as the table has them."""
    known = Base.metadata.tables.get(entry.name)
    found = {one.name: one.type for one in known.columns} if known is not None else {}
    if missing := set(entry.columns) - found.keys():
        reflected = MetaData()
        reflected.reflect(connection, only=[entry.name])
        columns = reflected.tables[entry.name].columns
        found |= {name: columns[name].type for name in missing}
    return {name: rows.storable(kind) for name, kind in found.items()}


def _clear(connection: Connection, entries: list[TableEntry]) -> None:
    """Delete what migrations put into new tables; the backup holds it as it became."""
    for entry in reversed(entries):
        connection.execute(table(entry.name).delete())


def _advance_counter(connection: Connection, entry: TableEntry) -> None:
    """Let PostgreSQL count on after the highest number that was restored."""
    known = Base.metadata.tables.get(entry.name)
    counted = known.autoincrement_column if known is not None else None
    if known is None or counted is None or connection.dialect.name == "sqlite":
        return
    highest = select(func.max(known.c[counted.name]))
    sequence = connection.scalar(select(func.pg_get_serial_sequence(entry.name, counted.name)))
    if sequence and (value := connection.scalar(highest)):
        connection.execute(select(func.setval(sequence, value)))


@contextmanager
def _references_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """Let rows come before those they point to, inside this transaction."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        yield
        return
    constraints = [
        (_quoted(connection, name), _quoted(connection, str(key["name"])))
        for name in inspect(connection).get_table_names()
        for key in inspect(connection).get_foreign_keys(name)
    ]
    _alter(connection, constraints, "DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    _alter(connection, constraints, "NOT DEFERRABLE")


def _alter(connection: Connection, constraints: list[tuple[str, str]], how: str) -> None:
    for name, constraint in constraints:
        connection.execute(text(f"ALTER TABLE {name} ALTER CONSTRAINT {constraint} {how}"))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _url(sql_engine: Engine) -> str:
    return sql_engine.url.render_as_string(hide_password=False)
