"""The worker's part in moving dossiers to another version: a batch, one transaction per dossier."""

import logging
from datetime import datetime
from threading import Event
from uuid import UUID

from webapp.db import Database
from webapp.errors import ConflictError, UnavailableError
from webapp.logs import bound
from webapp.operations import migrating

log = logging.getLogger(__name__)


def work(database: Database, stop: Event, *, at: datetime) -> int:
    """Check or move the next dossiers of a plan; return how many that were.

    Killed at any point, the next worker goes on with those that are not marked yet.
    """
    with database.transaction() as session:
        batch = migrating.claim(session, at=at)
    if batch is None:
        return 0
    with bound(migration_id=str(batch.migration_id)):
        for instance_id in batch.instance_ids:
            if stop.is_set():
                break
            _take(database, batch.migration_id, instance_id, at)
        with database.transaction() as session:
            migrating.finish_batch(session, batch.migration_id, at=at)
    return max(1, len(batch.instance_ids))


def _take(database: Database, migration_id: UUID, instance_id: UUID, at: datetime) -> None:
    try:
        with database.transaction() as session:
            migrating.take(session, migration_id, instance_id, at=at)
    except ConflictError:
        log.info("migration met another writer")  # the next batch has it again
    except UnavailableError:
        raise  # not the dossier's fault: it is not refused
    except Exception as error:
        log.exception("dossier could not be moved")
        with database.transaction() as session:
            migrating.refuse(session, migration_id, instance_id, str(error), at=at)
