"""Decisions of earlier releases get their line in the log: the legal clock is read from there.

Revision: 0019, after 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NOTE = """
    INSERT INTO instance_event (instance_id, kind, actor_name, occurred_at, data)
    SELECT dossier.instance_id, 'dossier.decided', '', dossier.decided_at, '{}'
    FROM dossier
    WHERE dossier.decided_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM instance_event
        WHERE instance_event.instance_id = dossier.instance_id
          AND instance_event.kind = 'dossier.decided'
    )
    ORDER BY dossier.decided_at
"""


def upgrade() -> None:
    op.execute(_NOTE)


def downgrade() -> None:
    """The old code does not read these lines; the new one would need them again."""
