"""Doing one claimed job: inside its transaction, or outside and then written down."""

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp import clock, metrics
from webapp.db import Database
from webapp.errors import ConflictError, ProductError, UnavailableError
from webapp.logs import bound
from webapp.operations import jobs
from webapp.told import told

log = logging.getLogger(__name__)

Handler = Callable[[Session, jobs.ClaimedJob, datetime], Mapping[str, Any]]
"""Runs inside the transaction that completes the job; nothing may leave the building."""

OutsideHandler = Callable[[jobs.ClaimedJob], Mapping[str, Any]]
"""Runs between two transactions, at least once, under the job's id. Takes less than a lease."""


class HopelessError(ProductError):
    """Trying again would not help: the job becomes an incident at once."""

    code = "hopeless"


class ModelledError(ProductError):
    """The model says what happens now: the job ends with the BPMN error ``error_code``."""

    code = "modelled"

    def __init__(self, error_code: str, message: str, variables: Mapping[str, Any]) -> None:
        self.error_code = error_code
        self.variables = variables
        super().__init__(message)


class LaterError(ProductError):
    """Try again, but not before ``after``."""

    code = "later"

    def __init__(self, message: str, after: timedelta) -> None:
        self.after = after
        super().__init__(message)


@dataclass(frozen=True)
class Doer:
    """Does claimed jobs by their topic."""

    database: Database
    inside: Mapping[str, Handler]
    outside: Mapping[str, OutsideHandler] = field(default_factory=dict)
    now: Callable[[], datetime] = clock.now

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that there is a handler for."""
        return (*self.inside, *self.outside)

    def do(self, job: jobs.ClaimedJob) -> None:
        """Do one job and write down how it went. Raises UnavailableError while there is nowhere."""
        with bound(job_id=str(job.id), instance_id=str(job.instance_id), topic=job.topic):
            try:
                self._complete(job)
            except ModelledError as error:
                self._throw(job, error)
            except ConflictError:
                log.info("job met another writer")  # its lease ends and it is tried again
            except UnavailableError:
                raise  # not the job's fault: no try is counted, its lease ends
            except Exception as error:
                log.warning("job failed", exc_info=True)
                self._fail(job, error)
            else:
                metrics.instruments().jobs.labels(job.topic, "completed").inc()
                log.info("job completed")

    def _complete(self, job: jobs.ClaimedJob) -> None:
        handler = self.inside.get(job.topic)
        if handler is not None:
            with self.database.transaction() as session:
                at = self.now()
                result = handler(session, job, at)
                jobs.complete(session, job.id, result, at=at, lease=job.lease)
            return
        result = self.outside[job.topic](job)
        with self.database.transaction() as session:
            jobs.complete(session, job.id, result, at=self.now(), lease=job.lease)

    def _throw(self, job: jobs.ClaimedJob, error: ModelledError) -> None:
        try:
            with self.database.transaction() as session:
                jobs.throw_error(
                    session,
                    job.id,
                    error.error_code,
                    str(error),
                    error.variables,
                    at=self.now(),
                    lease=job.lease,
                )
        except ConflictError:
            log.info("job met another writer")
        except UnavailableError:
            raise
        except Exception as failure:
            log.warning("job failed", exc_info=True)
            self._fail(job, failure)
        else:
            log.info("job ended with an error of the model", extra={"code": error.error_code})

    def _fail(self, job: jobs.ClaimedJob, error: Exception) -> None:
        metrics.instruments().jobs.labels(job.topic, "failed").inc()
        try:
            with self.database.transaction() as session:
                jobs.fail(
                    session,
                    job.id,
                    words_of(error),
                    at=self.now(),
                    retries_left=0 if isinstance(error, HopelessError) else None,
                    retry_after=error.after if isinstance(error, LaterError) else None,
                    details=details_of(error),
                    lease=job.lease,
                )
        except ConflictError:
            log.info("job met another writer")


def details_of(error: Exception) -> str | None:
    """Return where an error came from; nothing for a refusal, which says everything itself."""
    return None if isinstance(error, ProductError) else "".join(traceback.format_exception(error))


def count_timers(result: str, number: int = 1) -> None:
    """Tell the metrics that timers came due and how that went."""
    metrics.instruments().timers.labels(result).inc(number)


def words_of(error: Exception) -> str:
    """Return what an error says, so that it can be told in any language."""
    return told(error)
