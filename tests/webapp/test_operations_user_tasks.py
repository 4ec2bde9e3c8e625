from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engine import CommandRejectedError
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, ProductError
from webapp.models import Dossier, InstanceEvent, ProcessInstance, UserTask, UserTaskCandidate
from webapp.operations import people as people_operations
from webapp.operations import user_tasks

People = dict[str, Actor]
HOUR = timedelta(hours=1)


@pytest.fixture
def dossier(database: Database, people: People, review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


@pytest.fixture
def appraisal(database: Database, dossier: UUID) -> UUID:
    return open_task(database, dossier, "Task_Appraise")


def test_a_claimed_task_belongs_to_one_person(
    database: Database, people: People, appraisal: UUID
) -> None:
    _claim(database, appraisal, people["hanh"])

    with database.transaction() as session, pytest.raises(ConflictError) as refused:
        user_tasks.claim(session, appraisal, actor=people["long"], at=NINE + 2 * HOUR)

    assert refused.value.params == {"name": "Trần Thị Hạnh", "at": NINE + HOUR}
    with database.reading() as session:
        assert session.get_one(UserTask, appraisal).assignee_id == people["hanh"].user_id
        assert set(session.scalars(select(UserTaskCandidate.status))) == {"claimed"}


def test_of_two_people_claiming_at_once_exactly_one_wins(
    database: Database, people: People, appraisal: UUID
) -> None:
    outcomes = _at_once(
        lambda: _claim(database, appraisal, people["hanh"]),
        lambda: _claim(database, appraisal, people["long"]),
    )

    assert sorted(outcomes) == ["ConflictError", "done"]


def test_of_two_windows_completing_at_once_exactly_one_wins(
    database: Database, people: People, appraisal: UUID
) -> None:
    _claim(database, appraisal, people["hanh"])

    def complete() -> None:
        _complete(database, appraisal, people["hanh"], ket_qua="dat")

    outcomes = _at_once(complete, complete)

    assert sorted(outcomes) == ["ConflictError", "done"]
    with database.reading() as session:
        completed = select(func.count()).where(InstanceEvent.kind == "user_task.completed")
        assert session.scalar(completed) == 1


def test_the_one_who_comes_too_late_is_told_who_completed_the_task_and_when(
    database: Database, people: People, appraisal: UUID
) -> None:
    _claim(database, appraisal, people["hanh"])
    _complete(database, appraisal, people["hanh"], ket_qua="dat")

    with database.transaction() as session, pytest.raises(ConflictError) as refused:
        user_tasks.complete(session, appraisal, {}, actor=people["long"], at=NINE + 3 * HOUR)

    assert refused.value.params == {"name": "Trần Thị Hạnh", "at": NINE + 2 * HOUR}


def test_only_candidates_claim_and_only_the_assignee_works(
    database: Database, people: People, appraisal: UUID
) -> None:
    with database.transaction() as session, pytest.raises(NotAllowedError):
        user_tasks.claim(session, appraisal, actor=people["mai"], at=NINE)
    with database.transaction() as session, pytest.raises(NotAllowedError):
        user_tasks.complete(session, appraisal, {}, actor=people["hanh"], at=NINE)
    with database.transaction() as session, pytest.raises(NotAllowedError):
        user_tasks.save_draft(session, appraisal, {"a": "b"}, actor=people["hanh"], at=NINE)


def test_a_released_task_is_offered_again_with_its_draft(
    database: Database, people: People, appraisal: UUID
) -> None:
    _claim(database, appraisal, people["hanh"])
    with database.transaction() as session:
        user_tasks.save_draft(
            session, appraisal, {"ket_qua": "dat"}, actor=people["hanh"], at=NINE + 2 * HOUR
        )
    with database.transaction() as session:
        user_tasks.release(session, appraisal, actor=people["hanh"], at=NINE + 3 * HOUR)

    _claim(database, appraisal, people["long"])

    with database.reading() as session:
        task = session.get_one(UserTask, appraisal)
        assert task.assignee_id == people["long"].user_id
        assert task.draft == {"ket_qua": "dat"}


def test_completing_moves_the_dossier_to_the_next_desk(
    database: Database, people: People, dossier: UUID
) -> None:
    work(database, dossier, "Task_Appraise", people["hanh"], NINE + HOUR, ket_qua="bo_sung")

    assert open_task(database, dossier, "Task_Supplement")
    with database.reading() as session:
        instance = session.scalars(select(ProcessInstance)).one()
        answers = session.scalars(select(UserTask.answers).where(UserTask.answers.is_not(None)))
        assert instance.revision == 3  # stored, started, completed
        assert {"ket_qua": "bo_sung"} in list(answers)


def test_a_completion_that_the_engine_refuses_changes_nothing(
    database: Database, people: People, appraisal: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    _claim(database, appraisal, people["hanh"])

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise CommandRejectedError("no")

    monkeypatch.setattr("engine.advance", refuse)
    with pytest.raises(CommandRejectedError):
        _complete(database, appraisal, people["hanh"], ket_qua="dat")

    with database.reading() as session:
        task = session.get_one(UserTask, appraisal)
        assert (task.status, task.answers) == ("open", None)


def test_completing_again_after_the_end_names_nobody_but_the_end(
    database: Database, people: People, dossier: UUID
) -> None:
    task_id = work(
        database, dossier, "Task_Appraise", people["hanh"], NINE + HOUR, ket_qua="tu_choi"
    )

    with database.transaction() as session, pytest.raises(ConflictError):
        user_tasks.release(session, task_id, actor=people["hanh"], at=NINE + 2 * HOUR)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_two_transactions_that_wait_for_each_other_end_as_a_conflict(
    database: Database, people: People, dossier: UUID
) -> None:
    other = receive(database, "Process_Review", people["thu"], NINE)
    both_hold_one = Barrier(2)

    def lock(first: UUID, second: UUID) -> None:
        with database.transaction() as session:
            session.get(Dossier, first, with_for_update=True)
            both_hold_one.wait()
            session.get(Dossier, second, with_for_update=True)

    outcomes = _at_once(lambda: lock(dossier, other), lambda: lock(other, dossier))

    assert sorted(outcomes) == ["ConflictError", "done"]


def test_the_tasks_of_a_closed_account_go_back_to_the_desk(
    database: Database, people: People, appraisal: UUID
) -> None:
    _claim(database, appraisal, people["hanh"])

    with database.transaction() as session:
        hanh = people["hanh"].user_id
        assert hanh is not None
        people_operations.set_active(session, hanh, active=False, actor=people["lan"], at=NINE)

    _claim(database, appraisal, people["long"])


def _claim(database: Database, task_id: UUID, actor: Actor) -> None:
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=actor, at=NINE + HOUR)


def _complete(database: Database, task_id: UUID, actor: Actor, **answers: str) -> None:
    with database.transaction() as session:
        user_tasks.complete(session, task_id, answers, actor=actor, at=NINE + 2 * HOUR)


def _at_once(*actions: object) -> list[str]:
    """Return what became of each action when all start together."""
    together = Barrier(len(actions))
    outcomes: list[str] = []

    def run(action: object) -> None:
        together.wait()
        try:
            action()  # type: ignore[operator]
            outcomes.append("done")
        except ProductError as error:
            outcomes.append(type(error).__name__)

    threads = [Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
