"""Filters of lists, kept under a name.

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_saved_view()
    _create_default_view()


def _create_saved_view() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listing", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("group_key", sa.String(), nullable=True),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_saved_view_user_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["group_key"], ["user_group.key"], name="fk_saved_view_group_key_user_group"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name="fk_saved_view_created_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint(
            "user_id", "listing", "name", name="uq_saved_view_user_id_listing_name"
        ),
        sa.UniqueConstraint(
            "group_key", "listing", "name", name="uq_saved_view_group_key_listing_name"
        ),
    )


def _create_default_view() -> None:
    op.create_table(
        "default_view",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("listing", sa.String(), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_default_view_user_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_view.id"], name="fk_default_view_view_id_saved_view"
        ),
        sa.PrimaryKeyConstraint("user_id", "listing", name="pk_default_view"),
    )
    op.create_index("ix_default_view_view_id", "default_view", ["view_id"])


def downgrade() -> None:
    op.drop_table("default_view")
    op.drop_table("saved_view")
