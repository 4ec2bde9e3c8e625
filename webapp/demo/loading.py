"""Filling an empty house with the demo, once."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from webapp.config import DEFAULT_AGENCY_CODE
from webapp.db import Database
from webapp.demo import staging
from webapp.demo.opening import set_up
from webapp.demo.together import Together
from webapp.filestore import FileStore
from webapp.models import Dossier

log = logging.getLogger(__name__)
WEEKS = 13  # of past dossiers: three months

Passed = Callable[[float], None]  # is told which part of the play is over, from 0 to 1


def load(
    database: Database,
    files: FileStore,
    *,
    now: datetime,
    agency_code: str = DEFAULT_AGENCY_CODE,
    weeks: int = WEEKS,
    passed: Passed = lambda _part: None,
) -> bool:
    """Add people, procedures and past dossiers; False when there are dossiers already.

    Played with a simulated clock that stops at ``now``: nothing lies in the future.
    """
    if has_dossiers(database):
        return False
    first_day = now - timedelta(weeks=weeks)
    people, offices = set_up(database, first_day, agency_code)
    surroundings = staging.around(agency_code, files, offices, first_day, now)
    with Together(database) as together:
        staging.play(
            together,
            people,
            surroundings,
            first_day,
            now,
            passed=lambda at: passed((at - first_day) / (now - first_day)),
        )
    log.info("demo loaded")
    return True


def has_dossiers(database: Database) -> bool:
    """Tell whether anybody has handed in a dossier yet."""
    with database.reading() as session:
        return session.scalars(select(Dossier.id).limit(1)).first() is not None
