"""A house of an earlier release goes on under this one: tables, snapshots and work in hand.

``0006.sql`` was written by the release whose newest migration was 0006, from a house in which
dossiers stood at every kind of element that it knew: open, claimed and drafted tasks, a job leased
by a worker that had stopped, a failed one with its incident, timers, messages, signals, triggers.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scripts.postgresql import Server
from tests.webapp.conftest import NINE
from tests.webapp.test_worker import Clock
from webapp import migrate
from webapp.actors import Actor
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.models import (
    Dossier,
    Incident,
    InstanceEvent,
    Job,
    ProcessInstance,
    UserAccount,
    UserTask,
    UserTaskStatus,
)
from webapp.operations import jobs, messages, resolving, user_tasks
from webapp.operations import people as accounts
from webapp.worker.handlers import HANDLERS
from webapp.worker.loop import Worker

OLD = Path(__file__).parent / "0006.sql"
HOUR = timedelta(hours=1)
TODAY = NINE + timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The house of revision 0006, in tables of that revision."""
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
    connection.close()
    url = f"sqlite:///{path}"
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        url, source = server.new_database(), url
        migrate.upgrade(url, "0006")
        _copy(source, url)
    database = Database(url)
    yield database
    database.dispose()


def test_a_house_of_an_earlier_release_goes_on_to_its_end(old: Database) -> None:
    before = _log(old)

    migrate.upgrade(old.url)

    assert problems(old) == []
    _play_on(old)
    with old.reading() as session:
        statuses = set(session.scalars(select(ProcessInstance.status)))
        assert statuses == {"completed"}
        assert session.scalars(select(Dossier.id).where(Dossier.ended_at.is_(None))).all() == []
        assert session.scalar(select(func.count()).where(Incident.resolved_at.is_(None))) == 0
        numbers = session.scalars(select(Job.status).where(Job.topic == "document-number")).all()
        assert set(numbers) == {"completed"}
    assert problems(old) == []
    assert _log(old)[: len(before)] == before
    assert _left_twice(old, after=before[-1][0]) == []


def test_drafts_and_claims_of_an_earlier_release_are_kept(old: Database) -> None:
    migrate.upgrade(old.url)

    with old.reading() as session:
        drafted = session.scalars(select(UserTask).where(UserTask.draft_saved_at.is_not(None)))
        task = drafted.one()
        hanh = session.scalars(select(UserAccount).where(UserAccount.username == "hanh")).one()
        assert (task.draft, task.assignee_id) == ({"noi_bo": "nháp"}, hanh.id)
        leased = session.scalars(select(Job).where(Job.leased_until.is_not(None))).one()
        assert leased.leased_until == NINE + HOUR + timedelta(minutes=1)


def _play_on(database: Database) -> None:
    """Let worker, programs and people do whatever is open, until nothing is."""
    clock = Clock(TODAY)

    def ledger(_session: Session, _job: jobs.ClaimedJob, _at: datetime) -> dict[str, Any]:
        return {}

    worker = Worker(database, {**HANDLERS, "ledger": ledger}, now=clock)
    people = _people(database)
    with database.transaction() as session:
        messages.broadcast(session, "flood", variables={}, actor=people["lan"], at=clock.at)
    with database.transaction() as session:
        messages.send(
            session, "papers", correlation_key=None, variables={}, actor=people["lan"], at=clock.at
        )
    with database.transaction() as session:
        incident_id = session.scalars(select(Incident.id)).one()
        resolving.resolve(session, incident_id, actor=people["lan"], at=clock.at)
    for _ in range(30):
        if not worker.run_once() + _complete_all(database, people, clock.at):
            return
        clock.at += HOUR
    raise AssertionError("it never rests")


def _complete_all(database: Database, people: dict[str, Actor], at: datetime) -> int:
    with database.reading() as session:
        query = select(UserTask.id, UserTask.element_id).where(
            UserTask.status == UserTaskStatus.OPEN
        )
        found = session.execute(query).all()
    desks = {"Task_Release": "mai", "Task_Remind": "thu", "Task_Supplement": "thu"}
    for task_id, element_id in found:
        actor = people[desks.get(element_id, "hanh")]
        with database.transaction() as session:
            user_tasks.claim(session, task_id, actor=actor, at=at)
        with database.transaction() as session:
            user_tasks.complete(session, task_id, {"ket_qua": "dat"}, actor=actor, at=at)
    return len(found)


def _people(database: Database) -> dict[str, Actor]:
    with database.reading() as session:
        return {
            one.username: accounts.actor_of(one) for one in session.scalars(select(UserAccount))
        }


def _log(database: Database) -> list[tuple[Any, ...]]:
    """Return the event log in columns that every release has."""
    columns = ("id", "kind", "element_id", "token_id", "actor_name")
    log = select(*[getattr(InstanceEvent, name) for name in columns]).order_by(InstanceEvent.id)
    with database.reading() as session:
        return [tuple(row) for row in session.execute(log)]


def _left_twice(database: Database, *, after: int) -> list[tuple[Any, ...]]:
    """Return tokens that completed the same element twice, after that line of the log."""
    group = (InstanceEvent.instance_id, InstanceEvent.token_id, InstanceEvent.element_id)
    with database.reading() as session:
        rows = session.execute(
            select(*group)
            .where(InstanceEvent.kind.in_(("element.completed", "user_task.completed")))
            .where(InstanceEvent.id > after)
            .group_by(*group)
            .having(func.count() > 1)
        )
        return [tuple(row) for row in rows]


def _copy(source_url: str, target_url: str) -> None:
    """Copy every row from one database into the same tables of the other."""
    source, target = sa.create_engine(source_url), sa.create_engine(target_url)
    tables = sa.MetaData()
    tables.reflect(target)
    with source.connect() as reading, target.begin() as writing:
        writing.execute(sa.text("SET session_replication_role = replica"))
        for table in tables.sorted_tables:
            columns = [sa.column(one.name, one.type.as_generic()) for one in table.columns]
            rows = reading.execute(sa.select(*columns).select_from(sa.table(table.name)))
            found = [{name: _aware(value) for name, value in row._mapping.items()} for row in rows]
            writing.execute(table.delete())
            if found:
                writing.execute(table.insert(), found)
            if "nextval" in str(table.c[0].server_default and table.c[0].server_default.arg):
                counter = sa.func.pg_get_serial_sequence(table.name, table.c[0].name)
                highest = sa.select(sa.func.max(table.c[0])).scalar_subquery()
                writing.execute(sa.select(sa.func.setval(counter, highest)))
    source.dispose()
    target.dispose()


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
