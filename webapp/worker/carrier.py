"""Jobs carried by Celery, where a broker is set up. The job's row stays the truth.

A message names a job, nothing more. Whoever receives it leases the row first, so that a message
that comes twice does nothing the second time; one that is lost is sent again by the sweep.
"""

import importlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from webapp import clock
from webapp.config import ConfigError
from webapp.db import Database
from webapp.operations import jobs
from webapp.worker.doing import Doer

log = logging.getLogger(__name__)
TASK = "motcua.do_job"
QUEUE = "motcua-jobs"
THREADS = 8  # of one Celery worker; jobs mostly wait for other machines
AT_ONCE = 200  # messages of one turn


def celery_app(broker_url: str) -> Any:
    """Return a Celery application for that broker. Raises ConfigError where Celery is missing."""
    try:
        celery = importlib.import_module("celery")  # only here: it is slow to load and optional
    except ImportError as error:
        raise ConfigError(
            "MOTCUA_BROKER_URL is set, but Celery is not installed: pip install 'motcua[celery]'"
        ) from error
    app = celery.Celery("motcua", broker=broker_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_default_queue=QUEUE,
        task_publish_retry=False,  # the sweep sends again
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=5,  # seconds
    )
    return app


@dataclass(frozen=True)
class Carrier:
    """Both ends of the broker: sends due jobs, and does those that arrive."""

    app: Any
    database: Database
    doer: Doer
    now: Callable[[], datetime] = clock.now

    def send_due(self) -> int:
        """Hand due jobs to the broker; return how many it took."""
        with self.database.transaction() as session:
            due = jobs.to_carry(session, self.doer.topics, at=self.now(), limit=AT_ONCE)
        for number, job_id in enumerate(due):
            if not self._send(job_id):
                with self.database.transaction() as session:
                    jobs.not_carried(session, due[number:])
                return 0
        return len(due)

    def do(self, job_id: str) -> bool:
        """Do a job that a message names; False when there is nothing (more) to do."""
        with self.database.transaction() as session:
            claimed = jobs.claim_due(
                session, self.doer.topics, at=self.now(), limit=1, only=UUID(job_id)
            )
        for job in claimed:
            self.doer.do(job)
        return bool(claimed)

    def receive(self) -> None:
        """Do jobs that the broker brings until the process is told to stop."""
        self.register()
        self.app.worker_main(
            [
                "worker",
                "--pool=threads",
                f"--concurrency={THREADS}",
                "--loglevel=WARNING",
                "--without-gossip",
                "--without-mingle",
            ]
        )

    def register(self) -> None:
        """Let the application call ``do`` for every message."""
        self.app.task(self.do, name=TASK, shared=False)

    def _send(self, job_id: UUID) -> bool:
        try:
            self.app.send_task(TASK, args=[str(job_id)], queue=QUEUE)
        except Exception:
            log.exception("broker did not take a job")
            return False
        return True
