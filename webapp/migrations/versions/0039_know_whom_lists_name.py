"""Which dossiers a printed list names, and whether a rule empties data stores, too.

Revision: 0039, after 0038
"""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_SLIP = sa.table(
    "slip",
    sa.column("id", sa.Uuid()),
    sa.column("dossier_id", sa.Uuid()),
    sa.column("content", sa.JSON()),
)
_DOSSIER = sa.table("dossier", sa.column("id", sa.Uuid()), sa.column("code", sa.String()))
_CODE = 1  # its place in a row of a list


def upgrade() -> None:
    op.add_column(
        "retention_rule",
        sa.Column("data_stores", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    listed = op.create_table(
        "slip_listed",
        sa.Column("slip_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_slip_listed_slip_id_slip")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_slip_listed_dossier_id_dossier")
        ),
        sa.PrimaryKeyConstraint("slip_id", "dossier_id", name=op.f("pk_slip_listed")),
    )
    op.create_index("ix_slip_listed_dossier_id", "slip_listed", ["dossier_id"])
    for slip_id, dossier_ids in _named():
        rows = [{"slip_id": slip_id, "dossier_id": one} for one in dossier_ids]
        op.bulk_insert(listed, rows)


def downgrade() -> None:
    op.drop_index("ix_slip_listed_dossier_id", "slip_listed")
    op.drop_table("slip_listed")
    op.drop_column("retention_rule", "data_stores")


def _named() -> Iterator[tuple[UUID, list[UUID]]]:
    """Yield each list made so far with the dossiers whose codes stand in its rows."""
    database = op.get_bind()
    lists = sa.select(_SLIP.c.id, _SLIP.c.content).where(_SLIP.c.dossier_id.is_(None))
    for slip_id, content in database.execute(lists).all():
        found = (content or {}).get("rows") or []
        codes = {row[_CODE] for row in found if isinstance(row, list) and len(row) > _CODE}
        ids = sa.select(_DOSSIER.c.id).where(_DOSSIER.c.code.in_(codes))
        if codes:
            yield slip_id, list(database.scalars(ids))
