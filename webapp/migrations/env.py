"""Alembic's entry. A migration gives up rather than block the site."""

from typing import Literal

from alembic import context
from alembic.runtime.migration import MigrationInfo
from sqlalchemy import NullPool, create_engine, text

from webapp.db import UtcDateTime
from webapp.models import ProcessInstance

LOCK_TIMEOUT_MS = 4_000
STATEMENT_TIMEOUT_MS = 30_000


def migrate() -> None:
    """Run the migrations asked for on the database named by ``database_url``."""
    sql_engine = create_engine(context.config.attributes["database_url"], poolclass=NullPool)
    with sql_engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET lock_timeout = {LOCK_TIMEOUT_MS}"))
            connection.execute(text(f"SET statement_timeout = {STATEMENT_TIMEOUT_MS}"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=ProcessInstance.metadata,
            compare_server_default=True,
            transaction_per_migration=True,
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=_plain_type,
            on_version_apply=_passed,
        )
        with context.begin_transaction():
            context.run_migrations()


def _passed(ctx: object, step: MigrationInfo, heads: object, run_args: object) -> None:  # noqa: ARG001
    """Tell whoever started this that one migration is made."""
    passed = context.config.attributes.get("passed")
    if passed is not None and step.is_upgrade:
        passed(step.up_revision_id)


def _plain_type(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write our column types as plain SQLAlchemy: a migration must outlive the product's code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


migrate()
