"""What a task is, beside who may claim it, and a list of a group's tasks that an index answers.

Revision: 0036, after 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_LISTED = ["group_key", "status", "due_at"]


def upgrade() -> None:
    op.add_column("user_task_candidate", sa.Column("definition_id", sa.Uuid(), nullable=True))
    op.add_column("user_task_candidate", sa.Column("element_id", sa.String(), nullable=True))
    op.drop_index("ix_user_task_candidate_group", "user_task_candidate")
    op.execute(
        "update user_task_candidate"
        " set definition_id = user_task.definition_id, element_id = user_task.element_id"
        " from user_task where user_task.id = user_task_candidate.user_task_id"
        " and user_task_candidate.status in ('unclaimed', 'claimed')"
    )
    op.create_index(
        "ix_user_task_candidate_group",
        "user_task_candidate",
        [*_LISTED, "user_task_id"],
        postgresql_include=["definition_id", "element_id"],
    )


def downgrade() -> None:
    op.drop_index("ix_user_task_candidate_group", "user_task_candidate")
    op.create_index("ix_user_task_candidate_group", "user_task_candidate", _LISTED)
    op.drop_column("user_task_candidate", "element_id")
    op.drop_column("user_task_candidate", "definition_id")
