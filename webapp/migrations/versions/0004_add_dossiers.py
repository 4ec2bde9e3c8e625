"""Dossiers, their pauses and number registers.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_dossier()
    _index_dossier()
    _create_dossier_group()
    _create_dossier_pause()
    _create_number_register()


def downgrade() -> None:
    op.drop_table("number_register")
    op.drop_table("dossier_pause")
    op.drop_table("dossier_group")
    op.drop_table("dossier")


def _create_dossier() -> None:
    op.create_table(
        "dossier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("tracking_token", sa.String(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        *_applicant(),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=True),
        sa.Column("first_promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definition.id"],
            name="fk_dossier_definition_id_process_definition",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_dossier_instance_id_process_instance"
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["user_account.id"], name="fk_dossier_received_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier"),
        sa.UniqueConstraint("instance_id", name="uq_dossier_instance_id"),
        sa.UniqueConstraint("code", name="uq_dossier_code"),
        sa.UniqueConstraint("tracking_token", name="uq_dossier_tracking_token"),
    )


def _applicant() -> list[sa.Column[str]]:
    names = ("name", "identity", "phone", "email", "address")
    return [sa.Column(f"applicant_{name}", sa.String(), nullable=False) for name in names]


def _index_dossier() -> None:
    op.create_index("ix_dossier_definition_id", "dossier", ["definition_id"])
    op.create_index("ix_dossier_received", "dossier", ["received_at"])
    op.create_index("ix_dossier_state", "dossier", ["state"])


def _create_dossier_group() -> None:
    op.create_table(
        "dossier_group",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_group_dossier_id_dossier"
        ),
        sa.PrimaryKeyConstraint("dossier_id", "group_key", name="pk_dossier_group"),
    )
    op.create_index("ix_dossier_group_group_key", "dossier_group", ["group_key", "dossier_id"])


def _create_dossier_pause() -> None:
    op.create_table(
        "dossier_pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_pause_dossier_id_dossier"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_pause"),
    )
    op.create_index("ix_dossier_pause_dossier_id", "dossier_pause", ["dossier_id"])


def _create_number_register() -> None:
    op.create_table(
        "number_register",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_number_register"),
        sa.UniqueConstraint(
            "series", "period_start", name="uq_number_register_series_period_start"
        ),
    )
