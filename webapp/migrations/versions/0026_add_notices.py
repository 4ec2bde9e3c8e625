"""What people are told, how they wish it, and the outbox of their e-mails.

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_notice()
    _create_notice_setting()
    _create_mail()
    _extend_user_task()
    # Nobody is told of what was there before.
    op.execute("UPDATE user_task SET told_at = created_at, late_told_at = created_at")


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("user_task_id", sa.Uuid(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_digest", sa.Boolean(), nullable=False),
        sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_notice_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_mine", "notice", ["user_id", "read_at", "created_at"])
    op.create_index("ix_notice_digest", "notice", ["in_digest", "digested_at"])


def _create_notice_setting() -> None:
    op.create_table(
        "notice_setting",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_notice_setting_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_notice_setting"),
    )


def _create_mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_mail_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
    )
    op.create_index("ix_mail_due", "mail", ["due_at", "leased_until"])
    op.create_index("ix_mail_user_id", "mail", ["user_id"])


def _extend_user_task() -> None:
    op.add_column("user_task", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("user_task", sa.Column("late_told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_user_task_told", "user_task", ["status", "told_at"])


def downgrade() -> None:
    op.drop_index("ix_user_task_told", "user_task")
    op.drop_column("user_task", "late_told_at")
    op.drop_column("user_task", "told_at")
    op.drop_index("ix_mail_user_id", "mail")
    op.drop_index("ix_mail_due", "mail")
    op.drop_table("mail")
    op.drop_table("notice_setting")
    op.drop_index("ix_notice_digest", "notice")
    op.drop_index("ix_notice_mine", "notice")
    op.drop_table("notice")
