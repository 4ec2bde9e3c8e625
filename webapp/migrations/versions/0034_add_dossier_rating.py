"""How a fee was paid, and how content the applicant was, beside each dossier.

Revision: 0034, after 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dossier", sa.Column("paid_how", sa.String(), server_default="", nullable=False))
    op.add_column("dossier", sa.Column("rating", sa.Integer(), nullable=True))
    op.add_column("dossier", sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("dossier", "rated_at")
    op.drop_column("dossier", "rating")
    op.drop_column("dossier", "paid_how")
