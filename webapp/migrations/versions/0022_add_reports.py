"""Reports as definitions and issues; how a dossier ended beside its promise.

Revision: 0022, after 0021
"""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BATCH = 1_000  # dossiers


def upgrade() -> None:
    op.add_column(
        "dossier",
        sa.Column("verdict", sa.String(), nullable=False, server_default=sa.text("''")),
    )
    op.create_index("ix_dossier_decided_at_received_at", "dossier", ["decided_at", "received_at"])
    _fill_verdicts()
    op.create_table(
        "report_definition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_definition"),
        sa.UniqueConstraint("key", "version", name="uq_report_definition_key_version"),
    )
    _create_report()
    op.create_table(
        "report_dossier",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_report_dossier_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_report_dossier_report_id_report"
        ),
        sa.PrimaryKeyConstraint("report_id", "dossier_id", name="pk_report_dossier"),
    )
    op.create_index("ix_report_dossier_report_id_facts", "report_dossier", ["report_id", "facts"])


def downgrade() -> None:
    op.drop_index("ix_report_dossier_report_id_facts", "report_dossier")
    op.drop_table("report_dossier")
    op.drop_index("ix_report_issued_at", "report")
    op.drop_table("report")
    op.drop_table("report_definition")
    op.drop_index("ix_dossier_decided_at_received_at", "dossier")
    op.drop_column("dossier", "verdict")


def _create_report() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("grouping", sa.String(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("cut_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_by_name", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["report_definition.id"],
            name="fk_report_definition_id_report_definition",
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["user_account.id"], name="fk_report_issued_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index("ix_report_issued_at", "report", ["issued_at"])


def _fill_verdicts() -> None:
    """Take the verdict of each decided dossier from its log: the last decision counts."""
    connection = op.get_bind()
    update = sa.text(
        "UPDATE dossier SET verdict = :verdict"
        " WHERE instance_id = :instance_id AND decided_at IS NOT NULL"
    )
    decided = list(_decisions(connection))
    for first in range(0, len(decided), BATCH):
        connection.execute(update, decided[first : first + BATCH])
    connection.execute(  # decisions of earlier releases, noted by 0019 without a verdict
        sa.text(
            "UPDATE dossier SET verdict = CASE WHEN decided_at > promised_at THEN 'late'"
            " WHEN decided_at = promised_at THEN 'on_time' ELSE 'early' END"
            " WHERE decided_at IS NOT NULL AND promised_at IS NOT NULL AND verdict = ''"
        )
    )


def _decisions(connection: sa.Connection) -> Iterator[dict[str, object]]:
    found = connection.execute(
        sa.text(
            "SELECT instance_id, data FROM instance_event"
            " WHERE kind = 'dossier.decided' ORDER BY id"
        )
    ).all()
    for row in found:
        data = json.loads(row.data) if isinstance(row.data, str) else row.data
        yield {"instance_id": row.instance_id, "verdict": data.get("status") or ""}
