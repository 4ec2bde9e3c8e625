"""What people do to a dossier besides its tasks: actions, notes, hand-overs, looks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class LegalReason(Base):
    """A coded reason for an action, in force between two days."""

    __tablename__ = "legal_reason"
    __table_args__ = (UniqueConstraint("action", "code", "valid_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    action: Mapped[str]  # webapp.operations.actions.ActionKind
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    basis: Mapped[str]  # article and instrument
    process_key: Mapped[str]  # of one procedure only; "" for all
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the last day; None: open


class DossierAction(Base):
    """One action: never changed afterwards. The reason is kept in the words of that day."""

    __tablename__ = "dossier_action"
    __table_args__ = (Index("ix_dossier_action_dossier", "dossier_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[str]
    element_id: Mapped[str]  # the waiting event that took it
    reason_id: Mapped[UUID] = mapped_column(ForeignKey("legal_reason.id"))
    reason_code: Mapped[str]
    reason: Mapped[str]
    basis: Mapped[str]
    explanation: Mapped[str]
    points: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # of a supplement: paper, asked
    old_due_at: Mapped[datetime | None]
    new_due_at: Mapped[datetime | None]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    actor_name: Mapped[str]
    happened_at: Mapped[datetime]


class DossierNote(Base):
    """What somebody wrote about a dossier: a note, or a leader's direct instruction."""

    __tablename__ = "dossier_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    is_instruction: Mapped[bool]
    text: Mapped[str]
    mentions: Mapped[list[str]] = mapped_column(JSON)  # user names
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    author_name: Mapped[str]
    written_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # of an instruction
    done_by: Mapped[str]


class DossierLook(Base):
    """Somebody looked at a dossier or one of its files."""

    __tablename__ = "dossier_look"
    __table_args__ = (Index("ix_dossier_look_dossier", "dossier_id", "looked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    user_name: Mapped[str]
    subject: Mapped[str]  # dossier, or the name of a file
    looked_at: Mapped[datetime]


class Handover(Base):
    """Several dossiers given from desk to desk with one list."""

    __tablename__ = "handover"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str]
    from_name: Mapped[str]
    from_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    to_group_key: Mapped[str] = mapped_column(ForeignKey("user_group.key"), index=True)
    note: Mapped[str]
    given_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str]


class HandoverItem(Base):
    """One dossier of a hand-over list."""

    __tablename__ = "handover_item"

    handover_id: Mapped[UUID] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True, index=True)
    position: Mapped[int]
