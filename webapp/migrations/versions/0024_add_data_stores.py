"""Data stores: what processes keep outside of their instances.

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_store",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_data_store"),
    )
    op.create_table(
        "data_store_item",
        sa.Column("store_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["data_store.id"], name="fk_data_store_item_store_id_data_store"
        ),
        sa.PrimaryKeyConstraint("store_id", "key", name="pk_data_store_item"),
    )


def downgrade() -> None:
    op.drop_table("data_store_item")
    op.drop_table("data_store")
