"""Bringing a database's tables up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, make_url

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(database_url: str, revision: str = "head") -> None:
    """Create or upgrade the tables; a database at ``revision`` or later is left as it is."""
    _make_folder(database_url)
    command.upgrade(alembic_config(database_url), revision)


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
