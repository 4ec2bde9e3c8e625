"""A dossier that an event began has no applicant; until now the procedure stood in their place.

Revision: 0033, after 0032
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("update dossier set applicant_name = '' where channel = 'event'")


def downgrade() -> None:
    op.execute(
        "update dossier set applicant_name = (select process_definition.name"
        " from process_definition where process_definition.id = dossier.definition_id)"
        " where channel = 'event'"
    )
