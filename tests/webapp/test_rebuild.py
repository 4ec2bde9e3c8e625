"""``motcua rebuild``: what is kept of the log is what the log gives, and is made from it anew."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from engine.events import EventKind
from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from webapp.actors import Actor
from webapp.cli import checks, main, rebuilding
from webapp.db import Base, Database
from webapp.errors import ProductError
from webapp.models import (
    Dossier,
    DossierExtension,
    DossierPause,
    ElementTiming,
    InstanceEvent,
    TimingDay,
    UserTask,
    UserTaskStatus,
)
from webapp.operations import calendars, clocks, user_tasks
from webapp.operations.calendars import DayEntry
from webapp.operations.rebuilding_clocks import COLUMNS
from webapp.stays import Fold, Move
from webapp.worker.loop import Worker

People = dict[str, Actor]
HOUR = timedelta(hours=1)
STEPS = 30
MADE_ANEW = (ElementTiming, TimingDay, DossierPause, DossierExtension)
CLOCK = (*COLUMNS, "near_at", "warn_at")


@pytest.fixture
def at(database: Database, review: str, people: People) -> datetime:
    """When a random month of work, the same on every database, was over."""
    return _play(database, review, people, Random(20261122))  # noqa: S311


def test_everything_is_made_anew_from_the_log_as_it_was_kept(
    database: Database, at: datetime
) -> None:
    kept = _kept(database)
    assert [bool(rows) for rows in kept] == [True] * 5

    assert _mended(database, at) == (0, 0, 0)  # nothing to do
    with database.transaction() as session:
        for table in (ElementTiming, DossierPause, DossierExtension):
            session.execute(delete(table))
        session.execute(update(TimingDay).values(stays=99))
        session.execute(update(Dossier).values(promised_at=None, decided_at=None, verdict="late"))
    instances, dossiers, days = _mended(database, at)

    assert min(instances, dossiers, days) > 0
    assert _kept(database) == kept
    assert checks.problems(database) == []


def test_only_what_is_not_as_the_log_says_is_written(database: Database, at: datetime) -> None:
    kept = _kept(database)
    with database.transaction() as session:
        session.scalars(select(ElementTiming).limit(1)).one().working_seconds = 1

    assert _mended(database, at)[0] == 1
    assert _kept(database) == kept


def test_the_command_tells_what_it_mended(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_DATA_DIR", str(tmp_path_factory.mktemp("data")))

    told = CliRunner().invoke(main, ["rebuild"])

    assert told.exit_code == 0
    assert "Looked at 0 instances, dossiers and days." in told.output


def test_what_is_under_way_is_counted_at_the_new_versions_elements() -> None:
    old, new = uuid4(), uuid4()
    kinds = {(old, "a"): "userTask", (new, "b"): "userTask"}
    fold = Fold(old, lambda version, element: kinds.get((version, element), ""), held=())
    fold.take(_row(EventKind.ELEMENT_ENTERED, "a", NINE))
    fold.take(_row("user_task.claimed", "a", NINE + HOUR))

    fold.move(Move(new, {"a": "b"}))
    fold.take(_row("user_task.completed", "b", NINE + 2 * HOUR))

    (stay,) = fold.stays()
    assert (stay.definition_id, stay.element_id, stay.claimed_at) == (new, "b", NINE + HOUR)
    assert stay.completed_at == NINE + 2 * HOUR


def test_a_task_that_was_given_back_and_taken_away_was_nobodys() -> None:
    version = uuid4()
    fold = Fold(version, lambda *_: "userTask", held=())
    for number, kind in enumerate(
        (EventKind.ELEMENT_ENTERED, "user_task.claimed", "user_task.released", "element.cancelled")
    ):
        fold.take(_row(kind, "a", NINE + number * HOUR))

    (stay,) = fold.stays()
    assert (stay.claimed_at, stay.completed_at) == (None, None)
    assert stay.cancelled_at == NINE + 3 * HOUR


def _mended(database: Database, at: datetime) -> tuple[int, int, int]:
    told = list(rebuilding.everything(database, at=at))[-1]
    assert told.done == told.total
    return told.instances, told.dossiers, told.days


def _kept(database: Database) -> list[list[str]]:
    """Return every row of the projections as text, without ids that say nothing."""
    with database.reading() as session:
        tables = [
            [_told(row) for row in session.scalars(select(table))]  # type: ignore[var-annotated]
            for table in MADE_ANEW
        ]
        dossiers = session.scalars(select(Dossier).order_by(Dossier.code)).all()
        clocks_ = [str([getattr(one, name) for name in CLOCK]) for one in dossiers]
    return [*(sorted(rows) for rows in tables), clocks_]


def _told(row: Base) -> str:
    return str([getattr(row, one.key) for one in row.__table__.columns if one.key != "id"])


def _row(kind: str, element_id: str, at: datetime) -> InstanceEvent:
    return InstanceEvent(kind=kind, element_id=element_id, token_id="1", occurred_at=at)


def _play(database: Database, key: str, people: People, chance: Random) -> datetime:
    """Let people do something or other every few hours; what is refused changes nothing."""
    dossiers: list[UUID] = []
    at = NINE
    for number in range(STEPS):
        at += chance.choice((HOUR, 3 * HOUR, 20 * HOUR))
        if number < 4 or chance.random() < 0.2:
            dossiers.append(receive(database, key, people["thu"], at))
        else:
            deed = chance.choice((_work, _work, _work, _hold, _extend, _give_back))
            with suppress(ProductError):
                deed(database, chance.choice(dossiers), people, chance, at)
        if number == STEPS // 2:
            _storm(database, people["lan"], at)
        if number % 5 == 0:
            Worker(database, now=lambda now=at: now).run_once()  # type: ignore[misc]
    Worker(database, now=lambda: at + 40 * 24 * HOUR).run_once()
    return at + 40 * 24 * HOUR


def _open(database: Database, dossier_id: UUID) -> tuple[UUID, str] | None:
    with database.reading() as session:
        found = session.execute(
            select(UserTask.id, UserTask.element_id)
            .join(Dossier, Dossier.instance_id == UserTask.instance_id)
            .where(Dossier.id == dossier_id, UserTask.status == UserTaskStatus.OPEN)
            .order_by(UserTask.created_at, UserTask.element_id)
        ).first()
    return (found[0], found[1]) if found else None


def _who(people: People, element_id: str) -> Actor:
    return people["hanh" if element_id == "Task_Appraise" else "thu"]


def _work(
    database: Database, dossier_id: UUID, people: People, chance: Random, at: datetime
) -> None:
    task = _open(database, dossier_id)
    if task is None:
        return
    actor = _who(people, task[1])
    with database.transaction() as session:
        user_tasks.claim(session, task[0], actor=actor, at=at)
    answers = {"ket_qua": chance.choice(("bo_sung", "dat", "tu_choi"))}
    with database.transaction() as session:
        user_tasks.complete(session, task[0], answers, actor=actor, at=at + HOUR / 2)


def _give_back(
    database: Database, dossier_id: UUID, people: People, _chance: Random, at: datetime
) -> None:
    task = _open(database, dossier_id)
    if task is None:
        return
    actor = _who(people, task[1])
    with database.transaction() as session:
        user_tasks.claim(session, task[0], actor=actor, at=at)
    with database.transaction() as session:
        user_tasks.release(session, task[0], actor=actor, at=at + HOUR / 4)


def _hold(
    database: Database, dossier_id: UUID, people: People, chance: Random, at: datetime
) -> None:
    with database.transaction() as session:
        clocks.pause(session, dossier_id, "payment", "Luật", actor=people["hanh"], at=at)
    if chance.random() < 0.7:
        with database.transaction() as session:
            clocks.resume(session, dossier_id, actor=people["hanh"], at=at + 2 * HOUR)


def _extend(
    database: Database, dossier_id: UUID, people: People, _chance: Random, at: datetime
) -> None:
    with database.transaction() as session:
        clocks.extend(session, dossier_id, "P2D", "Bận", "Chủ tịch", actor=people["lan"], at=at)


def _storm(database: Database, actor: Actor, at: datetime) -> None:
    with database.transaction() as session:
        calendars.ensure_root(session, actor=actor, at=at)
        days = [DayEntry(date(2026, 11, 20), "off", "Bão"), DayEntry(at.date(), "off", "Bão")]
        calendars.change_days(session, "VN", days, "CV 1", actor=actor, at=at)
