"""Calendars of agencies as dated data, and what a dossier's clock shows.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NOW = sa.DateTime(timezone=True)
_DOSSIER_COLUMNS = ("calendar_code", "calendar_revision", "clock_limit", "warn_at")
_PAUSE_COLUMNS = ("key", "reason", "note", "legal_basis")


def upgrade() -> None:
    _create_calendars()
    _create_days()
    _create_outages()
    _create_extensions()
    op.add_column("dossier", _text("calendar_code"))
    op.add_column(
        "dossier", sa.Column("calendar_revision", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("dossier", sa.Column("clock_limit", sa.JSON(), nullable=True))
    op.add_column("dossier", sa.Column("warn_at", _NOW, nullable=True))
    op.create_index("ix_dossier_calendar_code", "dossier", ["calendar_code"])
    op.create_index("ix_dossier_warn_at", "dossier", ["warn_at"])
    op.add_column("process_instance", _text("calendar_code"))
    with op.batch_alter_table("dossier_pause") as pause:
        for name in _PAUSE_COLUMNS:
            pause.add_column(_text(name))
        pause.add_column(sa.Column("paused_by", sa.Uuid(), nullable=True))
        pause.create_foreign_key(
            "fk_dossier_pause_paused_by_user_account", "user_account", ["paused_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("dossier_pause") as pause:
        pause.drop_constraint("fk_dossier_pause_paused_by_user_account", type_="foreignkey")
        pause.drop_column("paused_by")
        for name in _PAUSE_COLUMNS:
            pause.drop_column(name)
    op.drop_column("process_instance", "calendar_code")
    op.drop_index("ix_dossier_warn_at", "dossier")
    op.drop_index("ix_dossier_calendar_code", "dossier")
    for name in _DOSSIER_COLUMNS:
        op.drop_column("dossier", name)
    for table in (
        "dossier_extension",
        "outage",
        "calendar_day",
        "calendar_week",
        "calendar_change",
        "office_calendar",
    ):
        op.drop_table(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=sa.text("''"))


def _create_calendars() -> None:
    op.create_table(
        "office_calendar",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_code"],
            ["office_calendar.code"],
            name="fk_office_calendar_parent_code_office_calendar",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_office_calendar"),
    )
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_code", sa.String(), nullable=False),
        sa.Column("made_at", _NOW, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_by_name", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("counted_upto", sa.Uuid(), nullable=True),
        sa.Column("counted_at", _NOW, nullable=True),
        _of_calendar("calendar_change"),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name="fk_calendar_change_made_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_change"),
    )
    op.create_index("ix_calendar_change_counted_at", "calendar_change", ["counted_at"])


def _create_days() -> None:
    op.create_table(
        "calendar_week",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        _of_calendar("calendar_week"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_week"),
    )
    op.create_index("ix_calendar_week_calendar_code", "calendar_week", ["calendar_code"])
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_code", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        _of_calendar("calendar_day"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_day"),
    )
    op.create_index("ix_calendar_day_calendar_code_day", "calendar_day", ["calendar_code", "day"])


def _of_calendar(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_calendar_code_office_calendar"
    return sa.ForeignKeyConstraint(["calendar_code"], ["office_calendar.code"], name=name)


def _create_outages() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("calendar_code", sa.String(), nullable=False),
        sa.Column("started_at", _NOW, nullable=False),
        sa.Column("ended_at", _NOW, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("announced_at", _NOW, nullable=False),
        sa.Column("announced_by", sa.Uuid(), nullable=True),
        sa.Column("announced_by_name", sa.String(), nullable=False),
        sa.Column("counted_upto", sa.Uuid(), nullable=True),
        sa.Column("counted_at", _NOW, nullable=True),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announced_by"], ["user_account.id"], name="fk_outage_announced_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outage"),
    )
    op.create_index("ix_outage_counted_at", "outage", ["counted_at"])


def _create_extensions() -> None:
    op.create_table(
        "dossier_extension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("extended_at", _NOW, nullable=False),
        sa.Column("old_due", _NOW, nullable=False),
        sa.Column("new_due", _NOW, nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("extended_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_dossier_extension_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["extended_by"],
            ["user_account.id"],
            name="fk_dossier_extension_extended_by_user_account",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_extension"),
    )
    op.create_index("ix_dossier_extension_dossier_id", "dossier_extension", ["dossier_id"])
