"""Which agency took over the dossiers of one that ended.

Revision: 0037, after 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agency_period", sa.Column("successor_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("agency_period", "successor_id")
