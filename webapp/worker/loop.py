"""The worker: fires due timers, does due jobs, sweeps what is over."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from webapp import clock
from webapp.db import Database
from webapp.errors import ConflictError
from webapp.logs import bound
from webapp.operations import deployments, jobs, people, start_timers, timers
from webapp.worker.handlers import HANDLERS, Handler

log = logging.getLogger(__name__)
SWEEP_EVERY = timedelta(hours=1)


@dataclass
class Worker:
    """One worker; several may run beside each other, leases keep them apart."""

    database: Database
    handlers: Mapping[str, Handler] = field(default_factory=lambda: HANDLERS)
    now: Callable[[], datetime] = clock.now
    _swept_at: datetime | None = None

    def run(self, stop: Event, *, poll_seconds: float) -> None:
        """Work until ``stop`` is set; what was begun is finished first."""
        log.info("worker started")
        while not stop.is_set():
            if not self._turn():
                stop.wait(poll_seconds)
        log.info("worker stopped")

    def run_once(self) -> int:
        """Do everything that is due now; return how many timers and jobs that were."""
        at = self.now()
        self._sweep(at)
        return self._fire_timers(at) + self._fire_starts(at) + self._do_jobs(at)

    def _turn(self) -> int:
        try:
            return self.run_once()
        except Exception:
            log.exception("worker turn failed")
            return 0

    def _fire_timers(self, at: datetime) -> int:
        with self.database.transaction() as session:
            due = timers.claim_due(session, at=at)
        for timer_id in due:
            self._fire(timer_id, at)
        return len(due)

    def _fire(self, timer_id: UUID, at: datetime) -> None:
        with bound(timer_id=str(timer_id)):
            try:
                with self.database.transaction() as session:
                    fired = timers.fire(session, timer_id, at=at)
            except ConflictError:
                log.info("timer met another writer")  # its lease ends and it is tried again
            except Exception as error:
                log.warning("timer failed", exc_info=True)
                with self.database.transaction() as session:
                    timers.fail(session, timer_id, str(error), at=at)
            else:
                log.info("timer fired" if fired else "timer was gone")

    def _fire_starts(self, at: datetime) -> int:
        with self.database.transaction() as session:
            due = start_timers.claim_due(session, at=at)
        for trigger_id in due:
            self._start(trigger_id, at)
        return len(due)

    def _start(self, trigger_id: UUID, at: datetime) -> None:
        with bound(start_trigger_id=str(trigger_id)):
            try:
                with self.database.transaction() as session:
                    started = start_timers.fire(session, trigger_id, at=at)
            except ConflictError:
                log.info("start timer met another writer")  # its lease ends and it is tried again
            except Exception:
                log.exception("start timer failed")
                with self.database.transaction() as session:
                    start_timers.fail(session, trigger_id, at=at)
            else:
                log.info("start timer fired" if started else "start timer was gone")

    def _do_jobs(self, at: datetime) -> int:
        with self.database.transaction() as session:
            claimed = jobs.claim_due(session, tuple(self.handlers), at=at)
        for job in claimed:
            self._do(job, at)
        return len(claimed)

    def _do(self, job: jobs.ClaimedJob, at: datetime) -> None:
        with bound(job_id=str(job.id), instance_id=str(job.instance_id)):
            try:
                with self.database.transaction() as session:
                    result = self.handlers[job.topic](session, job, at)
                    jobs.complete(session, job.id, result, at=at)
            except ConflictError:
                log.info("job met another writer")  # its lease ends and it is tried again
            except Exception as error:
                log.warning("job failed", exc_info=True)
                with self.database.transaction() as session:
                    jobs.fail(session, job.id, str(error), at=at)
            else:
                log.info("job completed")

    def _sweep(self, at: datetime) -> None:
        if self._swept_at is not None and at - self._swept_at < SWEEP_EVERY:
            return
        with self.database.transaction() as session:
            deployments.forget_old_drafts(session, at)
            people.forget_ended(session, at)
        self._swept_at = at
