"""The dossier (hồ sơ): what people see of a process instance."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base

EMPTY = text("''")
BY_EVENT = (
    "event"  # channel of what nobody handed in: a timer, message, signal or condition began it
)


class Dossier(Base):
    """One applicant's request, one process instance.

    ``first_promised_at``, ``promised_at``, ``decided_at``, ``verdict``, ``near_at`` and ``warn_at``
    are projections of the clock, a fold over the event log; ``motcua check`` compares them.

    ``state`` is one of the ten published states (1 submitted ... 9 decided, 10 handed over).
    ``search_text`` is code, applicant and procedure folded to lower case without diacritics.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        Index("ix_dossier_received", "received_at"),
        Index("ix_dossier_decided_at_received_at", "decided_at", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), unique=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    tracking_token: Mapped[str] = mapped_column(unique=True)
    state: Mapped[int] = mapped_column(index=True)
    channel: Mapped[str]  # counter, online, post
    subject: Mapped[str]  # what the applicant asks for, one line
    applicant_name: Mapped[str]
    applicant_identity: Mapped[str] = mapped_column(
        index=True
    )  # national id number, "" where not asked
    applicant_phone: Mapped[str]
    applicant_email: Mapped[str]
    applicant_address: Mapped[str]
    search_text: Mapped[str]
    papers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # id, state, form, copies
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)  # of the start form
    received_at: Mapped[datetime]
    received_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    first_promised_at: Mapped[datetime | None]  # as printed on the receipt
    promised_at: Mapped[datetime | None]  # now, after pauses
    decided_at: Mapped[datetime | None]
    # how the decision stood beside the promise: early, on_time, late; "": not decided or no promise
    verdict: Mapped[str] = mapped_column(default="", server_default=EMPTY)
    ended_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]  # its personal data is gone
    outcome: Mapped[str]  # name of the end event reached, "" while it runs
    # Agencies are never deleted: plain ids. Where the person was helped, where it was received,
    # and which agency decides (Decree 309/2026, art. 7 and 8).
    helped_agency_id: Mapped[UUID | None]
    received_agency_id: Mapped[UUID | None] = mapped_column(index=True)
    deciding_agency_id: Mapped[UUID | None] = mapped_column(index=True)
    assisted_by: Mapped[str | None]  # who helped; not who applies
    money_state: Mapped[str] = mapped_column(default="none", server_default="none")
    paid_how: Mapped[str] = mapped_column(default="", server_default=EMPTY)  # counter, online
    rating: Mapped[int | None]  # by the applicant: 1 dissatisfied, 2 neither, 3 satisfied
    rated_at: Mapped[datetime | None]
    delivery_state: Mapped[str] = mapped_column(default="none", server_default="none")
    # its clock counts by
    calendar_code: Mapped[str] = mapped_column(default="", server_default=EMPTY, index=True)
    calendar_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    clock_limit: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # as promised; None: nothing
    near_at: Mapped[datetime | None] = mapped_column(index=True)  # the limit is near from then on
    warn_at: Mapped[datetime | None] = mapped_column(index=True)  # early warning; None: given


class DossierGroup(Base):
    """A group that has or had work in a dossier, and so may see it."""

    __tablename__ = "dossier_group"
    __table_args__ = (Index("ix_dossier_group_group_key", "group_key", "dossier_id"),)

    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)


class DossierPause(Base):
    """A stretch in which the legal clock stood still: by the model's state, or by a person."""

    __tablename__ = "dossier_pause"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    state: Mapped[int]
    element_id: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    office_seconds: Mapped[int | None]  # added to the promised instant when it ended
    # pairs it with its end in the log
    key: Mapped[str] = mapped_column(default="", server_default=EMPTY)
    # supplement, payment, confirmation, outage
    reason: Mapped[str] = mapped_column(default="", server_default=EMPTY)
    note: Mapped[str] = mapped_column(default="", server_default=EMPTY)
    legal_basis: Mapped[str] = mapped_column(default="", server_default=EMPTY)
    paused_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))


class DossierExtension(Base):
    """A promised instant that was moved, with an apology to the applicant."""

    __tablename__ = "dossier_extension"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    extended_at: Mapped[datetime]
    old_due: Mapped[datetime]
    new_due: Mapped[datetime]
    amount: Mapped[str]  # ISO 8601; "" where a date was set
    reason: Mapped[str]
    signer: Mapped[str]
    legal_basis: Mapped[str]
    extended_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))


class Attachment(Base):
    """A file of a dossier. The bytes lie in the file store under their sha256."""

    __tablename__ = "attachment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    user_task_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_task.id"), index=True)
    field: Mapped[str]  # form field or paper id the file belongs to
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime]
    scan_pending: Mapped[bool] = mapped_column(default=False, server_default=false())  # not opened
    reused_from: Mapped[UUID | None] = mapped_column(default=None)  # a file of an earlier dossier


class NumberRegister(Base):
    """The last number given in a gap-free series, e.g. dossiers of one agency on one day."""

    __tablename__ = "number_register"
    __table_args__ = (UniqueConstraint("series", "period_start"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    series: Mapped[str]
    period_start: Mapped[date]
    last_number: Mapped[int]


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
    merged_into: Mapped[str | None] = mapped_column(default=None)  # code of what took its place


class PlaceImport(Base):
    """One list of places that somebody took over."""

    __tablename__ = "place_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    file_name: Mapped[str]
    sha256: Mapped[str]  # of the list's text
    added: Mapped[int]
    changed: Mapped[int]
    same: Mapped[int]
    imported_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    imported_at: Mapped[datetime]
