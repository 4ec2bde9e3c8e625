"""Indexes that hold nothing but the open tasks nobody was told of yet.

Revision: 0038, after 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TO_TELL = (
    ("ix_user_task_untold", "created_at", "status = 'open' AND told_at IS NULL"),
    ("ix_user_task_late", "due_at", "status = 'open' AND late_told_at IS NULL"),
)


def upgrade() -> None:
    for name, column, those in _TO_TELL:
        where = sa.text(those)
        op.create_index(name, "user_task", [column], postgresql_where=where, sqlite_where=where)
    op.drop_index("ix_user_task_told", "user_task")


def downgrade() -> None:
    op.create_index("ix_user_task_told", "user_task", ["status", "told_at"])
    for name, _, _ in _TO_TELL:
        op.drop_index(name, "user_task")
