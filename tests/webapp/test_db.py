"""Connections: how they are made, and what the pool does when the server closed an idle one."""

import pytest
from sqlalchemy import make_url, text

from webapp import db
from webapp.db import Database


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_the_server_closed_while_idle_is_replaced(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "PING_AFTER_SECONDS", 0.0)
    with database.reading() as session:
        lost = session.scalar(text("select pg_backend_pid()"))
    _terminate(database_url, lost)

    with database.reading() as session:
        found = session.scalar(text("select pg_backend_pid()"))

    assert found != lost


def _terminate(database_url: str, pid: int) -> None:
    other = Database(database_url)
    with other.reading() as session:
        assert session.scalar(text("select pg_terminate_backend(:pid)"), {"pid": pid})
    other.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_compiles_no_statement_unless_its_address_says_so(database_url: str) -> None:
    told = make_url(database_url).update_query_dict({"options": "-c jit=on"})
    found = []
    for address in (database_url, told.render_as_string(hide_password=False)):
        database = Database(address)
        with database.reading() as session:
            found.append(session.scalar(text("SHOW jit")))
        database.dispose()

    assert found == ["off", "on"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_both_ends_of_a_connection_give_up_an_end_that_is_silent(database_url: str) -> None:
    told = make_url(database_url).update_query_dict({"keepalives_idle": "77"})
    database = Database(told.render_as_string(hide_password=False))
    with database.reading() as session:
        ours = session.connection().connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
        theirs = session.execute(
            text("SELECT name, reset_val FROM pg_settings WHERE source = 'client'")
        )
        asked = {name for name, _ in theirs}
    database.dispose()

    assert {name for name in ours if name.startswith(("keepalives", "tcp_", "connect_t"))} == {
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "connect_timeout",
    }
    assert ours["keepalives_idle"] == "77"  # the address counts more
    assert asked >= {
        "tcp_keepalives_idle",
        "tcp_keepalives_interval",
        "tcp_keepalives_count",
        "tcp_user_timeout",
    }


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_result_of_postgresql_tells_its_columns_to_who_looks(database: Database) -> None:
    with database.reading() as session:
        found = session.connection().exec_driver_sql("SELECT 1 AS one, 'x'::varchar AS two")
        told = found.cursor.description if found.cursor else []

        assert [column.name for column in told] == ["one", "two"]
        assert [column.name for column in told[1:]] == ["two"]
        assert found.mappings().one() == {"one": 1, "two": "x"}
