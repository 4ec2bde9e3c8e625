"""Applying the retention rules: in small transactions, files after the commit."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.actors import SYSTEM
from webapp.db import Database
from webapp.filestore import FileStore
from webapp.operations import retention

log = logging.getLogger(__name__)
LOOK_EVERY = timedelta(hours=1)


def forget_due(
    database: Database,
    files: FileStore,
    at: datetime,
    *,
    passed: Callable[[int], object] = lambda _number: None,
) -> int:
    """Anonymise every dossier whose time has come and return how many that were.

    ``passed`` is told how many, after each piece.
    """
    total = 0
    while number := forget_some(database, files, at):
        total += number
        passed(number)
    return total


def forget_some(database: Database, files: FileStore, at: datetime) -> int:
    """Anonymise the next few dossiers and return how many that were; 0: nothing is due.

    Killed in between, the next call goes on. The bytes of a file whose row is gone may then stay;
    they lie under a hash that nothing leads to.
    """
    with database.transaction() as session:
        found = retention.due(session, at)
        hashes = [
            retention.anonymise(session, one.dossier_id, one.rule_id, actor=SYSTEM, at=at)
            for one in found
        ]
    if not found:
        return 0
    log.info("dossiers anonymised", extra={"dossiers": len(found)})
    _delete(database, files, set().union(*hashes))
    return len(found)


def forget_uploads(database: Database, files: FileStore, at: datetime) -> None:
    """Delete files that were uploaded for a dossier which never began."""
    with database.transaction() as session:
        hashes = retention.forget_uploads(session, at)
    if hashes:
        _delete(database, files, hashes)


def _delete(database: Database, files: FileStore, hashes: set[str]) -> None:
    with database.reading() as session:
        gone = retention.unnamed(session, hashes)
    for sha256 in gone:
        files.delete(sha256)


class Forgetter:
    """Looks every hour whether dossiers are due, and forgets them piece by piece."""

    def __init__(self, database: Database, files: FileStore | None) -> None:
        self._database = database
        self._files = files
        self._looked_at: datetime | None = None

    def work(self, at: datetime) -> int:
        """Do the next piece; return how many dossiers that were."""
        if self._files is None:
            return 0
        if self._looked_at is not None and abs(at - self._looked_at) < LOOK_EVERY:
            return 0
        number = forget_some(self._database, self._files, at)
        if not number:
            forget_uploads(self._database, self._files, at)
            self._looked_at = at
        return number
