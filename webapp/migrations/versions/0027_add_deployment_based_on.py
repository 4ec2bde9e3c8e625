"""Which published deployment a draft was edited from, so that nothing is published over.

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deployment", sa.Column("based_on", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("deployment", "based_on")
