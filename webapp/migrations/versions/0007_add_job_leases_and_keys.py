"""Who holds a job's lease, what an incident is about, deliveries, idempotency keys.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NEW_JOB_COLUMNS = (
    "carried_at",
    "lease",
    "worker_id",
    "retry_cycle",
    "priority",
    "error_details",
)
_NEW_INCIDENT_COLUMNS = (
    "note",
    "resolution",
    "attempts",
    "details",
    "subject_id",
    "kind",
    "definition_id",
)


def upgrade() -> None:
    op.add_column("job", sa.Column("error_details", sa.String(), nullable=True))
    op.add_column("job", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("job", sa.Column("retry_cycle", sa.String(), nullable=True))
    op.add_column("job", sa.Column("worker_id", sa.String(), nullable=True))
    op.add_column("job", sa.Column("lease", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("job", sa.Column("carried_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("incident") as incident:
        incident.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
        incident.add_column(sa.Column("definition_id", sa.Uuid(), nullable=True))
        incident.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="job"))
        incident.add_column(sa.Column("subject_id", sa.Uuid(), nullable=True))
        incident.add_column(sa.Column("details", sa.String(), nullable=True))
        incident.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        incident.add_column(sa.Column("resolution", sa.String(), nullable=True))
        incident.add_column(sa.Column("note", sa.String(), nullable=True))
        incident.create_foreign_key(
            "fk_incident_definition_id_process_definition",
            "process_definition",
            ["definition_id"],
            ["id"],
        )
    op.create_index("ix_incident_job_id", "incident", ["job_id"])
    op.create_index("ix_incident_open", "incident", ["resolved_at", "created_at"])
    _create_delivery()
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_idempotency_key"),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])


def downgrade() -> None:
    op.drop_table("idempotency_key")
    op.drop_table("delivery")
    op.drop_index("ix_incident_open", "incident")
    op.drop_index("ix_incident_job_id", "incident")
    op.execute("DELETE FROM incident WHERE instance_id IS NULL")
    with op.batch_alter_table("incident") as incident:
        incident.drop_constraint("fk_incident_definition_id_process_definition", type_="foreignkey")
        for name in _NEW_INCIDENT_COLUMNS:
            incident.drop_column(name)
        incident.alter_column("instance_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("job") as job:
        for name in _NEW_JOB_COLUMNS:
            job.drop_column(name)


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("start_trigger_id", sa.Uuid(), nullable=True),
        sa.Column("token_id", sa.String(), nullable=True),
        sa.Column("is_signal", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retries_left", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sender_id"],
            ["process_instance.id"],
            name="fk_delivery_sender_id_process_instance",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_sender_id", "delivery", ["sender_id"])
    op.create_index("ix_delivery_due_at", "delivery", ["due_at"])
