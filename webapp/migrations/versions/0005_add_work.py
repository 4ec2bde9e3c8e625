"""User tasks, attachments, jobs, timers, messages and incidents.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_user_task()
    _index_user_task()
    _create_user_task_candidate()
    _create_attachment()
    _create_job()
    _create_timer()
    _create_message_subscription()
    _create_incident()


def downgrade() -> None:
    op.drop_table("incident")
    op.drop_table("message_subscription")
    op.drop_table("timer")
    op.drop_table("job")
    op.drop_table("attachment")
    op.drop_table("user_task_candidate")
    op.drop_table("user_task")


def _create_user_task() -> None:
    op.create_table(
        "user_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("form_ref", sa.String(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("draft_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["user_account.id"], name="fk_user_task_assignee_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["completed_by"], ["user_account.id"], name="fk_user_task_completed_by_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definition.id"],
            name="fk_user_task_definition_id_process_definition",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_user_task_instance_id_process_instance",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user_task"),
    )


def _index_user_task() -> None:
    op.create_index("ix_user_task_instance", "user_task", ["instance_id", "status"])
    op.create_index("ix_user_task_mine", "user_task", ["assignee_id", "status", "due_at"])
    op.create_index("ix_user_task_open", "user_task", ["status", "due_at"])


def _create_user_task_candidate() -> None:
    op.create_table(
        "user_task_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_task_id", sa.Uuid(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=True),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_task.id"], name="fk_user_task_candidate_user_task_id_user_task"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_user_task_candidate"),
    )
    op.create_index(
        "ix_user_task_candidate_group", "user_task_candidate", ["group_key", "status", "due_at"]
    )
    op.create_index("ix_user_task_candidate_task", "user_task_candidate", ["user_task_id"])


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("user_task_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_attachment_instance_id_process_instance",
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["user_account.id"], name="fk_attachment_uploaded_by_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_task.id"], name="fk_attachment_user_task_id_user_task"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_instance_id", "attachment", ["instance_id"])
    op.create_index("ix_attachment_user_task_id", "attachment", ["user_task_id"])


def _create_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("retries_left", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_job_instance_id_process_instance"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_due", "job", ["status", "due_at"])
    op.create_index("ix_job_instance_id", "job", ["instance_id"])


def _create_timer() -> None:
    op.create_table(
        "timer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("timer_id", sa.String(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retries_left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_timer_instance_id_process_instance"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
    )
    op.create_index("ix_timer_due_at", "timer", ["due_at"])
    op.create_index("ix_timer_instance_id", "timer", ["instance_id"])


def _create_message_subscription() -> None:
    op.create_table(
        "message_subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("correlation_key", sa.String(), nullable=True),
        sa.Column("is_signal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_message_subscription_instance_id_process_instance",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message_subscription"),
    )
    op.create_index("ix_message_subscription_instance_id", "message_subscription", ["instance_id"])
    op.create_index(
        "ix_message_subscription_name", "message_subscription", ["name", "correlation_key"]
    )


def _create_incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("element_id", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["process_instance.id"],
            name="fk_incident_instance_id_process_instance",
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_incident_job_id_job"),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["user_account.id"], name="fk_incident_resolved_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    op.create_index("ix_incident_instance_id", "incident", ["instance_id"])
