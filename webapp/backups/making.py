"""Making a backup while the house goes on working."""

import glob
import gzip
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, select

from engine.texts import N_
from webapp import migrate
from webapp.backups import archive, rows
from webapp.backups.archive import BackupError, Manifest, TableEntry
from webapp.db import Base
from webapp.filestore import FileStore
from webapp.models import Attachment, Slip

TRIES = 3  # where retention deletes files between a row and its file
BROKEN_OFF = timedelta(hours=1)  # without a write
Progress = Callable[[str], None]  # told the name of each table and file that is done
_FORGOTTEN = N_("The file %(sha256)s was deleted while the backup was made; make it again.")


class ForgottenMeanwhileError(BackupError):
    """A dossier lost its data, by the rules on how long it is kept, while a backup was made."""

    code = "forgotten_meanwhile"


def make(
    sql_engine: Engine, files: FileStore, target: Path, *, at: datetime, progress: Progress
) -> Manifest:
    """Write a backup of database and files to ``target`` and return its manifest.

    Everything is read in one transaction: the backup is the house at one moment, while people
    go on working. The target appears whole or not at all. Raises BackupError, also where it cannot
    be written.
    """
    try:
        for _ in range(TRIES - 1):
            with suppress(ForgottenMeanwhileError):
                return _make(sql_engine, files, target, at, progress)
        return _make(sql_engine, files, target, at, progress)
    except OSError as error:
        raise BackupError(
            N_("%(file)s cannot be written: %(why)s"), file=str(target), why=str(error.strerror)
        ) from error


def steps(sql_engine: Engine) -> int:
    """Return of how many tables and files ``progress`` will be told, as it is now."""
    with one_moment(sql_engine) as connection:
        return len(Base.metadata.sorted_tables) + len(_hashes(connection))


def _make(
    sql_engine: Engine, files: FileStore, target: Path, at: datetime, progress: Progress
) -> Manifest:
    target.parent.mkdir(parents=True, exist_ok=True)
    _forget_broken_off(target, at)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w") as tar:
                manifest = _fill(tar, sql_engine, files, at, progress)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _forget_broken_off(target: Path, at: datetime) -> None:
    """Delete what backups to the same place left behind that were killed; none that still grow."""
    for left in target.parent.glob(f".{glob.escape(target.name)}-*"):
        if left.stat().st_mtime < (at - BROKEN_OFF).timestamp():
            left.unlink(missing_ok=True)


def entries(connection: Connection) -> list[TableEntry]:
    """Return rows and hash of every table, without keeping anything."""
    return [_entry(table, rows.lines(connection, table)) for table in Base.metadata.sorted_tables]


@contextmanager
def one_moment(sql_engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever is committed meanwhile."""
    options: dict[str, object] = {"motcua_reading": True}
    if sql_engine.dialect.name != "sqlite":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with sql_engine.connect() as connection:
        yield connection.execution_options(**options)


def _fill(
    tar: tarfile.TarFile, sql_engine: Engine, files: FileStore, at: datetime, progress: Progress
) -> Manifest:
    if not migrate.is_current(sql_engine):
        raise BackupError(N_("The tables are not up to date: run motcua serve once."))
    with one_moment(sql_engine) as connection:
        tables = []
        for table in Base.metadata.sorted_tables:
            tables.append(_add_table(tar, connection, table))
            progress(table.name)
        hashes = _hashes(connection)
    for sha256 in hashes:
        _add_file(tar, sql_engine, files, sha256)
        progress(sha256)
    manifest = Manifest(
        format=archive.FORMAT,
        program=version("motcua"),
        made_at=rows.now_text(at),
        revision=migrate.newest(),
        tables=tables,
        files=hashes,
    )
    archive.add_bytes(tar, archive.MANIFEST, manifest.to_bytes())
    return manifest


def _add_table(tar: tarfile.TarFile, connection: Connection, table: Table) -> TableEntry:
    with tempfile.TemporaryFile() as spool:
        with gzip.GzipFile(fileobj=spool, mode="wb", compresslevel=5, mtime=0) as packed:
            entry = _entry(table, _copied(rows.lines(connection, table), packed))
        size = spool.tell()
        spool.seek(0)
        archive.add_stream(tar, f"tables/{table.name}.jsonl.gz", spool, size)
    return entry


def _copied(lines: Iterator[bytes], packed: gzip.GzipFile) -> Iterator[bytes]:
    for line in lines:
        packed.write(line)
        yield line


def _entry(table: Table, lines: Iterator[bytes]) -> TableEntry:
    digest, count = archive.new_digest(), 0
    for line in lines:
        digest.update(line)
        count += 1
    return TableEntry(table.name, rows.columns(table), count, digest.hexdigest())


def _hashes(connection: Connection) -> list[str]:
    """Return the hashes of every file that a row names."""
    found: set[str] = set()
    for column in (Attachment.sha256, Slip.sha256):
        found.update(connection.scalars(select(column)))
    return sorted(found - {""})  # of a paper that retention deleted only its number is left


def _add_file(tar: tarfile.TarFile, sql_engine: Engine, files: FileStore, sha256: str) -> None:
    try:
        with files.open(sha256) as stream:
            archive.add_stream(tar, f"files/{sha256}", stream, files.size(sha256))
    except FileNotFoundError as error:
        with one_moment(sql_engine) as connection:
            if sha256 not in _hashes(connection):
                raise ForgottenMeanwhileError(_FORGOTTEN, sha256=sha256) from error
        raise BackupError(
            N_("The file %(sha256)s is named in the database but not in the file store."),
            sha256=sha256,
        ) from error
