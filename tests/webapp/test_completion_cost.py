from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.permit import publish_permit
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import InstanceEvent
from webapp.operations import user_tasks

People = dict[str, Actor]
STATEMENTS_AT_MOST = 12
ROWS_AT_MOST = 8


@pytest.fixture
def check(database: Database, people: People) -> tuple[UUID, UUID]:
    """A dossier and its open, claimed task; what its path needs once was done for another one."""
    key = publish_permit(database, people["binh"], NINE)
    first = receive(database, key, people["thu"], NINE)
    work(database, first, "Task_Check", people["hanh"], NINE)
    dossier_id = receive(database, key, people["thu"], NINE)
    task_id = open_task(database, dossier_id, "Task_Check")
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE)
    return dossier_id, task_id


def test_completing_a_task_takes_few_statements_and_writes_few_rows(
    database: Database, people: People, check: tuple[UUID, UUID]
) -> None:
    with database.transaction() as session:
        before = _rows_of_one_statement(session)
        with counted(database) as count:
            user_tasks.complete(session, check[1], {}, actor=people["hanh"], at=NINE)
        count["rows"] += _rows_of_one_statement(session) - before

    written = count["rows"] - 1  # that the desk of the second task sees the dossier now, once
    assert count["statements"] - 1 <= STATEMENTS_AT_MOST
    assert written <= ROWS_AT_MOST
    assert count["commits"] == 0  # it is the caller's; there is none in between


def test_the_log_tells_a_completion_once(
    database: Database, people: People, check: tuple[UUID, UUID]
) -> None:
    with database.transaction() as session:
        user_tasks.complete(session, check[1], {}, actor=people["hanh"], at=NINE)

    with database.reading() as session:
        kinds = session.scalars(
            select(InstanceEvent.kind)
            .where(InstanceEvent.element_id == "Task_Check")
            .order_by(InstanceEvent.id)
        ).all()
    assert kinds[-3:] == ["element.entered", "user_task.claimed", "user_task.completed"]


def _rows_of_one_statement(session: Session) -> int:
    if session.get_bind().dialect.name == "sqlite":
        return 0
    written = text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
    return int(session.scalar(written) or 0)


@contextmanager
def counted(database: Database) -> Iterator[dict[str, int]]:
    """Count the statements, the rows that they write and the commits.

    PostgreSQL writes rows of several tables by one statement; those it tells itself.
    """
    count = {"statements": 0, "rows": 0, "commits": 0}

    def note(
        connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        count["statements"] += 1
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite and statement.startswith(("INSERT", "UPDATE", "DELETE")):
            count["rows"] += len(parameters) if many else max(1, cursor.rowcount)

    def note_commit(_connection: Any) -> None:
        count["commits"] += 1

    event.listen(database.sql_engine, "after_cursor_execute", note)
    event.listen(database.sql_engine, "commit", note_commit)
    yield count
    event.remove(database.sql_engine, "after_cursor_execute", note)
    event.remove(database.sql_engine, "commit", note_commit)
