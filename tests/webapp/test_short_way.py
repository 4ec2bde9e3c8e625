"""Statements put together once: the short way to PostgreSQL, and objects made of their rows."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import bindparam, event, inspect, literal_column, null, select, text, union_all
from sqlalchemy.exc import IntegrityError

from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from webapp import postgresql
from webapp.actors import SYSTEM, Actor
from webapp.db import Base, Database
from webapp.errors import UnavailableError
from webapp.fetching import Fetch, holds, loaded
from webapp.models import Dossier, InstanceEvent, ProcessInstance, UserTask
from webapp.operations import events
from webapp.operations.taking import locked_task
from webapp.prepared import gathering
from webapp.statements import execute

People = dict[str, Actor]
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
BY_ID = Fetch(
    select(
        Dossier.id,
        Dossier.instance_id,
        Dossier.received_at,
        Dossier.ended_at,
        Dossier.state,
        Dossier.applicant_name,
        Dossier.answers,
    ).where(Dossier.id == bindparam("dossier_id", type_=Dossier.id.type))
)


@pytest.fixture
def dossier_id(database: Database, people: People, review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


def test_a_row_has_every_value_as_its_column_has_it(database: Database, dossier_id: UUID) -> None:
    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        (row,) = BY_ID.rows(session, {"dossier_id": dossier_id})

        assert row == (
            dossier_id,
            dossier.instance_id,
            dossier.received_at,
            None,
            dossier.state,
            dossier.applicant_name,
            dossier.answers,
        )
        assert BY_ID.rows(session, {"dossier_id": uuid4()}) == []


def test_rows_of_several_selects_come_together(database: Database, dossier_id: UUID) -> None:
    told = Fetch(
        union_all(
            select(literal_column("'dossier'"), Dossier.id, Dossier.code),
            select(literal_column("'none'"), null(), Dossier.code),
        )
    )
    with database.reading() as session:
        code = session.get_one(Dossier, dossier_id).code
        rows = told.rows(session, {})

    assert sorted(rows) == [("dossier", dossier_id, code), ("none", None, code)]


def test_a_fetch_without_its_value_asks_nothing(database: Database) -> None:
    with database.reading() as session, pytest.raises(KeyError):
        BY_ID.rows(session, {})


def test_an_object_made_of_a_row_reads_its_other_columns_when_asked(
    database: Database, dossier_id: UUID
) -> None:
    with database.transaction() as session:
        code = session.scalars(select(Dossier.code)).one()
        made = loaded(session, Dossier, {"id": dossier_id, "code": code})

        assert inspect(made).persistent
        assert not session.dirty
        assert made.received_at == NINE
        assert holds(session, Dossier, dossier_id)
        assert session.get(Dossier, dossier_id) is made
        made.applicant_name = "Trần Văn Bảy"

    with database.reading() as session:
        assert session.get_one(Dossier, dossier_id).applicant_name == "Trần Văn Bảy"


@pytest.mark.parametrize("model", [UserTask, ProcessInstance])
def test_what_the_session_has_already_is_read_anew_when_it_is_locked(
    database: Database, dossier_id: UUID, model: type[Base]
) -> None:
    with database.transaction() as session:
        held = session.scalars(select(model)).one()
        task_id = session.scalars(select(UserTask.id)).one()
        session.execute(text("UPDATE user_task SET name = 'Khác'"))

        task, instance = locked_task(session, task_id)

        assert held in (task, instance)
        assert task.instance_id == instance.id
        assert task.name == "Khác"


@POSTGRESQL
def test_listeners_hear_of_what_goes_the_short_way(database: Database, dossier_id: UUID) -> None:
    heard = []
    event.listen(database.sql_engine, "after_cursor_execute", lambda *about: heard.append(about[2]))
    with database.reading() as session:
        BY_ID.rows(session, {"dossier_id": dossier_id})

    assert [one.startswith("SELECT dossier.id") for one in heard] == [True]


@POSTGRESQL
def test_what_goes_the_short_way_is_part_of_the_transaction(
    database: Database, dossier_id: UUID
) -> None:
    renamed = "UPDATE dossier SET code = $1::VARCHAR WHERE id = $2::UUID"
    with database.transaction() as session:
        assert execute(session.connection(), renamed, ("X", dossier_id)) == ([], 1)
        assert session.scalar(text("SELECT code FROM dossier")) == "X"
        session.rollback()

    with database.transaction() as session:
        assert session.scalar(text("SELECT code FROM dossier")) != "X"
        execute(session.connection(), renamed, ("Y", dossier_id))
    with database.reading() as session:
        assert session.scalar(text("SELECT code FROM dossier")) == "Y"


@POSTGRESQL
def test_an_error_of_the_short_way_is_one_of_sqlalchemy(database: Database) -> None:
    fault = "INSERT INTO dossier_group (dossier_id, group_key) VALUES ($1::UUID, $2::VARCHAR)"
    with pytest.raises(IntegrityError) as caught, database.transaction() as session:
        execute(session.connection(), fault, (uuid4(), "nobody"))

    assert getattr(caught.value.orig, "sqlstate", None) == "23503"
    with database.transaction() as session:
        assert execute(session.connection(), "SELECT $1::INTEGER", (7,)) == ([(7,)], 1)


@POSTGRESQL
def test_a_connection_that_breaks_on_the_short_way_is_given_up(database: Database) -> None:
    is_given_up: list[bool] = []

    with pytest.raises(UnavailableError):
        _ask_when_it_broke(database, is_given_up)

    assert is_given_up == [True]
    with database.transaction() as session:
        assert execute(session.connection(), "SELECT 1", ()) == ([(1,)], 1)


def _ask_when_it_broke(database: Database, is_given_up: list[bool]) -> None:
    with database.transaction() as session:
        connection = session.connection()
        mine = session.scalar(text("SELECT pg_backend_pid()"))
        with database.reading() as other:
            other.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        try:
            execute(connection, "SELECT 1", ())
        finally:
            is_given_up.append(connection.invalidated)


@POSTGRESQL
def test_a_connection_prepares_what_it_asks_often_and_gives_up_the_oldest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "MOST", 2)
    with database.transaction() as session:
        connection = session.connection()
        for _time in range(8):
            for number in range(2):
                assert execute(connection, f"SELECT {number}", ()) == ([(number,)], 1)
        prepared = text("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'motcua%'")
        assert sorted(session.scalars(prepared)) == ["SELECT 0", "SELECT 1"]

        for _time in range(8):
            assert execute(connection, "SELECT 2", ()) == ([(2,)], 1)
        assert sorted(session.scalars(prepared)) == ["SELECT 1", "SELECT 2"]
        assert execute(connection, "SELECT 0", ()) == ([(0,)], 1)


@POSTGRESQL
def test_what_is_prepared_is_prepared_anew_after_something_was_taken_back(
    database: Database,
) -> None:
    driven = text("SELECT count(*) FROM dossier WHERE code = :code")
    with database.transaction() as session:
        for _time in range(8):  # the driver gives up all that is prepared if it has any itself
            session.execute(driven, {"code": "X"})
            execute(session.connection(), "SELECT 5", ())
        savepoint = session.begin_nested()
        session.execute(driven, {"code": "Y"})
        savepoint.rollback()
        assert execute(session.connection(), "SELECT 5", ()) == ([(5,)], 1)
        prepared = text("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'motcua%'")
        assert session.scalars(prepared).all() == ["SELECT 5"]


@POSTGRESQL
def test_nothing_is_prepared_where_somebody_between_would_forget_it(database: Database) -> None:
    with database.transaction() as session:
        connection = session.connection()
        link = connection.connection.driver_connection
        assert isinstance(link, postgresql.Link)
        link.prepare_threshold = None
        for _time in range(8):
            execute(connection, "SELECT 0", ())
        count = text("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'motcua%'")
        assert session.scalar(count) == 0
        link.prepare_threshold = 5


@POSTGRESQL
@pytest.mark.parametrize(
    "value",
    [
        ("$1::BYTEA", b"\x00\xff"),
        ("$1::UUID", UUID(int=7)),
        ("$1::INTEGER", 100_000),
        ("$1::BIGINT", 2**40),
        ("$1::BOOLEAN", True),
        ("$1::VARCHAR", "Đỗ Thị Hạnh"),
        ("$1::VARCHAR", None),
        ("$1::TIMESTAMP WITH TIME ZONE", datetime(2026, 2, 28, 17, tzinfo=UTC)),
        ("$1::DOUBLE PRECISION", 0.1),
    ],
)
def test_a_value_comes_back_as_it_went(database: Database, value: tuple[str, object]) -> None:
    place, one = value
    with database.reading() as session:
        for _time in range(8):  # also once it is prepared
            (found,), _ = execute(session.connection(), f"SELECT {place}", (one,))
            assert found == (one,)
            assert type(found[0]) is type(one)


def test_whoever_gathers_is_read_after_what_was_gathered(
    database: Database, dossier_id: UUID
) -> None:
    kinds = Fetch(select(InstanceEvent.kind))
    with database.transaction() as session:
        before = len(kinds.rows(session, {}))
        instance_id = session.scalars(select(Dossier.instance_id)).one()
        with gathering(session):
            told = [("note.added", {"element_id": None, "token_id": None, "data": {}})]
            events.append_all(session, instance_id, told, actor=SYSTEM, at=NINE)

            assert len(kinds.rows(session, {})) == before + 1
