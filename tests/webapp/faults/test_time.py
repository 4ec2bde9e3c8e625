"""Clocks that are set back or forward, zones that shift, and a worker that was paused."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.worktime import Calendar, add, between
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.test_worker import Clock
from webapp.actors import Actor
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.models import ElementTiming, InstanceEvent, Job
from webapp.operations import jobs
from webapp.worker.handlers import HANDLERS
from webapp.worker.loop import Worker

People = dict[str, Actor]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_clock_that_jumps_loses_nothing_and_does_nothing_twice(
    database: Database, people: People, review: str
) -> None:
    clock = Clock(NINE)
    worker = Worker(database, now=clock)
    late, numbered = (receive(database, review, people["thu"], NINE) for _ in range(2))
    fired = []
    for jump in (-DAY, 3 * DAY, -2 * HOUR, -DAY, HOUR):
        clock.at += jump
        worker.run_once()
        fired.append(_fired(database))
    work(database, numbered, "Task_Appraise", people["hanh"], clock.at - DAY, ket_qua="dat")
    for jump in (-DAY, 2 * DAY, DAY):
        clock.at += jump
        worker.run_once()

    assert fired == [0, 2, 2, 2, 2]  # in their hour, not before it and not again
    assert open_task(database, late, "Task_Remind")
    assert open_task(database, numbered, "Task_Release")
    with database.reading() as session:
        kinds = list(session.scalars(select(InstanceEvent.kind)))
        seconds = list(session.scalars(select(ElementTiming.working_seconds)))
        assert session.scalars(select(Job.status)).all() == ["completed"]
    assert kinds.count("timer.fired") == 2  # one of each dossier
    assert all(one is None or one >= 0 for one in seconds)
    assert problems(database) == []


def _fired(database: Database) -> int:
    with database.reading() as session:
        return list(session.scalars(select(InstanceEvent.kind))).count("timer.fired")


@pytest.mark.parametrize(
    ("begin", "hours"),
    [
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), 3),  # 2 o'clock is skipped in between
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), 3),  # 2 o'clock comes twice
    ],
)
def test_hours_are_counted_truly_where_the_zone_shifts(begin: datetime, hours: int) -> None:
    day = ((datetime.min.time(), datetime.max.time().replace(microsecond=0)),)
    berlin = Calendar("Europe/Berlin", (day,) * 7, {}, {})

    due = add(begin, timedelta(hours=hours), berlin)

    assert timedelta(hours=hours) <= due - begin <= timedelta(hours=hours, seconds=1)
    assert between(begin, due, berlin) == timedelta(hours=hours)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one worker
def test_a_worker_that_was_paused_for_longer_than_its_lease_does_no_harm(
    database: Database, people: People, review: str
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")
    url = database.url
    database.dispose()
    reached, tell = os.pipe()
    child = os.fork()
    if not child:
        _work_until_stopped(url, tell)
    os.read(reached, 1)
    os.waitpid(child, os.WUNTRACED)

    other = Worker(database, now=Clock(NINE + jobs.LEASE))
    assert other.run_once() == 1
    os.kill(child, signal.SIGCONT)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert open_task(database, dossier_id, "Task_Release")
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
        kinds = list(session.scalars(select(InstanceEvent.kind)))
    assert (job.status, job.lease, kinds.count("job.failed")) == ("completed", 2, 0)
    assert problems(database) == []


def _work_until_stopped(url: str, tell: int) -> None:
    """Claim the job in this child process, be stopped in its middle, and go on with it."""
    status = 1
    try:
        clock = Clock(NINE)

        def number(_job: jobs.ClaimedJob) -> dict[str, str]:
            os.write(tell, b".")
            os.kill(os.getpid(), signal.SIGSTOP)
            clock.at += 2 * jobs.LEASE
            return {"so_van_ban": "stolen"}

        inside = {topic: one for topic, one in HANDLERS.items() if topic != "document-number"}
        own = Database(url)
        Worker(own, inside, now=clock, outside={"document-number": number}).run_once()
        status = 0
    finally:
        os._exit(status)
