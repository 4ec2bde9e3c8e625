"""When, by whom and why an instance is suspended.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("process_instance", sa.Column("suspended_at", sa.DateTime(timezone=True)))
    op.add_column("process_instance", sa.Column("suspended_by", sa.String()))
    op.add_column("process_instance", sa.Column("suspension_reason", sa.String()))


def downgrade() -> None:
    for name in ("suspension_reason", "suspended_by", "suspended_at"):
        op.drop_column("process_instance", name)
