from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import select

import engine
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from webapp import legal_clock
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, ProductError, RejectedError
from webapp.models import Dossier, InstanceEvent, Job, ProcessInstance, UserTask
from webapp.operations import jobs, modifying, timers, user_tasks
from webapp.worker.loop import Worker

People = dict[str, Actor]
HOUR = timedelta(hours=1)
WHY = "the file lay on the wrong desk"


@pytest.fixture
def dossier(database: Database, people: People, review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


def test_a_token_is_moved_by_an_administrator_and_the_log_says_who_and_why(
    database: Database, people: People, dossier: UUID
) -> None:
    instance_id = _instance(database, dossier)
    old = open_task(database, dossier, "Task_Appraise")

    _move(database, instance_id, people["lan"], "Task_Release")

    assert open_task(database, dossier, "Task_Release")
    with database.reading() as session:
        assert session.get_one(UserTask, old).status == "cancelled"
        assert session.get_one(Dossier, dossier).state == 9
        event = _event(session, "instance.modified")
    assert (event.actor_name, event.data["reason"]) == ("Hồ Ngọc Lan", WHY)
    assert event.data["changes"][0]["to"] == [{"element_id": "Task_Release", "after": False}]


def test_moving_a_token_leaves_the_promised_date_alone(
    database: Database, people: People, dossier: UUID
) -> None:
    with database.reading() as session:
        before = session.get_one(Dossier, dossier).promised_at

    _move(database, _instance(database, dossier), people["lan"], "Job_Number")

    with database.reading() as session:
        assert session.get_one(Dossier, dossier).promised_at == before


@pytest.mark.parametrize("username", ["hanh", "binh", "thu"])
def test_only_administrators_modify(
    database: Database, people: People, dossier: UUID, username: str
) -> None:
    instance_id, actor = _instance(database, dossier), people[username]

    with database.transaction() as session, pytest.raises(NotAllowedError):
        modifying.suspend(session, instance_id, reason=WHY, actor=actor, at=NINE)


def test_the_program_itself_never_modifies(database: Database, dossier: UUID) -> None:
    instance_id = _instance(database, dossier)

    with database.transaction() as session, pytest.raises(NotAllowedError):
        modifying.cancel(session, instance_id, reason=WHY, actor=SYSTEM, at=NINE)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_without_a_proper_reason_nothing_is_modified(
    database: Database, people: People, dossier: UUID, reason: str
) -> None:
    instance_id = _instance(database, dossier)

    with database.transaction() as session, pytest.raises(RejectedError):
        modifying.suspend(session, instance_id, reason=reason, actor=people["lan"], at=NINE)


def test_variables_are_set_except_those_that_the_program_keeps(
    database: Database, people: People, dossier: UUID
) -> None:
    instance_id = _instance(database, dossier)
    _modify(database, instance_id, people["lan"], engine.SetVariables({"ket_qua": "dat"}))
    with pytest.raises(RejectedError):
        _modify(database, instance_id, people["lan"], engine.SetVariables({"ho_so": {}}))

    with database.reading() as session:
        assert modifying.variables(session, instance_id)["ket_qua"] == "dat"


def test_a_change_of_what_has_moved_since_it_was_looked_at_is_refused(
    database: Database, people: People, dossier: UUID
) -> None:
    instance_id = _instance(database, dossier)
    with database.reading() as session:
        seen = session.get_one(ProcessInstance, instance_id).revision
    work(database, dossier, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")

    with database.transaction() as session, pytest.raises(ConflictError):
        modifying.cancel(
            session, instance_id, reason=WHY, actor=people["lan"], at=NINE, revision=seen
        )


def test_of_a_suspended_dossier_no_task_is_completed_and_the_refusal_says_why(
    database: Database, people: People, dossier: UUID
) -> None:
    task = open_task(database, dossier, "Task_Appraise")
    _suspend(database, dossier, people["lan"])
    with database.transaction() as session:
        user_tasks.claim(session, task, actor=people["hanh"], at=NINE)

    with database.transaction() as session, pytest.raises(ConflictError) as refused:
        user_tasks.complete(session, task, {"ket_qua": "dat"}, actor=people["hanh"], at=NINE)

    assert refused.value.params == {"name": "Hồ Ngọc Lan", "at": NINE, "reason": WHY}


def test_the_timers_of_a_suspended_dossier_fire_when_it_is_resumed(
    database: Database, people: People, dossier: UUID
) -> None:
    later = NINE + timedelta(days=10)
    worker = Worker(database, now=lambda: later)
    _suspend(database, dossier, people["lan"])
    with database.transaction() as session:
        assert timers.claim_due(session, at=later) == ()
    worker.run_once()
    assert _waits_at(database, dossier) == {"Task_Appraise"}

    _resume(database, dossier, people["lan"])
    worker.run_once()

    assert _waits_at(database, dossier) == {"Task_Appraise", "Task_Remind"}


def test_the_jobs_of_a_suspended_dossier_are_handed_out_when_it_is_resumed(
    database: Database, people: People, dossier: UUID
) -> None:
    work(database, dossier, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")
    _suspend(database, dossier, people["lan"])
    with database.transaction() as session:
        assert jobs.claim_due(session, ["document-number"], at=NINE + HOUR) == ()
        job_id = session.scalars(select(Job.id)).one()
    with pytest.raises(ConflictError), database.transaction() as session:
        jobs.complete(session, job_id, {}, at=NINE)

    _resume(database, dossier, people["lan"])

    with database.transaction() as session:
        assert len(jobs.claim_due(session, ["document-number"], at=NINE + HOUR)) == 1


def test_suspending_touches_no_clock(database: Database, people: People, dossier: UUID) -> None:
    with database.reading() as session:
        before = session.get_one(Dossier, dossier)
        clock = (before.state, before.promised_at, before.decided_at)

    _suspend(database, dossier, people["lan"])
    _resume(database, dossier, people["lan"])

    with database.reading() as session:
        after = session.get_one(Dossier, dossier)
    assert (after.state, after.promised_at, after.decided_at) == clock


def test_a_dossier_is_suspended_and_resumed_once_each(
    database: Database, people: People, dossier: UUID
) -> None:
    with database.transaction() as session, pytest.raises(ConflictError):
        modifying.resume(
            session, _instance(database, dossier), reason=WHY, actor=people["lan"], at=NINE
        )
    _suspend(database, dossier, people["lan"])
    with pytest.raises(ConflictError):
        _suspend(database, dossier, people["lan"])
    _resume(database, dossier, people["lan"])

    with database.reading() as session:
        kinds = session.scalars(
            select(InstanceEvent.kind).where(InstanceEvent.kind.like("instance.%ed"))
        ).all()
    assert kinds[-2:] == ["instance.suspended", "instance.resumed"]


def test_a_cancelled_dossier_is_stopped_and_can_be_restarted_with_its_promised_date(
    database: Database, people: People, dossier: UUID
) -> None:
    instance_id = _instance(database, dossier)
    with database.reading() as session:
        promised_at = session.get_one(Dossier, dossier).promised_at
    with database.transaction() as session:
        modifying.cancel(session, instance_id, reason=WHY, actor=people["lan"], at=NINE)
    with database.reading() as session:
        stopped = session.get_one(Dossier, dossier)
        assert (stopped.state, stopped.ended_at) == (8, NINE)

    with database.transaction() as session:
        modifying.restart(
            session,
            instance_id,
            [engine.Target("Task_Appraise")],
            reason=WHY,
            actor=people["lan"],
            at=NINE + HOUR,
        )

    assert open_task(database, dossier, "Task_Appraise")
    with database.reading() as session:
        going = session.get_one(Dossier, dossier)
        assert (going.state, going.ended_at, going.decided_at) == (4, None, None)
        assert going.promised_at == promised_at
        clock = legal_clock.clock_of(session, going, at=NINE + HOUR)
        assert clock is not None
        assert clock.state.finished_at is None  # it runs again
        assert session.get_one(ProcessInstance, instance_id).ended_at is None


def test_a_refused_restart_changes_nothing(
    database: Database, people: People, dossier: UUID
) -> None:
    instance_id = _instance(database, dossier)
    with database.transaction() as session:
        modifying.cancel(session, instance_id, reason=WHY, actor=people["lan"], at=NINE)

    target = engine.Target("Timer_Late")
    with pytest.raises(engine.CommandRejectedError), database.transaction() as session:
        modifying.restart(
            session, instance_id, [target], reason=WHY, actor=people["lan"], at=NINE + HOUR
        )

    with database.reading() as session:
        assert session.get_one(Dossier, dossier).state == 8


def test_of_a_suspension_and_a_timer_at_once_the_timer_fires_before_or_not_at_all(
    database: Database, people: People, dossier: UUID
) -> None:
    later = NINE + timedelta(days=10)
    with database.transaction() as session:
        due = timers.claim_due(session, at=later)

    def fire() -> None:
        with database.transaction() as session:
            timers.fire(session, due[0], at=later)

    outcomes = _at_once(lambda: _suspend(database, dossier, people["lan"]), fire)

    fired = "Task_Remind" in _waits_at(database, dossier)
    with database.reading() as session:
        order = session.scalars(
            select(InstanceEvent.kind)
            .where(InstanceEvent.kind.in_(("instance.suspended", "timer.fired")))
            .order_by(InstanceEvent.id)
        ).all()
    assert outcomes.count("done") >= 1
    assert fired == ("timer.fired" in order)
    assert order in (
        ["instance.suspended"],
        ["timer.fired", "instance.suspended"],
        ["timer.fired"],
    )


def _at_once(*actions: object) -> list[str]:
    barrier, outcomes = Barrier(len(actions)), ["" for _ in actions]

    def run(index: int) -> None:
        barrier.wait()
        try:
            actions[index]()  # type: ignore[operator]
            outcomes[index] = "done"
        except ProductError as error:
            outcomes[index] = type(error).__name__

    threads = [Thread(target=run, args=(index,)) for index in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _instance(database: Database, dossier_id: UUID) -> UUID:
    with database.reading() as session:
        return session.get_one(Dossier, dossier_id).instance_id


def _modify(database: Database, instance_id: UUID, actor: Actor, *changes: engine.Change) -> None:
    with database.transaction() as session:
        modifying.modify(session, instance_id, changes, reason=WHY, actor=actor, at=NINE)


def _move(database: Database, instance_id: UUID, actor: Actor, element_id: str) -> None:
    with database.reading() as session:
        (token,) = modifying.live_tokens(session, instance_id, at=NINE)
    target = engine.Target(element_id)
    _modify(database, instance_id, actor, engine.MoveToken(token.token_id, (target,)))


def _suspend(database: Database, dossier_id: UUID, actor: Actor) -> None:
    instance_id = _instance(database, dossier_id)
    with database.transaction() as session:
        modifying.suspend(session, instance_id, reason=WHY, actor=actor, at=NINE)


def _resume(database: Database, dossier_id: UUID, actor: Actor) -> None:
    instance_id = _instance(database, dossier_id)
    with database.transaction() as session:
        modifying.resume(session, instance_id, reason=WHY, actor=actor, at=NINE + HOUR)


def _waits_at(database: Database, dossier_id: UUID) -> set[str]:
    with database.reading() as session:
        return set(
            session.scalars(
                select(UserTask.element_id)
                .join(Dossier, Dossier.instance_id == UserTask.instance_id)
                .where(Dossier.id == dossier_id, UserTask.status == "open")
            )
        )


def _event(session, kind: str) -> InstanceEvent:  # type: ignore[no-untyped-def]
    return session.scalars(select(InstanceEvent).where(InstanceEvent.kind == kind)).one()


@pytest.mark.parametrize(
    "text",
    [
        '"a \\"b\\""',
        "12.5",
        "true",
        "null",
        'date("2026-12-01")',
        'date and time("2026-12-01T08:00:00Z")',
        'time("08:30:00")',
        'duration("P1DT2H")',
        '{a: [1, date("2026-12-01")], "b c": {d: "x"}}',
    ],
)
def test_a_value_is_written_so_that_it_can_be_written_back(text: str) -> None:
    assert modifying.value_words(modifying.written_value(text)) == text
