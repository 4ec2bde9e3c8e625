"""What the worker does for people who are away, and for desks that share their work out."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.actors import SYSTEM
from webapp.db import Database
from webapp.errors import ConflictError
from webapp.operations import absences, assigning

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=20)
_PARTS: tuple[Callable[..., int], ...] = (
    absences.come_back,
    absences.reroute,
    assigning.share_out,
)


class Router:
    """Moves tasks to where somebody is, a few times a minute."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked_at: datetime | None = None

    def work(self, at: datetime) -> int:
        """Do what is due; return how many tasks changed hands."""
        if self._looked_at is not None and timedelta() <= at - self._looked_at < EVERY:
            return 0
        moved = 0
        for part in _PARTS:
            try:
                with self._database.transaction() as session:
                    moved += part(session, actor=SYSTEM, at=at)
            except ConflictError:
                log.info("tasks met another writer")  # moved at the next turn
        self._looked_at = at
        if moved:
            log.info("tasks changed hands", extra={"tasks": moved})
        return moved
