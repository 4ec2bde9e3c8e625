"""From when on the legal limit of a dossier is near, whether somebody was warned or not.

Revision: 0029, after 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# Whoever was warned already, or was near from the beginning, is near.
_FILL = """
UPDATE dossier SET near_at = COALESCE(warn_at, received_at)
WHERE decided_at IS NULL AND promised_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM dossier_pause
    WHERE dossier_pause.dossier_id = dossier.id AND dossier_pause.ended_at IS NULL
)
"""


def upgrade() -> None:
    op.add_column("dossier", sa.Column("near_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_dossier_near_at", "dossier", ["near_at"])
    op.execute(_FILL)


def downgrade() -> None:
    op.drop_index("ix_dossier_near_at", "dossier")
    op.drop_column("dossier", "near_at")
