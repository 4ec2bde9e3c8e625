"""Real databases, migrated by Alembic, and people and procedures made by real operations."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.orm import Session

from scripts.postgresql import Server
from tests.webapp.review import REVIEW_FILES
from tests.webapp.ticking import Clock
from webapp import migrate
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.models import UserAccount
from webapp.operations import deployments
from webapp.operations import people as people_operations
from webapp.worker.loop import Worker

NINE = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, nine o'clock in Ha Noi
PASSWORD = "motcua-test"
GROUPS = {"mot-cua": "Một cửa", "xay-dung": "Xây dựng", "van-thu": "Văn thư"}
PEOPLE: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    # user name, name, roles, groups
    ("binh", "Võ Thanh Bình", ("analyst",), ()),
    ("thu", "Lê Minh Thu", ("counter", "officer"), ("mot-cua",)),
    ("hanh", "Trần Thị Hạnh", ("officer",), ("xay-dung",)),
    ("long", "Ngô Hải Long", ("officer",), ("xay-dung",)),
    ("mai", "Bùi Tuyết Mai", ("officer",), ("van-thu",)),
    ("lan", "Hồ Ngọc Lan", ("admin",), ()),
)
_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        connection.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server) -> str:
    url = postgresql.new_database()
    migrate.upgrade(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of this test's own, with every table and no row."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "motcua.db")
        yield f"sqlite:///{tmp_path}/motcua.db"
        return
    template = make_url(request.getfixturevalue("postgresql_template"))
    name = f"{template.database}_{next(_numbers)}"
    _sql(template, f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"')
    yield template.set(database=name).render_as_string()
    _sql(template, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep argon2, at a cost that fits a thousand tests."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people_operations, "_hasher", cheap)


@pytest.fixture
def people(database: Database) -> dict[str, Actor]:
    """The people of a small office by user name, all with the same password."""
    with database.transaction() as session:
        return hire(session)


def hire(session: Session) -> dict[str, Actor]:
    """Create the groups and people of the small office; by user name."""
    for key, name in GROUPS.items():
        people_operations.create_group(session, key, name, actor=SYSTEM)
    actors = {}
    for username, name, roles, groups in PEOPLE:
        user_id = people_operations.create_user(
            session,
            username=username,
            name=name,
            password=PASSWORD,
            roles=roles,
            groups=groups,
            actor=SYSTEM,
            at=NINE,
        )
        user = session.get_one(UserAccount, user_id)
        actors[username] = people_operations.actor_of(user)
    return actors


@pytest.fixture
def review(database: Database, people: dict[str, Actor]) -> str:
    """The key of a published procedure: appraise, perhaps supplement, number, release."""
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, REVIEW_FILES, "review.zip", actor=people["binh"], at=NINE
        )
        deployments.publish(session, draft, note="first", actor=people["binh"], at=NINE)
    return "Process_Review"


def _sql(template: URL, statement: str) -> None:
    sql_engine = create_engine(template.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with sql_engine.connect() as connection:
        connection.execute(text(statement))
    sql_engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock(NINE)


@pytest.fixture
def worker(database: Database, clock: Clock) -> Worker:
    return Worker(database, now=clock)
