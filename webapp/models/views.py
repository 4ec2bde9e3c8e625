"""Filters of lists, kept under a name."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class Listing(StrEnum):
    """A list whose filters are kept."""

    INBOX = "inbox"
    DOSSIERS = "dossiers"


class SavedView(Base):
    """One filter of one list: of a person, or of a desk for all of its people."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("user_id", "listing", "name"),
        UniqueConstraint("group_key", "listing", "name"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    listing: Mapped[str]
    name: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    group_key: Mapped[str | None] = mapped_column(ForeignKey("user_group.key"))
    filters: Mapped[dict[str, str]] = mapped_column(JSON)  # as in the address of the page
    created_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]


class DefaultView(Base):
    """The view with which a list begins for a person."""

    __tablename__ = "default_view"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    listing: Mapped[str] = mapped_column(primary_key=True)
    view_id: Mapped[UUID] = mapped_column(ForeignKey("saved_view.id"), index=True)
