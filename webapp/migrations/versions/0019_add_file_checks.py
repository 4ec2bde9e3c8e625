"""Files that wait for the virus scanner; which version of a draft somebody saved.

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "attachment",
        sa.Column("scan_pending", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "user_task",
        sa.Column("draft_revision", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column("user_task", sa.Column("draft_saved_by", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("user_task", "draft_saved_by")
    op.drop_column("user_task", "draft_revision")
    op.drop_column("attachment", "scan_pending")
