"""What the worker does now and then: forget what is over, report what nobody does."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.db import Database
from webapp.operations import deployments, incidents, once, people
from webapp.worker.asking import ask_again

FORGET_EVERY = timedelta(hours=1)
REPORT_EVERY = timedelta(minutes=1)


@dataclass
class Sweeper:
    """Sweeps when it is time again. ``topics`` are those that our own workers do."""

    database: Database
    topics: Collection[str]
    _forgot_at: datetime | None = None
    _reported_at: datetime | None = None

    def sweep(self, at: datetime) -> None:
        """Do what is due. What was published meanwhile is asked for at every turn."""
        ask_again(self.database, at)
        if self._reported_at is None or abs(at - self._reported_at) >= REPORT_EVERY:
            with self.database.transaction() as session:
                incidents.close_overtaken(session, at=at)
                incidents.report_unhandled(session, self.topics, at=at)
            self._reported_at = at
        if self._forgot_at is None or abs(at - self._forgot_at) >= FORGET_EVERY:
            with self.database.transaction() as session:
                deployments.forget_old_drafts(session, at)
                people.forget_ended(session, at)
                once.forget_old(session, at)
            self._forgot_at = at
