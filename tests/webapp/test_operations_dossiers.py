from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.models import (
    Dossier,
    DossierGroup,
    DossierPause,
    ElementTiming,
    InstanceEvent,
    ProcessInstance,
    UserTask,
)
from webapp.operations import dossiers, user_tasks
from webapp.operations.dossiers import DossierRequest
from webapp.queries.deadlines import deadline_lines

People = dict[str, Actor]
HOUR = timedelta(hours=1)


def test_a_dossier_gets_a_code_a_promise_and_its_first_task(
    database: Database, people: People, review: str
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)

    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        assert dossier.code == "H99.26-261118-0001"
        assert dossier.promised_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        assert dossier.search_text == (
            "h99.26-261118-0001 dang thi huong sua nha cap 4 xet duyet don"
        )
        groups = session.scalars(select(DossierGroup.group_key))
        assert set(groups) == {"mot-cua", "xay-dung"}
    assert open_task(database, dossier_id, "Task_Appraise")


def test_codes_are_gap_free_when_two_counters_receive_at_once(
    database: Database, people: People, review: str
) -> None:
    together = Barrier(2)

    def receive_five() -> None:
        together.wait()
        for _ in range(5):
            receive(database, review, people["thu"], NINE)

    counters = [Thread(target=receive_five) for _ in range(2)]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()

    with database.reading() as session:
        codes = sorted(session.scalars(select(Dossier.code)))
    assert codes == [f"H99.26-261118-{number:04d}" for number in range(1, 11)]


def test_a_reception_that_breaks_off_leaves_nothing_and_wastes_no_number(
    database: Database, people: People, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("webapp.operations.following.timings.project", break_off)
        with pytest.raises(KeyboardInterrupt):
            receive(database, review, people["thu"], NINE)

    with database.reading() as session:
        for table in (ProcessInstance, Dossier, UserTask, InstanceEvent, ElementTiming):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert _code(database, receive(database, review, people["thu"], NINE)).endswith("-0001")


def test_numbers_begin_again_on_the_next_local_day(
    database: Database, people: People, review: str
) -> None:
    receive(database, review, people["thu"], NINE)

    evening = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)  # one in the morning of the 19th
    dossier_id = receive(database, review, people["thu"], evening)

    assert _code(database, dossier_id) == "H99.26-261119-0001"


def test_only_the_counter_receives_dossiers(
    database: Database, people: People, review: str
) -> None:
    with pytest.raises(NotAllowedError):
        receive(database, review, people["hanh"], NINE)


def test_a_dossier_needs_a_procedure_and_an_applicant(
    database: Database, people: People, review: str
) -> None:
    with pytest.raises(NotFoundError):
        receive(database, "Process_Unknown", people["thu"], NINE)
    nobody = DossierRequest(applicant_name="  ")
    with database.transaction() as session, pytest.raises(RejectedError):
        dossiers.start(session, review, nobody, actor=people["thu"], at=NINE)


def test_waiting_for_a_supplement_pauses_the_clock_and_moves_the_promise(
    database: Database, people: People, review: str
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    asked_at = NINE + HOUR
    work(database, dossier_id, "Task_Appraise", people["hanh"], asked_at, ket_qua="bo_sung")
    with database.reading() as session:
        assert session.get_one(Dossier, dossier_id).state == 5

    answered_at = asked_at + timedelta(days=1)
    work(database, dossier_id, "Task_Supplement", people["thu"], answered_at)

    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        pause = session.scalars(select(DossierPause)).one()
        assert dossier.state == 4
        assert (pause.started_at, pause.ended_at) == (asked_at, answered_at)
        assert pause.office_seconds == 8 * 3600
        assert dossier.first_promised_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        assert dossier.promised_at == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # 24th is a holiday
        kinds = [line.kind for line in deadline_lines(session, dossier_id, NINE)]
        assert kinds[0] == "received"
        assert "pause" in kinds
        assert kinds[-1] == "due"


def test_a_refusal_ends_the_dossier_with_the_name_of_its_end(
    database: Database, people: People, review: str
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)

    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE + HOUR, ket_qua="tu_choi")

    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        instance = session.get_one(ProcessInstance, dossier.instance_id)
        assert (dossier.state, dossier.outcome) == (3, "Từ chối")
        assert dossier.ended_at == dossier.decided_at == NINE + HOUR
        assert instance.status == "completed"


def test_timings_count_office_time_apart_for_waiting_and_working(
    database: Database, people: People, review: str
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    task_id = open_task(database, dossier_id, "Task_Appraise")

    _claim(database, task_id, people["hanh"], NINE + HOUR)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE + 5 * HOUR, ket_qua="tu_choi")

    with database.reading() as session:
        timing = session.scalars(select(ElementTiming)).one()
        assert timing.element_id == "Task_Appraise"
        assert timing.waiting_seconds == 3600
        assert timing.working_seconds == 2 * 3600  # two of the four hours were a noon break
        assert timing.due_at is not None


def _code(database: Database, dossier_id: UUID) -> str:
    with database.reading() as session:
        return session.get_one(Dossier, dossier_id).code


def _claim(database: Database, task_id: UUID, actor: Actor, at: datetime) -> None:
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=actor, at=at)
