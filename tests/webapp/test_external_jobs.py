"""Service tasks that other programs do, as operations and over the API."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.programs import Program, program
from tests.webapp.test_jobs import SERVICE
from tests.webapp.visitor import product
from tests.webapp.waiting import deploy, start
from webapp.actors import SYSTEM, Actor, Role
from webapp.db import Database
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.models import Incident, Job, ProcessInstance, UserAccount, UserTask
from webapp.operations import api_keys, external_jobs
from webapp.operations import people as accounts
from webapp.operations.external_jobs import ExternalJob, Topic
from webapp.operations.jobs import LeaseLostError

People = dict[str, Actor]
MINUTE = timedelta(minutes=1)
LEDGER = Topic("ledger", 10 * MINUTE)


@pytest.fixture
def register(database: Database, people: People) -> Actor:
    """The account of another program."""
    with database.transaction() as session:
        user_id = _account(session)
        return accounts.actor_of(session.get_one(UserAccount, user_id))


def _account(session: Any) -> UUID:
    return accounts.create_user(
        session,
        username="register",
        name="Sổ hộ tịch",
        password="a long password",
        roles=[Role.PROGRAM],
        groups=[],
        actor=SYSTEM,
        at=NINE,
    )


@pytest.fixture
def ledger(database: Database, people: People) -> Callable[..., list[UUID]]:
    def begin(*variables: dict[str, Any]) -> list[UUID]:
        deploy(database, people["binh"], SERVICE.format(more="", extensions=""))
        return [start(database, one) for one in variables]

    return begin


def fetch(
    database: Database, actor: Actor, *topics: Topic, at: Any = NINE, **how: Any
) -> tuple[ExternalJob, ...]:
    with database.transaction() as session:
        return external_jobs.fetch_and_lock(
            session, how.pop("worker_id", "w1"), topics or (LEDGER,), actor=actor, at=at, **how
        )


def statuses(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ProcessInstance.status)))


def test_a_fetched_job_is_locked_until_its_time_is_over(
    database: Database, register: Actor, ledger: Callable[..., list[UUID]]
) -> None:
    (instance_id,) = ledger({"so": 7, "ten": "Hường"})
    narrow = Topic("ledger", 10 * MINUTE, variables=("so",))

    (job,) = fetch(database, register, narrow)

    assert (job.instance_id, job.process_key, job.element_id) == (instance_id, "waiting", "Job_1")
    assert job.variables == {"so": 7}
    assert job.locked_until == NINE + 10 * MINUTE
    assert fetch(database, register, at=NINE + 9 * MINUTE) == ()
    (again,) = fetch(database, register, at=NINE + 10 * MINUTE, worker_id="w2")
    assert again.variables == {"so": 7, "ten": "Hường"}
    with database.transaction() as session, pytest.raises(LeaseLostError):
        external_jobs.complete(session, job.id, "w1", {}, actor=register, at=NINE + 11 * MINUTE)


def test_variables_process_and_number_narrow_what_is_fetched(
    database: Database, register: Actor, ledger: Callable[..., list[UUID]]
) -> None:
    instances = ledger({"loai": 1}, {"loai": True}, {"loai": 2}, {"loai": 2}, {})

    twos = fetch(database, register, Topic("ledger", MINUTE, wanted={"loai": 2}), max_jobs=1)
    ones = fetch(database, register, Topic("ledger", MINUTE, wanted={"loai": 1}), max_jobs=9)
    none = fetch(database, register, Topic("ledger", MINUTE, process_key="other"), max_jobs=9)
    none += fetch(database, register, Topic("ledger", MINUTE, business_key="X"), max_jobs=9)
    rest = fetch(database, register, Topic("ledger", MINUTE, process_key="waiting"), max_jobs=9)

    assert [job.instance_id for job in ones] == [instances[0]]
    assert twos[0].instance_id in instances[2:4]
    assert none == ()
    assert len(rest) == 3


def test_completing_twice_is_answered_like_once(
    database: Database, register: Actor, ledger: Callable[..., list[UUID]]
) -> None:
    ledger({})
    (job,) = fetch(database, register)

    for _ in range(2):
        with database.transaction() as session:
            external_jobs.complete(session, job.id, "w1", {"so": 1}, actor=register, at=NINE)
    with database.transaction() as session, pytest.raises(LeaseLostError):
        external_jobs.complete(session, job.id, "w2", {}, actor=register, at=NINE)

    assert statuses(database) == ["completed"]


def test_a_worker_may_extend_its_lock_or_give_the_job_back(
    database: Database, register: Actor, ledger: Callable[..., list[UUID]]
) -> None:
    ledger({})
    (job,) = fetch(database, register)

    with database.transaction() as session:
        external_jobs.extend(
            session, job.id, "w1", 30 * MINUTE, actor=register, at=NINE + 5 * MINUTE
        )
    assert fetch(database, register, at=NINE + 34 * MINUTE) == ()
    with database.transaction() as session:
        external_jobs.unlock(session, job.id, actor=register)
    assert len(fetch(database, register, worker_id="w2")) == 1
    with database.transaction() as session, pytest.raises(LeaseLostError):
        external_jobs.extend(session, job.id, "w1", MINUTE, actor=register, at=NINE)
    with database.transaction() as session, pytest.raises(LeaseLostError):
        external_jobs.extend(session, job.id, "w2", MINUTE, actor=register, at=NINE + 10 * MINUTE)


def test_the_worker_decides_how_a_failed_job_goes_on(
    database: Database, register: Actor, ledger: Callable[..., list[UUID]]
) -> None:
    ledger({})
    (job,) = fetch(database, register)

    with database.transaction() as session:
        external_jobs.fail(
            session,
            job.id,
            "w1",
            "sổ đang khóa",
            retries_left=1,
            retry_after=7 * MINUTE,
            actor=register,
            at=NINE,
        )
    assert fetch(database, register, at=NINE + 6 * MINUTE) == ()
    (again,) = fetch(database, register, at=NINE + 7 * MINUTE)
    with database.transaction() as session:
        external_jobs.fail(
            session,
            job.id,
            "w1",
            "",
            details="line 7",
            retries_left=0,
            actor=register,
            at=NINE + 8 * MINUTE,
        )

    assert (again.retries_left, again.error_message) == (1, "sổ đang khóa")
    with database.reading() as session:
        incident = session.scalars(select(Incident)).one()
        assert (incident.message, incident.details) == ("The worker gave no reason.", "line 7")


def test_an_error_of_the_model_takes_its_boundary_event(
    database: Database, register: Actor, ledger: Callable[..., list[UUID]]
) -> None:
    ledger({})
    (job,) = fetch(database, register)

    with database.transaction() as session:
        external_jobs.throw_error(
            session, job.id, "w1", "full", "hết trang", {"so": 1}, actor=register, at=NINE
        )

    with database.reading() as session:
        assert session.scalars(select(UserTask.element_id)).all() == ["Task_Repair"]


def test_people_do_no_external_jobs_and_nonsense_is_refused(
    database: Database, people: People, register: Actor, ledger: Callable[..., list[UUID]]
) -> None:
    ledger({})

    with pytest.raises(NotAllowedError):
        fetch(database, people["thu"])
    for worker_id in ("", "worker", "w" * 201):
        with pytest.raises(RejectedError):
            fetch(database, register, worker_id=worker_id)
    for lock in (timedelta(0), timedelta(days=2)):
        with pytest.raises(RejectedError):
            fetch(database, register, Topic("ledger", lock))
    with database.transaction() as session, pytest.raises(NotFoundError):
        external_jobs.complete(session, UUID(int=0), "w1", {}, actor=register, at=NINE)


def test_of_many_workers_at_once_no_two_get_the_same_job(
    database: Database, register: Actor, ledger: Callable[..., list[UUID]]
) -> None:
    ledger(*({} for _ in range(8)))
    barrier = Barrier(4)
    got: list[UUID] = []

    def work(number: int) -> None:
        barrier.wait(10)
        found = fetch(database, register, worker_id=f"w{number}", max_jobs=2)
        got.extend(job.id for job in found)

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(got) == len(set(got)) == 8


@pytest.fixture
def app(database: Database) -> Flask:
    api_keys.forget_known()
    return product(database)


@pytest.fixture
def client(app: Flask, database: Database, register: Actor) -> Program:
    return program(app, database, register)


ASKED = {
    "workerId": "w1",
    "maxTasks": 5,
    "asyncResponseTimeout": 0,
    "sorting": [],
    "topics": [{"topicName": "ledger", "lockDuration": 60000}],
}


def test_a_client_of_camunda_fetches_and_completes(
    database: Database, client: Program, ledger: Callable[..., list[UUID]]
) -> None:
    (instance_id,) = ledger({"so": 7, "ds": [1], "ten": "Hường", "co": True, "khong": None})

    (task,) = client.post("/v1/external-task/fetchAndLock", ASKED).json or []
    seen = client.get(f"/v1/external-task/{task['id']}").json or {}
    done = client.post(
        f"/v1/external-task/{task['id']}/complete",
        {
            "workerId": "w1",
            "variables": {
                "ket_qua": {"value": '{"trang": [1, 2]}', "type": "Json"},
                "luc": {"value": "2026-11-18T10:00:00.000+0700", "type": "Date"},
            },
        },
    )

    assert task["processInstanceId"] == str(instance_id)
    assert task["lockExpirationTime"].endswith("+0000")
    assert {name: (one["value"], one["type"]) for name, one in task["variables"].items()} == {
        "so": (7, "Long"),
        "ds": ("[1]", "Json"),
        "ten": ("Hường", "String"),
        "co": (True, "Boolean"),
        "khong": (None, "Null"),
    }
    assert seen["workerId"] == "w1"
    assert done.status_code == 204
    assert statuses(database) == ["completed"]


def test_every_other_address_does_what_it_says(
    database: Database, client: Program, ledger: Callable[..., list[UUID]]
) -> None:
    ledger({}, {})
    first, second = client.post("/v1/external-task/fetchAndLock", ASKED).json or []

    def say(task: dict[str, Any], what: str, **body: Any) -> int:
        answer = client.post(f"/v1/external-task/{task['id']}/{what}", {"workerId": "w1", **body})
        return answer.status_code

    assert say(first, "extendLock", newDuration=120000) == 204
    assert say(first, "failure", errorMessage="x", retries=0, retryTimeout=1000) == 204
    assert say(first, "extendLock", newDuration=120000) == 409
    assert say(second, "bpmnError", errorCode="full", errorMessage="y") == 204
    assert say(second, "unlock") == 204
    assert say(second, "complete", variables={"x": {"value": "{", "type": "Json"}}) == 422
    assert client.post("/v1/external-task/fetchAndLock", {**ASKED, "topics": []}).status_code == 422
    with database.reading() as session:
        assert len(session.scalars(select(Incident)).all()) == 1
        assert session.scalars(select(UserTask.element_id)).all() == ["Task_Repair"]


def test_requests_about_jobs_are_repeated_under_their_key(
    database: Database, client: Program, ledger: Callable[..., list[UUID]]
) -> None:
    """A program that heard no answer asks again; nothing happens twice, and it hears the same."""
    fetch = {**ASKED, "maxTasks": 1}
    assert client.post("/v1/external-task/fetchAndLock", fetch, Idempotency_Key="f").json == []
    ledger({"so": 1}, {"so": 2}, {"so": 3})

    def say(task: dict[str, Any], what: str, key: str, **body: Any) -> list[int]:
        path = f"/v1/external-task/{task['id']}/{what}"
        return [
            client.post(path, {"workerId": "w1", **body}, Idempotency_Key=key).status_code
            for _ in "ab"
        ]

    tasks = []
    for key in "fgh":
        answers = [
            client.post("/v1/external-task/fetchAndLock", fetch, Idempotency_Key=key).json
            for _ in "ab"
        ]
        assert answers[0] == answers[1]
        tasks += answers[0] or []
    first, second, third = tasks

    assert len({one["id"] for one in tasks}) == 3
    assert say(first, "complete", "c") == [204, 204]
    assert say(second, "bpmnError", "e", errorCode="full") == [204, 204]
    assert say(third, "extendLock", "x", newDuration=60000) == [204, 204]
    assert say(third, "failure", "y", errorMessage="x", retries=2, retryTimeout=0) == [204, 204]
    assert say(third, "failure", "c", errorMessage="x") == [409, 409]  # a key of another request
    with database.reading() as session:
        left = session.scalars(select(Job).where(Job.id == UUID(third["id"]))).one()
        assert (left.retries_left, left.status) == (2, "open")


def test_a_fetch_may_wait_for_work_a_while(
    database: Database, client: Program, register: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.api.external_jobs.LOOK_EVERY", 0.01)

    answer = client.post("/v1/external-task/fetchAndLock", {**ASKED, "asyncResponseTimeout": 30})

    assert (answer.status_code, answer.json) == (200, [])


def test_keys_of_officers_fetch_nothing(app: Flask, database: Database, people: People) -> None:
    answer = program(app, database, people["hanh"]).post("/v1/external-task/fetchAndLock", ASKED)

    assert answer.status_code == 403
