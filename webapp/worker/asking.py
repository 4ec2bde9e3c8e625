"""Asking again for what was published meanwhile, or what a person wants to be tried again."""

import logging
from datetime import datetime
from uuid import UUID

from webapp.db import Database
from webapp.errors import ConflictError, UnavailableError
from webapp.logs import bound
from webapp.operations import asking, outside
from webapp.told import told

log = logging.getLogger(__name__)


def ask_again(database: Database, at: datetime) -> int:
    """Let every token ask again whose turn it is; return how many that were."""
    with database.transaction() as session:
        due = outside.claim_due(session, at=at)
    for wait_id in due:
        with bound(outside_wait_id=str(wait_id)):
            _ask(database, wait_id, at)
    return len(due)


def _ask(database: Database, wait_id: UUID, at: datetime) -> None:
    try:
        with database.transaction() as session:
            asked = asking.ask_again(session, wait_id, at=at)
    except ConflictError:
        log.info("asking met another writer")  # its lease ends and it is tried again
    except UnavailableError:
        raise  # not its fault: no try is counted, its lease ends
    except Exception as error:
        log.warning("asking failed", exc_info=True)
        with database.transaction() as session:
            asking.fail(session, wait_id, told(error), at=at)
    else:
        log.info("asked again" if asked else "token was gone")
