from alembic import command

from webapp import migrate
from webapp.db import Database


def test_models_and_migrations_agree(database: Database) -> None:
    command.check(migrate.alembic_config(database.url))


def test_every_migration_can_be_undone_and_done_again(database: Database) -> None:
    config = migrate.alembic_config(database.url)

    command.downgrade(config, "base")
    assert not migrate.is_current(database.sql_engine)
    command.upgrade(config, "head")

    assert migrate.is_current(database.sql_engine)
