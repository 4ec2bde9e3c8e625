"""The worker: fires due timers, does due jobs, delivers what is on its way, sweeps."""

import gc
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from webapp import clock
from webapp.db import Database
from webapp.errors import ConflictError, UnavailableError
from webapp.logs import bound
from webapp.operations import jobs, timers
from webapp.worker.arriving import Arrivals
from webapp.worker.batches import Batches
from webapp.worker.carrier import Carrier
from webapp.worker.doing import Doer, Handler, OutsideHandler, count_timers, details_of, words_of
from webapp.worker.handlers import HANDLERS
from webapp.worker.sweeping import Sweeper

log = logging.getLogger(__name__)
TIMERS_AT_ONCE = 100
TIMERS_TOGETHER = 20  # in one transaction; a person may have to wait for it
JOBS_AT_ONCE = 20
OUTSIDE_AT_ONCE = 8  # threads; they mostly wait for other machines
BEGIN_WITHIN = jobs.LEASE / 3  # of the claim; later the lease might not last


@dataclass
class Worker:
    """One worker; several may run beside each other, leases keep them apart."""

    database: Database
    handlers: Mapping[str, Handler] = field(default_factory=lambda: HANDLERS)
    now: Callable[[], datetime] = clock.now
    outside: Mapping[str, OutsideHandler] = field(default_factory=dict)
    carrier: Carrier | None = None  # where a broker takes the jobs to others
    batches: Batches | None = None
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._doer = Doer(self.database, self.handlers, self.outside, self.now)
        self._batches = self.batches or Batches(self.database)
        self._arrivals = Arrivals(self.database)
        self._sweeper = Sweeper(self.database, self._doer.topics)

    def run(self, stop: Event, *, poll_seconds: float) -> None:
        """Work until ``stop`` is set; what is in hand is finished, the rest given back."""
        self.stop = stop
        gc.collect()
        gc.freeze()  # what is loaded stays: no search for garbage needs to go through it again
        log.info("worker started")
        while not stop.is_set():
            if not self._turn():
                stop.wait(poll_seconds)
        log.info("worker stopped")

    def run_once(self) -> int:
        """Do everything that is due now; return how many timers and jobs that were."""
        at = self.now()
        self._sweeper.sweep(at)
        done = self._batches.work(self.stop, at=at)
        done += self._fire_timers(at) + self._arrivals.work(at)
        return done + (self.carrier.send_due() if self.carrier else self._do_jobs(at))

    def _turn(self) -> int:
        try:
            return self.run_once()
        except UnavailableError as error:
            log.error("database or disk cannot serve", extra={"reason": error.reason})
        except Exception:
            log.exception("worker turn failed")
        return 0

    def _fire_timers(self, at: datetime) -> int:
        with self.database.transaction() as session:
            due = timers.claim_due(session, at=at, limit=TIMERS_AT_ONCE)
        for place in range(0, len(due), TIMERS_TOGETHER):
            if self._must_stop(at):
                with self.database.transaction() as session:
                    timers.release(session, due[place:])
                return place
            self._fire_together(due[place : place + TIMERS_TOGETHER], at)
        return len(due)

    def _fire_together(self, timer_ids: Sequence[UUID], at: datetime) -> None:
        """Fire several in one transaction; where one of them fails, each in its own."""
        if len(timer_ids) > 1:
            try:
                with self.database.transaction() as session:
                    fired = timers.fire_all(session, timer_ids, at=max(at, self.now()))
            except UnavailableError:
                raise
            except Exception:
                log.info("timers are fired one by one", exc_info=True)
            else:
                count_timers("fired", fired)
                log.info("timers fired", extra={"timers": fired})
                if fired == len(timer_ids):
                    return
        for timer_id in timer_ids:
            self._fire(timer_id, at)

    def _fire(self, timer_id: UUID, at: datetime) -> None:
        with bound(timer_id=str(timer_id)):
            try:
                with self.database.transaction() as session:
                    fired = timers.fire(session, timer_id, at=max(at, self.now()))
            except ConflictError:
                log.info("timer met another writer")  # its lease ends and it is tried again
            except UnavailableError:
                raise  # not the timer's fault: no try is counted, its lease ends
            except Exception as error:
                count_timers("failed")
                log.warning("timer failed", exc_info=True)
                with self.database.transaction() as session:
                    timers.fail(
                        session, timer_id, words_of(error), at=self.now(), details=details_of(error)
                    )
            else:
                count_timers("fired" if fired else "gone")
                log.info("timer fired" if fired else "timer was gone")

    def _do_jobs(self, at: datetime) -> int:
        return self._do_inside(at) + self._do_outside(at)

    def _do_inside(self, at: datetime) -> int:
        claimed = self._claim(self.handlers, at, JOBS_AT_ONCE)
        for place, job in enumerate(claimed):
            if self._must_stop(at):
                self._give_back(claimed[place:])
                return place
            self._doer.do(job)
        return len(claimed)

    def _do_outside(self, at: datetime) -> int:
        """Do as many as there are threads, each at once, so that one slow answer holds up few."""
        claimed = self._claim(self.outside, at, OUTSIDE_AT_ONCE)
        if claimed:
            with ThreadPoolExecutor(len(claimed)) as pool:
                list(pool.map(self._doer.do, claimed))
        return len(claimed)

    def _claim(
        self, topics: Mapping[str, object], at: datetime, limit: int
    ) -> Sequence[jobs.ClaimedJob]:
        if not topics or self.stop.is_set():
            return ()
        with self.database.transaction() as session:
            return jobs.claim_due(session, tuple(topics), at=at, limit=limit)

    def _give_back(self, claimed: Sequence[jobs.ClaimedJob]) -> None:
        with self.database.transaction() as session:
            jobs.release(session, claimed)

    def _must_stop(self, claimed_at: datetime) -> bool:
        late: timedelta = self.now() - claimed_at
        return self.stop.is_set() or late > BEGIN_WITHIN
