"""Disk full, database read-only or away: a named refusal in both languages, and nothing lost."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST, open_task, receive, work
from tests.webapp.programs import program
from tests.webapp.review import REVIEW_FILES
from tests.webapp.test_worker import Clock
from tests.webapp.visitor import product, signed_in
from webapp.actors import Actor
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.errors import ReadOnlyError, StorageFullError, UnavailableError
from webapp.filestore import FileStore
from webapp.models import Dossier, InstanceEvent, Job, Timer
from webapp.operations import dossiers, jobs
from webapp.operations.waits import TIMER_RETRIES
from webapp.postgresql import Link
from webapp.worker.loop import Worker

People = dict[str, Actor]
BIG = "x" * 60_000  # more than what is free on any page of the database
Trouble = Callable[[Database], Any]


@contextmanager
def full(database: Database) -> Iterator[None]:
    """A database without room for one page more.

    PostgreSQL has no quota, so a trigger raises what the server raises when its disk is full.
    """
    if database.sql_engine.dialect.name == "sqlite":
        with _every_connection(database, "PRAGMA max_page_count=1"):
            yield
        return
    _run(
        database,
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$",
        "CREATE TRIGGER no_room BEFORE INSERT ON instance_event EXECUTE FUNCTION no_room()",
    )
    yield
    _run(database, "DROP FUNCTION no_room CASCADE")


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """A database that nobody can write to."""
    if database.sql_engine.dialect.name == "sqlite":
        with _every_connection(database, "PRAGMA query_only=ON"):
            yield
        return
    name = database.sql_engine.url.database
    _run(database, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    yield
    _run(
        database,
        "SET default_transaction_read_only = off",
        f'ALTER DATABASE "{name}" RESET default_transaction_read_only',
    )


TROUBLES = [
    pytest.param(full, StorageFullError, 507, id="full"),
    pytest.param(read_only, ReadOnlyError, 503, id="read-only"),
]


@pytest.mark.parametrize(("trouble", "named", "_status"), TROUBLES)
def test_what_cannot_be_written_is_refused_by_name_and_goes_through_later(
    database: Database,
    people: People,
    review: str,
    trouble: Trouble,
    named: type[Exception],
    _status: int,
) -> None:
    before = receive(database, review, people["thu"], NINE)
    written = _rows(database)

    with trouble(database):
        for _ in range(3):
            with pytest.raises(named):
                _grow(database, review, people["thu"])

    assert _rows(database) == written
    assert problems(database) == []
    work(database, before, "Task_Appraise", people["hanh"], NINE, ket_qua="tu_choi")
    receive(database, review, people["thu"], NINE)
    with database.reading() as session:
        codes = sorted(session.scalars(select(Dossier.code)))
    assert codes == ["H99.26-261118-0001", "H99.26-261118-0002"]


@pytest.mark.parametrize(("trouble", "_named", "status"), TROUBLES)
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", {503: "can only be read at the moment", 507: "The disk is full"}),
        ("vi", {503: "chỉ cho đọc", 507: "Ổ đĩa đã đầy"}),
    ],
)
def test_pages_and_api_say_what_is_wrong_while_reading_goes_on(
    app: Flask,
    database: Database,
    people: People,
    review: str,
    trouble: Trouble,
    _named: type[Exception],
    status: int,
    language: str,
    sentence: dict[int, str],
) -> None:
    officer = signed_in(app, database, "hanh", language)
    counter = program(app, database, people["thu"])
    dossier_id = receive(database, review, people["thu"], NINE)
    task = f"/user-tasks/{open_task(database, dossier_id, 'Task_Appraise')}"
    token = officer.token()
    request = {"process_key": review, "applicant_name": "Hường", "answers": {"noi_dung": BIG}}

    with trouble(database):
        seen = officer.get(task)
        refused = officer.post(f"{task}/claim", token=token)
        listed = counter.get("/v1/user-tasks")
        problem = counter.post("/v1/dossiers", request)

    assert (seen.status_code, listed.status_code) == (200, 200)
    if refused.status_code != 303:  # a row that still has room on its page may be written
        assert refused.status_code == status
        assert sentence[status] in refused.text
    assert (problem.status_code, problem.mimetype) == (status, "application/problem+json")
    assert officer.post(f"{task}/claim").status_code in (302, 303)


@pytest.fixture
def app(database: Database, people: People, tmp_path: Path) -> Flask:
    return product(database, data_dir=tmp_path)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_pages_answer_while_the_database_is_away_and_work_again_when_it_is_back(
    app: Flask,
    database: Database,
    people: People,
    review: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    officer = signed_in(app, database, "hanh", language)
    counter = program(app, database, people["thu"])
    says = {"en": "cannot be reached at the moment", "vi": "Hiện không kết nối được"}

    with _away(database, monkeypatch):
        page, health = officer.get("/inbox"), officer.get("/health/ready")
        problem = counter.get("/v1/user-tasks")
        alive = officer.get("/health/live")
        stop = Event()
        monkeypatch.setattr(stop, "wait", lambda _seconds: stop.set())
        Worker(database).run(stop, poll_seconds=1)

    said = [line for line in caplog.records if line.levelname == "ERROR"]
    assert {line.getMessage() for line in said} == {"database or disk cannot serve"}
    assert {"webapp.pages.errors", "webapp.api.problems", "webapp.worker.loop"} == {
        line.name for line in said
    }
    assert all(line.exc_info is None for line in said)  # one line each, for hours perhaps
    assert all(line.__dict__["reason"] for line in said)
    assert (page.status_code, health.status_code, alive.status_code) == (503, 503, 200)
    assert says[language] in page.text
    assert (problem.status_code, problem.headers["Retry-After"]) == (503, "10")
    assert problem.json is not None
    assert problem.json["code"] == "unavailable"
    assert officer.get("/inbox").status_code == 200
    assert counter.get("/v1/user-tasks").status_code == 200


def test_work_of_programs_is_not_blamed_for_a_database_that_is_away(
    database: Database, people: People, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")
    receive(database, review, people["thu"], NINE)
    now = Clock(NINE + timedelta(days=2))

    def go_away(_session: Session, _job: jobs.ClaimedJob, _at: object) -> dict[str, Any]:
        raise UnavailableError("away")

    broken = Worker(database, {"document-number": go_away}, now=now)
    with monkeypatch.context() as patched:
        patched.setattr("webapp.operations.timers.fire", _raise_unavailable)
        patched.setattr("webapp.operations.timers.fire_all", _raise_unavailable)
        with pytest.raises(UnavailableError):
            broken.run_once()
    now.at += jobs.LEASE
    with monkeypatch.context() as patched:
        patched.setattr("webapp.operations.timers.claim_due", lambda *_, **__: ())
        with pytest.raises(UnavailableError):
            broken.run_once()

    with database.reading() as session:
        assert session.scalars(select(Job.retries_left)).one() == 3
        assert set(session.scalars(select(Timer.retries_left))) == {TIMER_RETRIES}
    now.at += jobs.LEASE
    Worker(database, now=now).run_once()
    assert open_task(database, dossier_id, "Task_Release")


def test_a_file_for_which_there_is_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")

    with _no_file_above(64 * 1024), pytest.raises(StorageFullError):
        store.put([b"x" * 40_000] * 4, max_bytes=10**6)

    assert [path for path in store.folder.rglob("*") if path.is_file()] == []
    assert store.put([b"x" * 40_000] * 4, max_bytes=10**6).size_bytes == 160_000


def test_an_upload_for_which_there_is_no_room_is_told_as_a_page(
    app: Flask, database: Database, people: People, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst = signed_in(app, database, "binh")

    def no_room(*_args: object, **_kwargs: object) -> None:
        raise StorageFullError("The disk is full. What you sent was not saved.")

    monkeypatch.setattr("webapp.operations.deployments.save_draft", no_room)
    answer = analyst.upload("/procedures/upload", REVIEW_FILES)

    assert answer.status_code == 507
    assert "The disk is full" in answer.text


def test_check_names_a_database_that_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _away(database, monkeypatch):
        (problem,) = problems(database)

    assert "cannot be reached" in problem


def _grow(database: Database, key: str, actor: Actor) -> None:
    """Receive a dossier that does not fit into what is free on any page."""
    request = replace(REQUEST, answers={"noi_dung": BIG})
    with database.transaction() as session:
        dossiers.start(session, key, request, actor=actor, at=NINE)


def _rows(database: Database) -> tuple[int | None, int | None]:
    with database.reading() as session:
        return (
            session.scalar(select(func.count()).select_from(InstanceEvent)),
            session.scalar(select(func.count()).select_from(Dossier)),
        )


def _raise_unavailable(*_args: object, **_kwargs: object) -> None:
    raise UnavailableError("away")


@contextmanager
def _every_connection(database: Database, pragma: str) -> Iterator[None]:
    def prepare(connection: Any, _record: object) -> None:
        connection.execute(pragma)

    database.sql_engine.dispose()
    event.listen(database.sql_engine, "connect", prepare)
    yield
    event.remove(database.sql_engine, "connect", prepare)
    database.sql_engine.dispose()


@contextmanager
def _away(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database that no connection can be made to; those that were open are closed."""
    url = database.sql_engine.url
    nowhere = (
        url.set(database="/nonexistent/motcua.db")
        if url.get_backend_name() == "sqlite"
        else url.update_query_dict({"host": "/nonexistent"})
    )
    database.sql_engine.dispose()
    with monkeypatch.context() as patched:
        dialect = database.sql_engine.dialect
        connecting: Any = dialect if dialect.name == "sqlite" else Link
        connect, (args, kwargs) = connecting.connect, dialect.create_connect_args(nowhere)
        patched.setattr(connecting, "connect", lambda *_a, **_k: connect(*args, **kwargs))
        yield


@contextmanager
def _no_file_above(size_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _run(database: Database, *statements: str) -> None:
    with database.sql_engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            connection.execute(text(statement))
    database.sql_engine.dispose()
