"""Who carried a plan on, paused it or gave it up, and when.

Revision: 0041, after 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("migration", sa.Column("steps", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("migration", "steps")
