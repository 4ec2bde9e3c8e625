"""Absences with who stands in, hands through which a task went, desks that share work out.

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_absence_user_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["user_account.id"], name="fk_absence_substitute_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
    )
    op.create_index("ix_absence_user_id", "absence", ["user_id"])
    op.create_index("ix_absence_substitute_id", "absence", ["substitute_id"])
    op.create_index("ix_absence_ends_at", "absence", ["ends_at"])
    op.add_column("user_task", sa.Column("owner_id", sa.Uuid(), nullable=True))
    op.add_column("user_task", sa.Column("hand", sa.String(), nullable=True))
    op.add_column("user_task", sa.Column("hand_note", sa.String(), nullable=True))
    op.create_index("ix_user_task_owner_id", "user_task", ["owner_id"])
    op.add_column(
        "user_group",
        sa.Column("shares_out", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("user_group", "shares_out")
    op.drop_index("ix_user_task_owner_id", "user_task")
    op.drop_column("user_task", "hand_note")
    op.drop_column("user_task", "hand")
    op.drop_column("user_task", "owner_id")
    op.drop_index("ix_absence_ends_at", "absence")
    op.drop_index("ix_absence_substitute_id", "absence")
    op.drop_index("ix_absence_user_id", "absence")
    op.drop_table("absence")
