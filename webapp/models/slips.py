"""Printed papers: templates that administrators edit, and every paper that was made."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class SlipTemplate(Base):
    """One version of the template of a purpose; the newest is used."""

    __tablename__ = "slip_template"
    __table_args__ = (UniqueConstraint("purpose", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    purpose: Mapped[str]
    version: Mapped[int]
    source: Mapped[str]  # Typst
    note: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class Slip(Base):
    """One paper as made: its number, what it says, the PDF by its hash."""

    __tablename__ = "slip"
    __table_args__ = (Index("ix_slip_dossier", "dossier_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dossier_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier.id"))
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("dossier_action.id"))
    purpose: Mapped[str]
    agency_code: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]  # gap-free per agency, purpose and year; 0 where the paper has none
    symbol: Mapped[str]  # as printed: 12/TNHS
    template_version: Mapped[int]  # 0: as shipped
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the template was given
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str]
    void_reason: Mapped[str]


class SlipListed(Base):
    """A dossier that a paper of several dossiers names: a hand-over list, a register."""

    __tablename__ = "slip_listed"

    slip_id: Mapped[UUID] = mapped_column(ForeignKey("slip.id"), primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True, index=True)
