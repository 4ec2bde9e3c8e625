"""Files that wait for the virus scanner; which version of a draft somebody saved; places.

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
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
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
        sa.UniqueConstraint(
            "code", "parent_code", "valid_from", name="uq_place_code_parent_code_valid_from"
        ),
    )


def downgrade() -> None:
    op.drop_table("place")
    op.drop_column("user_task", "draft_saved_by")
    op.drop_column("user_task", "draft_revision")
    op.drop_column("attachment", "scan_pending")
