from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.ticking import Clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import NotAllowedError
from webapp.models import Dossier, Incident, InstanceEvent, Job, ProcessInstance, Timer, UserTask
from webapp.operations import jobs, resolving, timers
from webapp.worker.loop import Worker

People = dict[str, Actor]
HOUR = timedelta(hours=1)


@pytest.fixture
def broken_worker(database: Database, clock: Clock) -> Worker:
    def fail(_session: Session, _job: jobs.ClaimedJob, _at: datetime) -> Mapping[str, Any]:
        raise RuntimeError("the register is closed")

    return Worker(database, {"document-number": fail}, now=clock)


@pytest.fixture
def numbering(database: Database, people: People, review: str) -> UUID:
    """A dossier that waits for its document number."""
    dossier_id = receive(database, review, people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")
    return dossier_id


def test_the_worker_gives_documents_their_numbers(
    database: Database, people: People, review: str, numbering: UUID, worker: Worker
) -> None:
    second = receive(database, review, people["thu"], NINE)
    work(database, second, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")

    assert worker.run_once() == 2

    assert open_task(database, numbering, "Task_Release")
    assert open_task(database, second, "Task_Release")
    with database.reading() as session:
        assert session.get_one(Dossier, numbering).state == 9
        assert set(session.scalars(select(Job.status))) == {"completed"}


def test_a_due_timer_fires_once_and_not_before(
    database: Database, people: People, review: str, worker: Worker, clock: Clock
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    clock.at = NINE + timedelta(days=1)
    assert worker.run_once() == 0

    clock.at = NINE + timedelta(days=2)
    fired = [worker.run_once(), worker.run_once()]

    assert fired == [1, 0]
    assert open_task(database, dossier_id, "Task_Remind")
    assert open_task(database, dossier_id, "Task_Appraise")  # it did not interrupt
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Timer)) == 0


def test_a_timer_whose_host_left_is_gone(
    database: Database, people: People, review: str, worker: Worker, clock: Clock
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="tu_choi")

    clock.at = NINE + timedelta(days=9)

    assert worker.run_once() == 0


def test_a_job_is_tried_again_later_and_becomes_an_incident_after_its_last_try(
    database: Database, numbering: UUID, broken_worker: Worker, clock: Clock
) -> None:
    tries = []
    for _ in range(6):
        tries.append(broken_worker.run_once())
        clock.at += HOUR

    assert tries == [1, 1, 1, 0, 0, 0]
    with database.reading() as session:
        incident = session.scalars(select(Incident)).one()
        job = session.scalars(select(Job)).one()
        assert incident.message == "the register is closed"
        assert (job.status, job.retries_left) == ("failed", 0)
        kinds = list(session.scalars(select(InstanceEvent.kind)))
        assert kinds.count("job.failed") == 3
        assert kinds.count("incident.opened") == 1


def test_a_job_is_not_tried_again_at_once(
    database: Database, numbering: UUID, broken_worker: Worker
) -> None:
    assert [broken_worker.run_once(), broken_worker.run_once()] == [1, 0]


def test_a_resolved_incident_lets_the_job_be_done(
    database: Database,
    people: People,
    numbering: UUID,
    broken_worker: Worker,
    worker: Worker,
    clock: Clock,
) -> None:
    for _ in range(3):
        broken_worker.run_once()
        clock.at += HOUR
    with database.reading() as session:
        incident_id = session.scalars(select(Incident.id)).one()
    with database.transaction() as session, pytest.raises(NotAllowedError):
        resolving.resolve(session, incident_id, actor=people["thu"], at=clock.at)

    with database.transaction() as session:
        resolving.resolve(session, incident_id, actor=people["lan"], at=clock.at)
    worker.run_once()

    assert open_task(database, numbering, "Task_Release")


def test_a_job_is_leased_to_one_worker_until_its_lease_ends(
    database: Database, numbering: UUID
) -> None:
    topics = ["document-number"]

    def claim(at: datetime) -> int:
        with database.transaction() as session:
            return len(jobs.claim_due(session, topics, at=at))

    assert claim(NINE) == 1
    assert claim(NINE) == 0
    assert claim(NINE + jobs.LEASE) == 1


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_written(
    database: Database,
    numbering: UUID,
    worker: Worker,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = _everything(database)

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("webapp.operations.following.progress.follow", die)
        with pytest.raises(KeyboardInterrupt):
            worker.run_once()

    assert _everything(database) == before
    clock.at += jobs.LEASE
    assert worker.run_once() == 1
    assert open_task(database, numbering, "Task_Release")


def test_a_timer_that_fails_every_time_becomes_an_incident_and_stops_nobody_else(
    database: Database,
    people: People,
    review: str,
    worker: Worker,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive(database, review, people["thu"], NINE)

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("webapp.worker.loop.timers.fire", fail)
    clock.at = NINE + timedelta(days=2)
    tries = []
    for _ in range(7):
        tries.append(worker.run_once())
        clock.at += timers.RETRY_AFTER

    assert tries == [1, 1, 1, 1, 1, 0, 0]
    with database.reading() as session:
        assert session.scalars(select(Incident.message)).one() == "no"


def test_a_failed_job_of_an_ended_dossier_is_left_alone(
    database: Database, numbering: UUID
) -> None:
    with database.transaction() as session:
        job_id = session.scalars(select(Job.id)).one()
        jobs.complete(session, job_id, {}, at=NINE)

    with database.transaction() as session:
        jobs.fail(session, job_id, "too late", at=NINE)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0


def test_the_worker_stops_when_told(worker: Worker) -> None:
    stop = Event()
    stop.set()

    worker.run(stop, poll_seconds=60)


def _everything(database: Database) -> tuple[object, ...]:
    with database.reading() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        return (
            instance.revision,
            instance.snapshot,
            session.scalar(select(func.count()).select_from(InstanceEvent)),
            sorted(session.scalars(select(UserTask.status))),
            session.scalar(select(Job.status)),
        )
