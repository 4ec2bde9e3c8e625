"""What starts the newest version of a process by itself: messages, signals, timers.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_trigger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("process_key", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("firings_left", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("working_time", sa.Boolean(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retries_left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definition.id"],
            name="fk_start_trigger_definition_id_process_definition",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_start_trigger"),
    )
    op.create_index("ix_start_trigger_process_key", "start_trigger", ["process_key"])
    op.create_index("ix_start_trigger_due_at", "start_trigger", ["due_at"])
    op.create_index("ix_start_trigger_kind_name", "start_trigger", ["kind", "name"])


def downgrade() -> None:
    op.drop_table("start_trigger")
