"""The group that gets tasks which name nobody, and the dialects decided at upload.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("process_definition", sa.Column("default_group", sa.String(), nullable=True))
    op.add_column("deployment", sa.Column("expressions", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deployment") as deployment:
        deployment.drop_column("expressions")
    with op.batch_alter_table("process_definition") as definition:
        definition.drop_column("default_group")
