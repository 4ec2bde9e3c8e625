"""Jobs carried by Celery over kombu's in-memory transport."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from queue import Empty
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from celery.contrib.testing.worker import start_worker
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.test_jobs import SERVICE
from tests.webapp.test_worker import Clock
from tests.webapp.waiting import deploy, start
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import ProcessInstance
from webapp.operations import jobs
from webapp.worker import carrier as carriers
from webapp.worker.carrier import Carrier, celery_app
from webapp.worker.doing import Doer
from webapp.worker.loop import Worker


class Ledger:
    """Counts what was written, by job."""

    def __init__(self) -> None:
        self.written: list[UUID] = []

    def write(self, job: jobs.ClaimedJob) -> Mapping[str, Any]:
        self.written.append(job.id)
        return {}


@pytest.fixture
def clock() -> Clock:
    return Clock(NINE)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def carrier(database: Database, people: dict[str, Actor], clock: Clock, ledger: Ledger) -> Carrier:
    """A carrier with an empty broker of its own and three waiting jobs."""
    deploy(database, people["binh"], SERVICE.format(more="", extensions=""))
    for _ in range(3):
        start(database)
    app = celery_app("memory://")
    _messages(app)  # the transport keeps its queues for the whole process
    doer = Doer(database, {}, {"ledger": ledger.write}, clock)
    return Carrier(app, database, doer, clock)


def _messages(app: Any) -> list[str]:
    """Take every message from the broker; return the jobs they name."""
    found = []
    with app.connection() as connection, connection.SimpleQueue(carriers.QUEUE) as queue:
        while True:
            try:
                message = queue.get_nowait()
            except Empty:
                return found
            found.append(message.payload[0][0])
            message.ack()


def _completed(database: Database) -> int:
    with database.reading() as session:
        return list(session.scalars(select(ProcessInstance.status))).count("completed")


def test_a_doubled_message_does_its_job_once(
    database: Database, carrier: Carrier, ledger: Ledger
) -> None:
    worker = Worker(database, {}, now=carrier.now, carrier=carrier)

    sent = [worker.run_once(), worker.run_once()]
    named = _messages(carrier.app)
    done = [carrier.do(job_id) for job_id in named * 2]

    assert sent == [3, 0]
    assert done == [True] * 3 + [False] * 3
    assert sorted(map(str, ledger.written)) == sorted(named)
    assert _completed(database) == 3


def test_a_lost_message_is_sent_again(
    database: Database, carrier: Carrier, clock: Clock, ledger: Ledger
) -> None:
    carrier.send_due()
    lost = _messages(carrier.app)
    clock.at += jobs.CARRY_AGAIN - timedelta(seconds=1)
    early = carrier.send_due()
    clock.at += timedelta(seconds=1)

    assert (early, carrier.send_due()) == (0, 3)
    assert sorted(_messages(carrier.app)) == sorted(lost)
    assert ledger.written == []


def test_a_failed_job_is_carried_again_when_its_rest_is_over(
    database: Database, carrier: Carrier, clock: Clock
) -> None:
    carrier.send_due()
    first, *_ = _messages(carrier.app)
    with database.transaction() as session:
        (job,) = jobs.claim_due(session, ["ledger"], at=NINE, only=UUID(first))
        jobs.fail(session, job.id, "closed", at=NINE, lease=job.lease)
    clock.at += timedelta(seconds=30)

    assert carrier.send_due() == 1
    assert _messages(carrier.app) == [first]


def test_jobs_that_the_broker_does_not_take_are_sent_at_the_next_turn(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise ConnectionError("no broker")

    with monkeypatch.context() as broken:
        broken.setattr(carrier.app, "send_task", refuse)
        refused = carrier.send_due()

    assert (refused, carrier.send_due()) == (0, 3)
    assert len(_messages(carrier.app)) == 3


def test_a_celery_worker_does_what_arrives(
    database: Database, carrier: Carrier, ledger: Ledger
) -> None:
    carrier.register()

    with start_worker(carrier.app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        carrier.send_due()
        _until(lambda: len(ledger.written) == 3)

    assert carrier.do(str(ledger.written[0])) is False
    assert _completed(database) == 3


def _until(condition: Callable[[], bool]) -> None:
    never = Event()
    for _ in range(600):
        if condition():
            return
        never.wait(0.05)
    raise AssertionError("it never came")
