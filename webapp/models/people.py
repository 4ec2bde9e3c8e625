"""People, groups, roles and their sessions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.db import Base

group_member = Table(
    "group_member",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("group_key", ForeignKey("user_group.key"), primary_key=True, index=True),
)


class UserAccount(Base):
    """A person who can sign in with a password kept on this server."""

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    title: Mapped[str]
    password_hash: Mapped[str]  # argon2id
    is_active: Mapped[bool]
    is_demo: Mapped[bool]  # offered on the sign-in page in demo mode
    created_at: Mapped[datetime]
    failed_sign_ins: Mapped[int]  # in a row
    locked_until: Mapped[datetime | None]
    agency_id: Mapped[UUID | None] = mapped_column(index=True)  # agencies are never deleted

    groups: Mapped[list["UserGroup"]] = relationship(secondary=group_member)
    roles: Mapped[list["UserRole"]] = relationship(cascade="all, delete-orphan")


class UserGroup(Base):
    """A desk or unit; its key is what models name as candidate group."""

    __tablename__ = "user_group"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    # the worker gives its new tasks to the member with the least to do
    shares_out: Mapped[bool] = mapped_column(default=False, server_default=false())


class UserRole(Base):
    __tablename__ = "user_role"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)  # webapp.actors.Role


class Absence(Base):
    """One absence of one person: from ``starts_at`` on, up to but not at ``ends_at``."""

    __tablename__ = "absence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    substitute_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]  # name, as in the event log
    cancelled_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]  # back before the end that was entered


class UserSession(Base):
    """A signed-in browser. The cookie holds a secret; only its sha256 is kept."""

    __tablename__ = "user_session"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiKey(Base):
    """What a program shows instead of a session. The program holds a secret; here is its sha256."""

    __tablename__ = "api_key"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str]  # what it is for
    token_sha256: Mapped[str] = mapped_column(unique=True)
    roles: Mapped[list[str] | None] = mapped_column(JSON)  # of the account's roles; None: all
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]  # exact to a few minutes
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """One command that was carried out, and how it was answered."""

    __tablename__ = "idempotency_key"

    scope: Mapped[str] = mapped_column(primary_key=True)  # user id, or system
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]  # of what was asked; another question may not use the key again
    outcome: Mapped[Any | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)


class Notice(Base):
    """One thing told to one person, written in the transaction of what happened."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_mine", "user_id", "read_at", "created_at"),
        Index("ix_notice_digest", "in_digest", "digested_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str]  # operations.notifying.Kind
    dossier_id: Mapped[UUID | None]
    user_task_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)  # what its sentence names
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    in_digest: Mapped[bool]
    digested_at: Mapped[datetime | None]


class NoticeSetting(Base):
    """How one person wishes to be told; without a row by the usual choices, in the page only."""

    __tablename__ = "notice_setting"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    email: Mapped[str]  # "": none
    language: Mapped[str]  # of e-mails
    choices: Mapped[dict[str, str]] = mapped_column(JSON)  # operations.notifying.Way by kind
    digest_hour: Mapped[int]
    digest_on: Mapped[date | None]  # the day of the last digest


class Mail(Base):
    """The outbox: an e-mail to one person, until the mail server has taken it."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_due", "due_at", "leased_until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # None: taken by the server, or given up
    leased_until: Mapped[datetime | None]
    tries: Mapped[int]
    last_error: Mapped[str]
    sent_at: Mapped[datetime | None]
