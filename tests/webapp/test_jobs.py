"""Leases, retries and incidents of jobs, with several workers at once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.webapp.conftest import NINE
from tests.webapp.test_worker import Clock
from tests.webapp.waiting import deploy, start
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError
from webapp.models import Incident, IncidentKind, Job, ProcessInstance, Timer, UserTask
from webapp.operations import incidents, jobs, resolving, timers
from webapp.operations.retrying import pause
from webapp.worker.doing import HopelessError, LaterError, ModelledError
from webapp.worker.loop import Worker

People = dict[str, Actor]
MINUTE = timedelta(minutes=1)
SERVICE = """
<serviceTask id="Job_1" name="Ghi sổ" camunda:type="external" camunda:topic="ledger"{more}>
  <extensionElements>{extensions}</extensionElements>
</serviceTask>
<boundaryEvent id="Caught" attachedToRef="Job_1">
  <errorEventDefinition errorRef="Error_1"/>
</boundaryEvent>
<sequenceFlow id="c" sourceRef="Caught" targetRef="Task_Repair"/>
<userTask id="Task_Repair" name="Sửa" camunda:candidateGroups="xay-dung"/>
<sequenceFlow id="d" sourceRef="Task_Repair" targetRef="End"/>
"""


@pytest.fixture
def clock() -> Clock:
    return Clock(NINE)


@pytest.fixture
def ledger(database: Database, people: People) -> Callable[..., list[UUID]]:
    """A function that starts instances which wait for a job of the topic ledger."""

    def begin(count: int = 1, *, more: str = "", extensions: str = "") -> list[UUID]:
        deploy(database, people["binh"], SERVICE.format(more=more, extensions=extensions))
        return [start(database) for _ in range(count)]

    return begin


def claim(database: Database, at: datetime = NINE, **how: Any) -> tuple[jobs.ClaimedJob, ...]:
    with database.transaction() as session:
        return jobs.claim_due(session, ["ledger"], at=at, **how)


def the_job(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job)).one()


def open_incidents(database: Database) -> list[Incident]:
    with database.reading() as session:
        return list(session.scalars(select(Incident).where(Incident.resolved_at.is_(None))))


def test_of_two_workers_each_gets_jobs_of_its_own(
    database: Database, ledger: Callable[..., list[UUID]]
) -> None:
    ledger(6)
    barrier = Barrier(2)
    got: list[tuple[jobs.ClaimedJob, ...]] = []

    def take() -> None:
        with database.transaction() as session:
            barrier.wait(10) if database.sql_engine.dialect.name == "postgresql" else None
            claimed = jobs.claim_due(session, ["ledger"], at=NINE, limit=3)
            barrier.wait(10) if database.sql_engine.dialect.name == "postgresql" else None
        got.append(claimed)

    threads = [Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    ids = [job.id for claimed in got for job in claimed]
    assert len(ids) == len(set(ids)) == 6


def test_who_comes_back_after_the_lease_may_not_complete(
    database: Database, ledger: Callable[..., list[UUID]]
) -> None:
    ledger()
    (paused,) = claim(database)
    late = NINE + jobs.LEASE
    with database.transaction() as session, pytest.raises(jobs.LeaseLostError):
        jobs.complete(session, paused.id, {}, at=late, lease=paused.lease)
    (second,) = claim(database, late)

    for at in (late, late + MINUTE / 2):
        with database.transaction() as session, pytest.raises(jobs.LeaseLostError):
            jobs.complete(session, paused.id, {}, at=at, lease=paused.lease)
    with database.transaction() as session, pytest.raises(jobs.LeaseLostError):
        jobs.fail(session, paused.id, "late", at=late, lease=paused.lease)
    with database.transaction() as session:
        jobs.complete(session, second.id, {}, at=late, lease=second.lease)
    with database.transaction() as session, pytest.raises(ConflictError):
        jobs.complete(session, second.id, {}, at=late, lease=second.lease)

    with database.reading() as session:
        assert session.scalars(select(ProcessInstance.status)).all() == ["completed"]


def test_a_job_that_stops_every_worker_is_given_up(
    database: Database, ledger: Callable[..., list[UUID]]
) -> None:
    ledger()
    at, taken = NINE, 0

    for _ in range(jobs.LOST_LEASES + 3):
        taken += len(claim(database, at))
        at += jobs.LEASE

    assert taken == jobs.LOST_LEASES
    (incident,) = open_incidents(database)
    assert "stopped in the middle" in incident.message
    assert incident.attempts == jobs.LOST_LEASES + 1


def test_jobs_of_higher_priority_go_first(
    database: Database, people: People, ledger: Callable[..., list[UUID]]
) -> None:
    ordinary = ledger(2)
    urgent = ledger(1, more=' camunda:taskPriority="9"')

    order = [claim(database, limit=1)[0].instance_id for _ in range(3)]

    assert order[0] == urgent[0]
    assert set(order[1:]) == set(ordinary)


@pytest.mark.parametrize(
    ("cycle", "left", "minutes"),
    [
        ("R3/PT10M", 2, 10),
        ("R3/PT10M", 1, 10),
        ("PT1M,PT10M,PT1H", 3, 1),
        ("PT1M,PT10M,PT1H", 2, 10),
        ("PT1M,PT10M,PT1H", 1, 60),
        ("P1DT2H", 1, 26 * 60),
        ("P1W", 7, 7 * 24 * 60),
        (None, 2, 0.5),
        (None, 1, 5),
        ("R3/", 2, 0.5),
        ("R3/PT", 2, 0.5),
        ("PT1M,soon", 2, 0.5),
        ("P99999999D", 2, 0.5),
        ("P99999D", 2, 365 * 24 * 60),
    ],
)
def test_the_model_says_how_long_failed_work_rests(
    cycle: str | None, left: int, minutes: float
) -> None:
    assert pause(cycle, left) == timedelta(minutes=minutes)


def test_the_retry_cycle_of_the_model_is_kept(
    database: Database, ledger: Callable[..., list[UUID]]
) -> None:
    ledger(extensions="<camunda:failedJobRetryTimeCycle>R2/PT10M</camunda:failedJobRetryTimeCycle>")
    (job,) = claim(database)

    with database.transaction() as session:
        jobs.fail(session, job.id, "no", at=NINE, lease=job.lease)

    kept = the_job(database)
    assert (kept.retries_left, kept.due_at) == (1, NINE + 10 * MINUTE)
    assert claim(database, NINE + 9 * MINUTE) == ()
    assert len(claim(database, NINE + 10 * MINUTE)) == 1


def _worker(database: Database, clock: Clock, do: Callable[[jobs.ClaimedJob], Any]) -> Worker:
    return Worker(database, {}, now=clock, outside={"ledger": do})


def test_an_outside_handler_runs_in_no_transaction_and_its_answer_is_kept(
    database: Database, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    (instance_id,) = ledger()

    def write(job: jobs.ClaimedJob) -> Mapping[str, Any]:
        with database.transaction() as session:  # on SQLite this would wait for ever otherwise
            assert session.get_one(ProcessInstance, instance_id).status == "active"
        return {"so": 7}

    assert _worker(database, clock, write).run_once() == 1

    with database.reading() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "completed"


def test_a_hopeless_failure_is_an_incident_at_once_with_its_details(
    database: Database, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    ledger()

    def refuse(job: jobs.ClaimedJob) -> Mapping[str, Any]:
        raise HopelessError("there is no such ledger")

    _worker(database, clock, refuse).run_once()

    (incident,) = open_incidents(database)
    assert (incident.message, incident.attempts) == ("there is no such ledger", 1)


def test_a_failure_keeps_its_traceback_and_a_later_try_waits_as_told(
    database: Database, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    ledger()
    errors = iter([KeyError("sổ"), LaterError("busy", timedelta(minutes=42))])

    def fail(job: jobs.ClaimedJob) -> Mapping[str, Any]:
        raise next(errors)

    worker = _worker(database, clock, fail)
    worker.run_once()
    first = the_job(database)
    clock.at = first.due_at
    worker.run_once()

    assert first.error_details is not None
    assert "Traceback" in first.error_details
    assert the_job(database).due_at == clock.at + timedelta(minutes=42)


def test_an_error_of_the_model_is_caught_by_the_model(
    database: Database, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    ledger()

    def refuse(job: jobs.ClaimedJob) -> Mapping[str, Any]:
        raise ModelledError("full", "no page left", {"so": 8})

    _worker(database, clock, refuse).run_once()

    with database.reading() as session:
        assert session.scalars(select(UserTask.element_id)).all() == ["Task_Repair"]


def test_a_stopping_worker_gives_back_what_it_did_not_begin(
    database: Database, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    ledger(3)
    stop = Event()

    def one(session: Session, job: jobs.ClaimedJob, at: datetime) -> Mapping[str, Any]:
        stop.set()
        return {}

    Worker(database, {"ledger": one}, now=clock).run(stop, poll_seconds=60)

    assert len(claim(database)) == 2


def test_a_slow_worker_begins_nothing_that_its_lease_might_not_cover(
    database: Database, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    ledger(3)

    def slow(session: Session, job: jobs.ClaimedJob, at: datetime) -> Mapping[str, Any]:
        clock.at += jobs.LEASE / 2
        return {}

    worker = Worker(database, {"ledger": slow}, now=clock)

    assert [worker.run_once() for _ in range(4)] == [1, 1, 1, 0]


def test_a_job_that_nobody_asks_for_is_an_incident_until_somebody_takes_it(
    database: Database, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    ledger()
    worker = Worker(database, {}, now=clock)
    worker.run_once()
    assert open_incidents(database) == []

    clock.at += incidents.UNHANDLED_AFTER
    worker.run_once()
    clock.at += MINUTE
    worker.run_once()
    (incident,) = open_incidents(database)
    claim(database, clock.at)
    clock.at += MINUTE
    worker.run_once()

    assert incident.kind == IncidentKind.UNHANDLED
    assert "ledger" in incident.message
    assert open_incidents(database) == []


def test_incidents_are_resolved_in_bulk_by_administrators_only(
    database: Database, people: People, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    ledger(3)

    def refuse(job: jobs.ClaimedJob) -> Mapping[str, Any]:
        raise HopelessError("closed")

    _worker(database, clock, refuse).run_once()
    ids = [incident.id for incident in open_incidents(database)]
    with database.transaction() as session, pytest.raises(NotAllowedError):
        resolving.resolve_all(session, ids, actor=people["thu"], at=NINE)

    with database.transaction() as session:
        resolving.resolve(
            session, ids[0], actor=people["lan"], at=NINE, retry=False, note="ghi tay"
        )
        resolved = resolving.resolve_all(session, ids, actor=people["lan"], at=NINE)

    assert resolved.number == 2
    assert list(resolved.refused) == [ids[0]]
    assert len(claim(database)) == 2
    with database.reading() as session:
        dismissed = session.get_one(Incident, ids[0])
        assert (dismissed.resolution, dismissed.note) == ("dismissed", "ghi tay")


def test_an_incident_whose_dossier_went_on_closes_itself(
    database: Database, clock: Clock, ledger: Callable[..., list[UUID]]
) -> None:
    ledger()

    def refuse(job: jobs.ClaimedJob) -> Mapping[str, Any]:
        raise HopelessError("closed")

    worker = _worker(database, clock, refuse)
    worker.run_once()
    (incident,) = open_incidents(database)
    with database.transaction() as session:
        resolving.resolve(session, incident.id, actor=SYSTEM, at=NINE)
        session.expire_all()
    (job,) = claim(database)
    with database.transaction() as session:
        jobs.fail(session, job.id, "closed again", at=NINE, lease=job.lease)
        session.execute(select(func.count()).select_from(Incident))
        session.get_one(Job, job.id).status = "cancelled"  # as record() does
    clock.at += MINUTE
    worker.run_once()

    assert open_incidents(database) == []


def test_timers_are_shared_between_workers_and_given_back(
    database: Database, people: People
) -> None:
    deploy(
        database,
        people["binh"],
        '<intermediateCatchEvent id="Job_1"><timerEventDefinition><timeDuration>PT1H'
        "</timeDuration></timerEventDefinition></intermediateCatchEvent>",
    )
    for _ in range(4):
        start(database)
    due = NINE + timedelta(hours=1)

    def take(limit: int) -> tuple[UUID, ...]:
        with database.transaction() as session:
            return timers.claim_due(session, at=due, limit=limit)

    first, second = take(3), take(3)
    with database.transaction() as session:
        timers.release(session, first)

    assert (len(first), len(second), len(take(9))) == (3, 1, 3)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Timer)) == 4


def test_of_many_timers_due_at_once_the_one_that_fails_holds_up_no_other(
    database: Database, people: People, clock: Clock
) -> None:
    deploy(
        database,
        people["binh"],
        '<userTask id="Job_1" camunda:candidateGroups="xay-dung"/>'
        '<boundaryEvent id="Early" attachedToRef="Job_1" cancelActivity="false">'
        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
        '</boundaryEvent><sequenceFlow id="e" sourceRef="Early" targetRef="Way"/>'
        '<exclusiveGateway id="Way"/><sequenceFlow id="f" sourceRef="Way" targetRef="Task_Remind">'
        '<conditionExpression xsi:type="tFormalExpression">=duong</conditionExpression>'
        '</sequenceFlow><userTask id="Task_Remind" camunda:candidateGroups="xay-dung"/>'
        '<sequenceFlow id="g" sourceRef="Task_Remind" targetRef="End"/>'
        '<boundaryEvent id="Late" attachedToRef="Job_1">'
        "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>"
        '</boundaryEvent><sequenceFlow id="h" sourceRef="Late" targetRef="End"/>',
    )
    good = [start(database, {"duong": True}) for _ in range(3)]
    bad = start(database, {"duong": False})
    worker = Worker(database, {}, now=clock)
    clock.at = NINE + timedelta(hours=1)

    worker.run_once()

    with database.reading() as session:
        reminded = session.scalars(
            select(UserTask.instance_id).where(UserTask.element_id == "Task_Remind")
        ).all()
        stuck = session.scalars(select(Timer.instance_id).where(Timer.retries_left < 5)).all()
    assert sorted(reminded) == sorted(good)
    assert stuck == [bad]

    clock.at = NINE + timedelta(hours=3)
    worker.run_once()
    worker.run_once()

    with database.reading() as session:
        assert set(session.scalars(select(Timer.instance_id))) <= {bad}
