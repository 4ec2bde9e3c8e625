"""What the worker does for deadlines: counts them anew, pauses them, warns of them."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from webapp.db import Database
from webapp.errors import ConflictError
from webapp.operations import recounting, timing_days

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=5)
_Part = Callable[..., int]


class DeadlineCounter:
    """Counts open deadlines in small transactions, so that people never wait for all of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked_at: datetime | None = None

    def count(self, at: datetime) -> int:
        """Do what waits; return how many dossiers and days of timings that were."""
        if self._looked_at is not None and timedelta() <= at - self._looked_at < EVERY:
            return 0
        done = self._all(recounting.recount_some, recounting.has_changes, at)
        done += self._all(recounting.pause_some, recounting.has_outages, at)
        done += self._all(recounting.warn_some, recounting.has_warnings, at)
        done += self._all(timing_days.sum_some, timing_days.has_days, at)
        self._looked_at = at
        return done

    def _all(self, part: _Part, waits: Callable[[Session, datetime], bool], at: datetime) -> int:
        total = 0
        while self._waits(waits, at):
            try:
                with self._database.transaction() as session:
                    done = part(session, at=at)
            except ConflictError:
                log.info("deadlines met another writer")  # counted at the next turn
                break
            total += done
            if not done:
                break  # the last batch was empty, or another worker has it
        return total

    def _waits(self, waits: Callable[[Session, datetime], bool], at: datetime) -> bool:
        with self._database.reading() as session:
            return waits(session, at)
