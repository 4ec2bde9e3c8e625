"""PostgreSQL tidies up the candidates of open tasks early.

An index has all that the inbox reads of them, but only of pages that a vacuum has marked as seen
by all is it believed. The tasks that are open are the youngest rows: by default a vacuum would come
when a fifth of all rows, those of years, are new or changed.

Revision: 0040, after 0039
"""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_SHARES = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        shares = ", ".join(f"{name} = 0.01" for name in _SHARES)
        op.execute(f"ALTER TABLE user_task_candidate SET ({shares})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE user_task_candidate RESET ({', '.join(_SHARES)})")
