"""What an incident says as template and params, so that it can be told in the reader's language.

Revision: 0031, after 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("sentence", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("incident", "sentence")
