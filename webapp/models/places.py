"""Provinces and communes with the days from and to which they are so named."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class Place(Base):
    """A province or commune as an administrator imported it; a province has no parent."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("code", "parent_code", "valid_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str]
    parent_code: Mapped[str]  # of the province; "" for a province
    name: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the last day
