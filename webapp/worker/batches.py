"""Long work that the worker does piece by piece: deadlines counted anew, dossiers moved."""

from datetime import datetime
from threading import Event

from webapp.db import Database
from webapp.worker import migrations
from webapp.worker.counting import DeadlineCounter


class Batches:
    """The next piece of whatever is long, so that timers and jobs never wait for all of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._deadlines = DeadlineCounter(database)

    def work(self, stop: Event, *, at: datetime) -> int:
        """Do the next piece of each; return how many dossiers were looked at to be moved."""
        self._deadlines.count(at)
        return migrations.work(self._database, stop, at=at)
