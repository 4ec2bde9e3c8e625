"""An open user task has no timing any more: it is kept when the task ends.

Revision: 0013, after 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIMINGS_OF_OPEN_TASKS = """
    DELETE FROM element_timing
    WHERE completed_at IS NULL AND cancelled_at IS NULL AND EXISTS (
        SELECT 1 FROM user_task
        WHERE user_task.instance_id = element_timing.instance_id
          AND user_task.token_id = element_timing.token_id
          AND user_task.element_id = element_timing.element_id
          AND user_task.status = 'open'
    )
"""


def upgrade() -> None:
    op.execute(_TIMINGS_OF_OPEN_TASKS)


def downgrade() -> None:
    """The old code starts no timing for a task that is open already: it does not miss any."""
