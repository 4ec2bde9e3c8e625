"""People, groups, roles and their sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Column, ForeignKey, Table
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


class UserRole(Base):
    __tablename__ = "user_role"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)  # webapp.actors.Role


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
