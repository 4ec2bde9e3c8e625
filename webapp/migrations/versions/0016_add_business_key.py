"""The key under which another program knows an instance.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("process_instance", sa.Column("business_key", sa.String(), nullable=True))
    op.create_index("ix_process_instance_business_key", "process_instance", ["business_key"])


def downgrade() -> None:
    op.drop_index("ix_process_instance_business_key", "process_instance")
    op.drop_column("process_instance", "business_key")
