"""From which file of an earlier dossier a paper was taken; earlier dossiers of a person found fast.

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("reused_from", sa.Uuid(), nullable=True))
    op.create_index("ix_dossier_applicant_identity", "dossier", ["applicant_identity"])


def downgrade() -> None:
    op.drop_index("ix_dossier_applicant_identity", "dossier")
    op.drop_column("attachment", "reused_from")
