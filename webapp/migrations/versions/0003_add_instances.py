"""Process instances, their events and timings.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_process_instance()
    _create_instance_event()
    _create_element_timing()


def downgrade() -> None:
    op.drop_table("element_timing")
    op.drop_table("instance_event")
    op.drop_table("process_instance")


def _create_process_instance() -> None:
    op.create_table(
        "process_instance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definition.id"],
            name="fk_process_instance_definition_id_process_definition",
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["user_account.id"], name="fk_process_instance_started_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_process_instance"),
    )
    op.create_index("ix_process_instance_definition_id", "process_instance", ["definition_id"])


def _create_instance_event() -> None:
    op.create_table(
        "instance_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=True),
        sa.Column("token_id", sa.String(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name="fk_instance_event_actor_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_instance_event_instance_id_process_instance",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_instance_event"),
    )
    op.create_index("ix_instance_event_instance_id_id", "instance_event", ["instance_id", "id"])


def _create_element_timing() -> None:
    op.create_table(
        "element_timing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_seconds", sa.Integer(), nullable=True),
        sa.Column("working_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definition.id"],
            name="fk_element_timing_definition_id_process_definition",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_element_timing_instance_id_process_instance",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_element_timing"),
    )
    op.create_index(
        "ix_element_timing_definition_id_element_id",
        "element_timing",
        ["definition_id", "element_id"],
    )
    op.create_index("ix_element_timing_instance_id", "element_timing", ["instance_id"])
