"""Plans to move running instances to another version.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_migration()
    _create_migration_item()


def _create_migration() -> None:
    op.create_table(
        "migration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_key", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("recompute", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["process_definition.id"],
            name="fk_migration_source_id_process_definition",
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["process_definition.id"],
            name="fk_migration_target_id_process_definition",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name="fk_migration_created_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_migration"),
    )
    op.create_index("ix_migration_process_key", "migration", ["process_key"])
    op.create_index("ix_migration_status", "migration", ["status"])


def _create_migration_item() -> None:
    op.create_table(
        "migration_item",
        sa.Column("migration_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("params", sa.JSON(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["migration_id"], ["migration.id"], name="fk_migration_item_migration_id_migration"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_migration_item_instance_id_process_instance",
        ),
        sa.PrimaryKeyConstraint("migration_id", "instance_id", name="pk_migration_item"),
    )
    op.create_index("ix_migration_item_status", "migration_item", ["migration_id", "status"])


def downgrade() -> None:
    op.drop_table("migration_item")
    op.drop_table("migration")
