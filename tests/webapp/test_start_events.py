"""Start events of published processes: timers, messages and signals start instances, once each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST
from tests.webapp.ticking import Clock
from tests.webapp.visitor import product, signed_in
from webapp.actors import Actor
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.models import Dossier, InstanceEvent, ProcessInstance, StartTrigger, UserTask
from webapp.operations import deployments, dossiers, start_timers
from webapp.worker.loop import Worker

People = dict[str, Actor]
HOUR = timedelta(hours=1)
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t" id="d">'
    '<message id="M" name="storm"/><signal id="G" name="flood"/>'
)
CYCLE = "<timeCycle>R2/PT1H</timeCycle>"
MESSAGE = '<messageEventDefinition messageRef="M"/>'
SIGNAL = '<signalEventDefinition signalRef="G"/>'
TELL = '<sendTask id="T" messageRef="M"/>'
SHOUT = f'<intermediateThrowEvent id="T">{SIGNAL}</intermediateThrowEvent>'
PASS = '<task id="T"/>'
LATER = (
    '<intermediateCatchEvent id="T"><timerEventDefinition><timeDuration>P1D</timeDuration>'
    "</timerEventDefinition></intermediateCatchEvent>"
)
WORK = '<userTask id="T" name="Xem" camunda:candidateGroups="xay-dung"/>'


def test_a_timer_starts_one_instance_when_it_is_due_and_not_before(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    _publish(database, people, "nightly", _timer("<timeDuration>PT2H</timeDuration>"), PASS)
    clock.at = NINE + HOUR
    assert worker.run_once() == 0

    clock.at = NINE + 2 * HOUR
    fired = [worker.run_once(), worker.run_once()]

    assert fired == [1, 0]
    assert _statuses(database) == ["completed"]
    assert _armed(database) == 0


def test_a_cycle_comes_round_as_often_as_it_says(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    _publish(database, people, "hourly", _timer(CYCLE), PASS)

    fired = []
    for _ in range(4):
        clock.at += HOUR
        fired.append(worker.run_once())

    assert fired == [1, 1, 0, 0]
    assert len(_statuses(database)) == 2


def test_a_cron_cycle_starts_at_local_time_again_and_again(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    _publish(database, people, "daily", _timer("<timeCycle>0 0 8 * * *</timeCycle>"), PASS)

    clock.at = NINE + timedelta(days=1)  # nine o'clock again; eight has passed
    fired = [worker.run_once(), worker.run_once()]

    assert fired == [1, 0]
    with database.reading() as session:
        due_at = session.scalars(select(StartTrigger.due_at)).one()
        assert due_at == datetime(2026, 11, 20, 1, 0, tzinfo=NINE.tzinfo)


def test_what_had_passed_when_the_version_was_published_starts_nothing(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    past = "<timeDate>2026-11-18T08:00:00</timeDate>"
    _publish(database, people, "late", _timer(past), PASS)
    rounds = "<timeCycle>R/2026-11-18T07:30:00+07:00/PT1H</timeCycle>"
    _publish(database, people, "rounds", _timer(rounds), PASS)

    clock.at = NINE + HOUR
    worker.run_once()

    with database.reading() as session:
        started = session.scalars(select(ProcessInstance.started_at)).all()
    assert list(started) == [NINE + HOUR]  # half past nine only, not the two rounds before NINE


def test_only_the_newest_version_is_armed(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    _publish(database, people, "nightly", _timer(CYCLE), PASS)
    _publish(database, people, "nightly", "", PASS)

    clock.at = NINE + timedelta(days=1)

    assert worker.run_once() == 0
    assert _statuses(database) == []


def test_of_two_who_fire_the_same_round_one_starts_an_instance(
    database: Database, people: People
) -> None:
    _publish(database, people, "hourly", _timer(CYCLE), PASS)
    due_at = NINE + HOUR
    with database.reading() as session:
        trigger_id = session.scalars(select(StartTrigger.id)).one()

    fired = []
    for _ in range(2):
        with database.transaction() as session:
            fired.append(start_timers.fire(session, trigger_id, at=due_at))

    assert fired == [True, False]
    assert len(_statuses(database)) == 1


def test_of_two_workers_at_once_one_starts_an_instance(database: Database, people: People) -> None:
    _publish(database, people, "hourly", _timer(CYCLE), PASS)
    with database.reading() as session:
        trigger_id = session.scalars(select(StartTrigger.id)).one()
    together = Barrier(2)

    def fire(_worker: int) -> bool:
        together.wait(timeout=10)  # before: on SQLite one writes at a time
        with database.transaction() as session:
            return start_timers.fire(session, trigger_id, at=NINE + HOUR)

    with ThreadPoolExecutor(2) as threads:
        fired = list(threads.map(fire, range(2)))

    assert sorted(fired) == [False, True]
    assert len(_statuses(database)) == 1


def test_a_start_that_is_cut_off_leaves_the_timer_armed(database: Database, people: People) -> None:
    _publish(database, people, "nightly", _timer("<timeDuration>PT1H</timeDuration>"), PASS)
    with database.reading() as session:
        trigger_id = session.scalars(select(StartTrigger.id)).one()

    with pytest.raises(KeyboardInterrupt):
        _fire_and_be_cut_off(database, trigger_id)

    assert _statuses(database) == []
    assert _armed(database) == 1
    with database.transaction() as session:
        assert start_timers.fire(session, trigger_id, at=NINE + HOUR)
    assert _statuses(database) == ["completed"]


def test_a_start_that_fails_is_tried_again_and_rests_after_its_last_try(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    gateway = (
        '<exclusiveGateway id="T"/><sequenceFlow id="never" sourceRef="T" targetRef="E2">'
        "<conditionExpression>= 1 = 2</conditionExpression></sequenceFlow>"
        '<endEvent id="E2"/>'
    )
    _publish(
        database, people, "broken", _timer("<timeDuration>PT1H</timeDuration>"), gateway, stuck=True
    )

    tries = []
    for _ in range(7):
        clock.at += HOUR
        tries.append(worker.run_once())

    assert tries == [1, 1, 1, 1, 1, 0, 0]
    assert _statuses(database) == []


def test_a_process_with_work_for_people_gets_a_dossier(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    _publish(database, people, "weekly", _timer(CYCLE), WORK)

    clock.at = NINE + HOUR
    worker.run_once()

    with database.reading() as session:
        dossier = session.scalars(select(Dossier)).one()
        task = session.scalars(select(UserTask)).one()
        assert (dossier.received_by, dossier.applicant_name, dossier.channel) == (None, "", "event")
        assert task.instance_id == dossier.instance_id


def test_whoever_has_work_in_it_finds_and_does_it_on_the_pages(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    _publish(database, people, "weekly", _timer(CYCLE), WORK)
    clock.at = NINE + HOUR
    worker.run_once()
    with database.reading() as session:
        task_id = session.scalars(select(UserTask.id)).one()
        dossier_id = session.scalars(select(Dossier.id)).one()
    officer = signed_in(product(database), database, "hanh")

    inbox = officer.get("/inbox?scope=unit")
    claimed = officer.post(f"/user-tasks/{task_id}/claim")

    assert f"/user-tasks/{task_id}" in inbox.text
    assert claimed.status_code == 303
    for page in (officer.get(f"/user-tasks/{task_id}"), officer.get(f"/dossiers/{dossier_id}")):
        assert page.status_code == 200
        assert "Nobody: the program began it on" in page.text
    assert f"/dossiers/{dossier_id}" in (rows := officer.get("/dossiers?channel=event").text)
    assert "no applicant" in rows
    assert "no applicant" in inbox.text
    assert officer.get(f"/dossiers/{dossier_id}/receipt").status_code == 404
    assert officer.post(f"/dossiers/{dossier_id}/slips/receipt").status_code == 422
    assert f"/dossiers/{dossier_id}" not in officer.get("/dossiers?channel=online").text


def test_pages_and_checks_cope_with_an_instance_without_a_dossier(
    database: Database, people: People, worker: Worker, clock: Clock
) -> None:
    _publish(database, people, "nightly", _timer("<timeDuration>PT1H</timeDuration>"), LATER)
    clock.at = NINE + HOUR
    worker.run_once()
    app = product(database)

    pages = [
        signed_in(app, database, name).get(url)
        for name, url in (
            ("lan", "/timings"),
            ("lan", "/timings/nightly"),
            ("lan", "/dossiers"),
            ("binh", "/procedures/nightly"),
            ("hanh", "/inbox"),
        )
    ]

    assert _statuses(database) == ["active"]
    assert [page.status_code for page in pages] == [200] * 5
    assert problems(database) == []


def test_a_message_that_nobody_waits_for_starts_the_process_that_listens(
    database: Database, people: People
) -> None:
    _publish(database, people, "answering", MESSAGE, PASS)
    _publish(database, people, "telling", "", TELL)

    _begin(database, people, "telling")

    with database.reading() as session:
        sent = session.scalars(
            select(InstanceEvent.data).where(InstanceEvent.kind == "message.sent")
        ).one()
        answering = session.scalars(
            select(ProcessInstance.id).where(ProcessInstance.started_by.is_(None))
        ).one()
        assert sent["delivered_to"] == str(answering)
    assert _statuses(database) == ["completed", "completed"]


def test_the_newest_version_answers_a_message_and_only_while_it_listens(
    database: Database, people: People
) -> None:
    _publish(database, people, "answering", MESSAGE, PASS)
    _publish(database, people, "answering", MESSAGE, WORK)
    _publish(database, people, "telling", "", TELL)
    _begin(database, people, "telling")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(UserTask)) == 1

    _publish(database, people, "answering", "", PASS)
    _begin(database, people, "telling")

    assert len(_statuses(database)) == 3


def test_a_signal_starts_every_process_that_listens(database: Database, people: People) -> None:
    _publish(database, people, "first", SIGNAL, PASS)
    _publish(database, people, "second", SIGNAL, PASS)
    _publish(database, people, "shouting", "", SHOUT)

    _begin(database, people, "shouting")

    assert _statuses(database) == ["completed"] * 3


def test_a_start_that_wants_two_events_has_one_instance_whichever_comes_first(
    database: Database, people: People
) -> None:
    _publish(database, people, "both", MESSAGE + SIGNAL, PASS, start='parallelMultiple="true"')
    _publish(database, people, "telling", "", TELL)
    _publish(database, people, "shouting", "", SHOUT)

    _begin(database, people, "telling")
    assert sorted(_statuses(database)) == ["active", "completed"]
    _begin(database, people, "shouting")
    assert _statuses(database) == ["completed"] * 3
    _begin(database, people, "shouting")
    _begin(database, people, "telling")

    assert _statuses(database) == ["completed"] * 6


def _fire_and_be_cut_off(database: Database, trigger_id: UUID) -> None:
    with database.transaction() as session:
        assert start_timers.fire(session, trigger_id, at=NINE + HOUR)
        raise KeyboardInterrupt


def _timer(when: str) -> str:
    return f"<timerEventDefinition>{when}</timerEventDefinition>"


def _publish(
    database: Database,
    people: People,
    key: str,
    event: str,
    work: str,
    *,
    stuck: bool = False,
    start: str = "",
) -> None:
    model = f"""{_HEAD}<process id="{key}" name="{key}" isExecutable="true">
      <startEvent id="S" {start}>{event}</startEvent>
      <sequenceFlow id="a" sourceRef="S" targetRef="T"/>
      {work}<sequenceFlow id="b" sourceRef="T" targetRef="E">
      {"<conditionExpression>= 1 = 2</conditionExpression>" if stuck else ""}</sequenceFlow>
      <endEvent id="E"/></process></definitions>"""
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, {"m.bpmn": model.encode()}, key, actor=people["binh"], at=NINE
        )
        deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)


def _begin(database: Database, people: People, key: str) -> None:
    with database.transaction() as session:
        dossiers.start(session, key, REQUEST, actor=people["thu"], at=NINE)


def _statuses(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ProcessInstance.status)))


def _armed(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(StartTrigger)) or 0
