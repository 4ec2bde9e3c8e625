"""Instances that call activities start, decisions with versions, and what is not published yet.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_INSTANCE = ("parent_id", "parent_token_id", "root_id")


def upgrade() -> None:
    _extend_process_instance()
    _extend_user_task()
    _extend_process_definition()
    _create_decision_definition()
    _create_outside_wait()


def _extend_process_instance() -> None:
    op.add_column("process_instance", sa.Column("parent_id", sa.Uuid(), nullable=True))
    op.add_column("process_instance", sa.Column("parent_token_id", sa.String(), nullable=True))
    op.add_column("process_instance", sa.Column("root_id", sa.Uuid(), nullable=True))
    op.create_index("ix_process_instance_parent_id", "process_instance", ["parent_id"])
    op.create_index("ix_process_instance_root_id", "process_instance", ["root_id"])


def _extend_user_task() -> None:
    op.add_column("user_task", sa.Column("root_instance_id", sa.Uuid(), nullable=True))
    op.create_index("ix_user_task_root_instance_id", "user_task", ["root_instance_id"])


def _extend_process_definition() -> None:
    op.add_column("process_definition", sa.Column("version_tag", sa.String(), nullable=True))


def _create_decision_definition() -> None:
    op.create_table(
        "decision_definition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("checksum", sa.String(), nullable=False),
        sa.Column("version_tag", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name="fk_decision_definition_deployment_id_deployment",
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["user_account.id"],
            name="fk_decision_definition_published_by_user_account",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision_definition"),
        sa.UniqueConstraint("key", "version", name="uq_decision_definition_key_version"),
    )
    op.create_index(
        "ix_decision_definition_deployment_id", "decision_definition", ["deployment_id"]
    )


def _create_outside_wait() -> None:
    op.create_table(
        "outside_wait",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_outside_wait_instance_id_process_instance",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outside_wait"),
    )
    op.create_index("ix_outside_wait_instance_id", "outside_wait", ["instance_id"])
    op.create_index("ix_outside_wait_key", "outside_wait", ["key"])
    op.create_index("ix_outside_wait_due_at", "outside_wait", ["due_at"])


def downgrade() -> None:
    op.drop_table("outside_wait")
    op.drop_table("decision_definition")
    op.drop_column("process_definition", "version_tag")
    op.drop_index("ix_user_task_root_instance_id", table_name="user_task")
    op.drop_column("user_task", "root_instance_id")
    op.drop_index("ix_process_instance_root_id", table_name="process_instance")
    op.drop_index("ix_process_instance_parent_id", table_name="process_instance")
    for name in _INSTANCE:
        op.drop_column("process_instance", name)
