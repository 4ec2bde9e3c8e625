"""Which unit took a place's place, and who took lists of places over.

Revision: 0030, after 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("place", sa.Column("merged_into", sa.String(), nullable=True))
    op.create_table(
        "place_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("imported_by", sa.Uuid(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["user_account.id"], name="fk_place_import_imported_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_place_import"),
    )


def downgrade() -> None:
    op.drop_table("place_import")
    op.drop_column("place", "merged_into")
