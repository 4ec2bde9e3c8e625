"""Agencies as a dated tree; actions, notes, hand-overs and slips of dossiers.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_agency()
    _create_legal_reason()
    _create_slip_template()
    _create_agency_period()
    _create_handover()
    _create_dossier_action()
    _create_dossier_look()
    _create_dossier_note()
    _create_handover_item()
    _create_slip()
    _extend_dossier()
    _extend_user_account()


def _create_agency() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agency"),
        sa.UniqueConstraint("key", name="uq_agency_key"),
    )


def _create_legal_reason() -> None:
    op.create_table(
        "legal_reason",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("process_key", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_legal_reason"),
        sa.UniqueConstraint(
            "action", "code", "valid_from", name="uq_legal_reason_action_code_valid_from"
        ),
    )


def _create_slip_template() -> None:
    op.create_table(
        "slip_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slip_template"),
        sa.UniqueConstraint("purpose", "version", name="uq_slip_template_purpose_version"),
    )


def _create_agency_period() -> None:
    op.create_table(
        "agency_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_pattern", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name="fk_agency_period_agency_id_agency"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["agency.id"], name="fk_agency_period_parent_id_agency"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agency_period"),
        sa.UniqueConstraint(
            "agency_id", "valid_from", name="uq_agency_period_agency_id_valid_from"
        ),
    )
    op.create_index("ix_agency_period_agency_id", "agency_period", ["agency_id"], unique=False)
    op.create_index("ix_agency_period_code", "agency_period", ["code"], unique=False)


def _create_handover() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from_name", sa.String(), nullable=False),
        sa.Column("from_user_id", sa.Uuid(), nullable=True),
        sa.Column("to_group_key", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["user_account.id"], name="fk_handover_from_user_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["to_group_key"], ["user_group.key"], name="fk_handover_to_group_key_user_group"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
    )
    op.create_index("ix_handover_to_group_key", "handover", ["to_group_key"], unique=False)


def _create_dossier_action() -> None:
    op.create_table(
        "dossier_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("reason_id", sa.Uuid(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("old_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name="fk_dossier_action_actor_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_action_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["legal_reason.id"], name="fk_dossier_action_reason_id_legal_reason"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_action"),
    )
    op.create_index(
        "ix_dossier_action_dossier", "dossier_action", ["dossier_id", "kind"], unique=False
    )


def _create_dossier_look() -> None:
    op.create_table(
        "dossier_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_look_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_dossier_look_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_look"),
    )
    op.create_index(
        "ix_dossier_look_dossier", "dossier_look", ["dossier_id", "looked_at"], unique=False
    )


def _create_dossier_note() -> None:
    op.create_table(
        "dossier_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("is_instruction", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name="fk_dossier_note_author_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_note_dossier_id_dossier"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_note"),
    )
    op.create_index("ix_dossier_note_dossier_id", "dossier_note", ["dossier_id"], unique=False)


def _create_handover_item() -> None:
    op.create_table(
        "handover_item",
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_handover_item_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name="fk_handover_item_handover_id_handover"
        ),
        sa.PrimaryKeyConstraint("handover_id", "dossier_id", name="pk_handover_item"),
    )
    op.create_index("ix_handover_item_dossier_id", "handover_item", ["dossier_id"], unique=False)


def _create_slip() -> None:
    op.create_table(
        "slip",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.String(), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["dossier_action.id"], name="fk_slip_action_id_dossier_action"
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name="fk_slip_dossier_id_dossier"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name="fk_slip_made_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_slip"),
    )
    op.create_index("ix_slip_dossier", "slip", ["dossier_id", "made_at"], unique=False)


def _extend_dossier() -> None:
    op.add_column("dossier", sa.Column("helped_agency_id", sa.Uuid(), nullable=True))
    op.add_column("dossier", sa.Column("received_agency_id", sa.Uuid(), nullable=True))
    op.add_column("dossier", sa.Column("deciding_agency_id", sa.Uuid(), nullable=True))
    op.add_column("dossier", sa.Column("assisted_by", sa.String(), nullable=True))
    op.add_column(
        "dossier", sa.Column("money_state", sa.String(), server_default="none", nullable=False)
    )
    op.add_column(
        "dossier", sa.Column("delivery_state", sa.String(), server_default="none", nullable=False)
    )
    op.create_index(
        "ix_dossier_deciding_agency_id", "dossier", ["deciding_agency_id"], unique=False
    )
    op.create_index(
        "ix_dossier_received_agency_id", "dossier", ["received_agency_id"], unique=False
    )


def _extend_user_account() -> None:
    op.add_column("user_account", sa.Column("agency_id", sa.Uuid(), nullable=True))
    op.create_index("ix_user_account_agency_id", "user_account", ["agency_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_user_account_agency_id", table_name="user_account")
    op.drop_column("user_account", "agency_id")
    op.drop_index("ix_dossier_received_agency_id", table_name="dossier")
    op.drop_index("ix_dossier_deciding_agency_id", table_name="dossier")
    op.drop_column("dossier", "delivery_state")
    op.drop_column("dossier", "money_state")
    op.drop_column("dossier", "assisted_by")
    op.drop_column("dossier", "deciding_agency_id")
    op.drop_column("dossier", "received_agency_id")
    op.drop_column("dossier", "helped_agency_id")
    op.drop_index("ix_slip_dossier", table_name="slip")
    op.drop_table("slip")
    op.drop_index("ix_handover_item_dossier_id", table_name="handover_item")
    op.drop_table("handover_item")
    op.drop_index("ix_dossier_note_dossier_id", table_name="dossier_note")
    op.drop_table("dossier_note")
    op.drop_index("ix_dossier_look_dossier", table_name="dossier_look")
    op.drop_table("dossier_look")
    op.drop_index("ix_dossier_action_dossier", table_name="dossier_action")
    op.drop_table("dossier_action")
    op.drop_index("ix_handover_to_group_key", table_name="handover")
    op.drop_table("handover")
    op.drop_index("ix_agency_period_code", table_name="agency_period")
    op.drop_index("ix_agency_period_agency_id", table_name="agency_period")
    op.drop_table("agency_period")
    op.drop_table("slip_template")
    op.drop_table("legal_reason")
    op.drop_table("agency")
