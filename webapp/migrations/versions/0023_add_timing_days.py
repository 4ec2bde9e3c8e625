"""Timings added up by day.

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_SUMS = (
    "stays",
    "waiting_seconds",
    "working_seconds",
    "paused_seconds",
    "elapsed_seconds",
    "limited",
    "over",
)


def upgrade() -> None:
    op.create_table(
        "timing_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definition.id"],
            name="fk_timing_day_definition_id_process_definition",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_timing_day"),
    )
    op.create_index("ix_timing_day_day", "timing_day", ["day"])
    op.create_index("ix_timing_day_definition_id_day", "timing_day", ["definition_id", "day"])
    op.create_table(
        "timing_summed",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("summed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_timing_summed"),
    )
    op.create_index("ix_element_timing_completed_at", "element_timing", ["completed_at"])


def downgrade() -> None:
    op.drop_index("ix_element_timing_completed_at", "element_timing")
    op.drop_table("timing_summed")
    op.drop_index("ix_timing_day_definition_id_day", "timing_day")
    op.drop_index("ix_timing_day_day", "timing_day")
    op.drop_table("timing_day")
