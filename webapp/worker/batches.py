"""Long work done piece by piece: deadlines, tasks of people away, migrations, retention."""

from datetime import datetime
from threading import Event

from webapp.db import Database
from webapp.filestore import FileStore
from webapp.worker import migrations
from webapp.worker.counting import DeadlineCounter
from webapp.worker.forgetting import Forgetter
from webapp.worker.routing import Router
from webapp.worker.telling import Post, Teller


class Batches:
    """The next piece of whatever is long, so that timers and jobs never wait for all of it."""

    def __init__(
        self, database: Database, files: FileStore | None = None, post: Post | None = None
    ) -> None:
        self._database = database
        self._deadlines = DeadlineCounter(database)
        self._router = Router(database)
        self._teller = Teller(database, post)
        self._forgetter = Forgetter(database, files)

    def work(self, stop: Event, *, at: datetime) -> int:
        """Do the next piece of each; return how many dossiers were looked at."""
        self._deadlines.count(at)
        self._router.work(at)
        self._teller.work(at)
        return self._forgetter.work(at) + migrations.work(self._database, stop, at=at)
