"""What comes to instances by itself: rounds of start timers, messages and signals on their way."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from uuid import UUID

from webapp.db import Database
from webapp.errors import ConflictError, UnavailableError
from webapp.logs import bound
from webapp.operations import deliveries, start_timers
from webapp.told import told
from webapp.worker.doing import details_of

log = logging.getLogger(__name__)
Act = Callable[..., bool]


@dataclass(frozen=True)
class Arrivals:
    """Starts what is due and delivers what is on its way, each in its own transaction."""

    database: Database

    def work(self, at: datetime) -> int:
        """Do everything that is due; return how many that were."""
        starts = self._all(start_timers, start_timers.fire, "start timer", at)
        return starts + self._all(deliveries, deliveries.deliver, "delivery", at)

    def _all(self, kind: ModuleType, act: Act, name: str, at: datetime) -> int:
        with self.database.transaction() as session:
            due: tuple[UUID, ...] = kind.claim_due(session, at=at)
        for row_id in due:
            with bound(kind=name, row_id=str(row_id)):
                self._one(kind, act, row_id, at)
        return len(due)

    def _one(self, kind: ModuleType, act: Act, row_id: UUID, at: datetime) -> None:
        try:
            with self.database.transaction() as session:
                arrived = act(session, row_id, at=at)
        except ConflictError:
            log.info("arrival met another writer")  # its lease ends and it is tried again
        except UnavailableError:
            raise  # not its fault: no try is counted, its lease ends
        except Exception as error:
            log.warning("arrival failed", exc_info=True)
            with self.database.transaction() as session:
                kind.fail(session, row_id, told(error), at=at, details=details_of(error))
        else:
            log.info("arrived" if arrived else "nobody waited any more")
