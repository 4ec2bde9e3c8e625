"""Instances as they were before a failure ended them, so that a person can retry it.

Revision: 0035, after 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "instance_before_end",
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_by", sa.String(), nullable=True),
        sa.Column("suspension_reason", sa.String(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_instance_before_end_instance_id_process_instance",
        ),
        sa.PrimaryKeyConstraint("instance_id", name="pk_instance_before_end"),
    )
    op.create_index("ix_instance_before_end_root_id", "instance_before_end", ["root_id"])


def downgrade() -> None:
    op.drop_index("ix_instance_before_end_root_id", "instance_before_end")
    op.drop_table("instance_before_end")
