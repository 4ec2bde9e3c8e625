"""How long personal data is kept: rules that administrators set."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class RetentionRule(Base):
    """After so many months a dossier that has ended loses its personal data."""

    __tablename__ = "retention_rule"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    process_key: Mapped[str]  # of one procedure; "" for all that have no rule of their own
    months: Mapped[int]  # after the end of the dossier
    basis: Mapped[str]  # article and instrument
    # whether what the dossier wrote into data stores goes, too
    data_stores: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]  # None: in force
