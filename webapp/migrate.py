"""Bringing a database's tables up to date; machines that start together take turns."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

_FOLDER = Path(__file__).parent / "migrations"
_TURN = 0x6D6F7463  # PostgreSQL's number for our turn
_LOCK_FILE = ".upgrade.lock"  # beside an SQLite file


@dataclass(frozen=True, slots=True)
class Step:
    """One migration: its id, and its first line, which says what it is for."""

    revision: str
    text: str


def upgrade(
    database_url: str, revision: str = "head", *, passed: Callable[[Step], object] = lambda _: None
) -> None:
    """Create or upgrade the tables; a database at ``revision`` or later is left as it is.

    One process at a time; the others wait and find it done. ``passed`` is called after each step.
    """
    _make_folder(database_url)
    with _turn(database_url):
        if revision == "head" and not due(database_url):
            return  # also where a newer program has been here: its tables do for this one
        config = alembic_config(database_url)
        script = ScriptDirectory(str(_FOLDER))
        config.attributes["passed"] = lambda made: passed(_step(script, made))
        command.upgrade(config, revision)


def due(database_url: str) -> tuple[Step, ...]:
    """Return what ``upgrade`` would do, first things first; nothing of a newer program's tables."""
    _make_folder(database_url)
    sql_engine = create_engine(database_url, poolclass=NullPool)
    with sql_engine.connect() as connection:
        applied = set(MigrationContext.configure(connection).get_current_heads())
    script = ScriptDirectory(str(_FOLDER))
    steps = [one.revision for one in script.walk_revisions()][::-1]
    if not applied <= set(steps):
        return ()
    done = max((steps.index(one) + 1 for one in applied), default=0)
    return tuple(_step(script, one) for one in steps[done:])


@contextmanager
def _turn(database_url: str) -> Iterator[None]:
    """Wait until no other process upgrades this database. A killed one loses its turn."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        with create_engine(url, poolclass=NullPool).connect() as connection:
            connection.execute(text(f"SELECT pg_advisory_lock({_TURN})"))
            connection.commit()  # the lock is the session's; no transaction waits meanwhile
            yield
    elif url.database and url.database != ":memory:":
        with (Path(url.database).parent / _LOCK_FILE).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    else:
        yield


def _step(script: ScriptDirectory, revision: str) -> Step:
    found = script.get_revision(revision)
    return Step(revision, (found.doc if found else "") or "")


def newest() -> str:
    """Return the newest migration's id."""
    head = ScriptDirectory(str(_FOLDER)).get_current_head()
    return head or ""


def empty(database_url: str) -> None:
    """Drop every table and what is in it, and create the tables anew."""
    command.downgrade(alembic_config(database_url), "base")
    upgrade(database_url)


def alembic_config(database_url: str) -> AlembicConfig:
    """Return what Alembic's commands need for this database."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["database_url"] = database_url
    return config


def is_current(sql_engine: Engine) -> bool:
    """Tell whether the newest migration has been applied."""
    script = ScriptDirectory(str(_FOLDER))
    with sql_engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_heads()
    return set(applied) == set(script.get_heads())


def is_behind(sql_engine: Engine) -> bool:
    """Tell whether migrations that this program knows have not been applied.

    Tables of a newer program are not behind: an older one runs on them until it is replaced, too.
    """
    script = ScriptDirectory(str(_FOLDER))
    with sql_engine.connect() as connection:
        applied = set(MigrationContext.configure(connection).get_current_heads())
    known = {one.revision for one in script.walk_revisions()}
    return applied != set(script.get_heads()) and applied <= known


def _make_folder(database_url: str) -> None:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
