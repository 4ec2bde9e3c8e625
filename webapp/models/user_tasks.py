"""Work that waits for a person."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, func, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class UserTaskStatus(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Hand(StrEnum):
    """Why a task is in other hands than its owner's."""

    DELEGATED = "delegated"  # a colleague prepares it and gives it back
    SUBSTITUTED = "substituted"  # the owner is away


def _index_of(name: str, column: str, those: str) -> Index:
    """Return an index of those rows only."""
    return Index(name, column, postgresql_where=text(those), sqlite_where=text(those))


class UserTask(Base):
    """One row per token that rests on a user task. Columns the inbox sorts by are kept here."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index("ix_user_task_mine", "assignee_id", "status", "due_at"),
        Index("ix_user_task_instance", "instance_id", "status"),
        Index("ix_user_task_open", "status", "due_at"),
        _index_of("ix_user_task_untold", "created_at", "status = 'open' AND told_at IS NULL"),
        _index_of("ix_user_task_late", "due_at", "status = 'open' AND late_told_at IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    token_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default=UserTaskStatus.OPEN)
    form_ref: Mapped[str | None]
    priority: Mapped[int]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]  # first seen by its assignee
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # posted values as typed
    draft_saved_at: Mapped[datetime | None]
    draft_saved_by: Mapped[UUID | None]
    draft_revision: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # grows with every save
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # as completed
    owner_id: Mapped[UUID | None] = mapped_column(index=True)  # whose it is, in other hands
    hand: Mapped[str | None]  # Hand
    told_at: Mapped[datetime | None]  # when people were told that it is there
    late_told_at: Mapped[datetime | None]  # and that it is overdue
    hand_note: Mapped[str | None]  # what was said when it was handed on or back
    root_instance_id: Mapped[UUID | None] = mapped_column(index=True)  # of a called instance

    @classmethod
    def dossier_instance(cls) -> ColumnElement[UUID]:
        """Return the instance that has the dossier: the outermost caller, else its own."""
        return func.coalesce(cls.root_instance_id, cls.instance_id)

    @classmethod
    def belongs_to(cls, instance_id: UUID) -> ColumnElement[bool]:
        """Return whether a task is one of an instance with a dossier, or of what that calls."""
        return or_(cls.instance_id == instance_id, cls.root_instance_id == instance_id)

    @classmethod
    def belongs_to_any(cls, instance_ids: Any) -> ColumnElement[bool]:
        """Return whether a task is one of these instances, or of what they call."""
        return or_(cls.instance_id.in_(instance_ids), cls.root_instance_id.in_(instance_ids))


class UserTaskCandidate(Base):
    """A group (or one person, ``username``) that may claim an open, unassigned task."""

    __tablename__ = "user_task_candidate"
    __table_args__ = (
        Index(
            "ix_user_task_candidate_group",
            *("group_key", "status", "due_at", "user_task_id"),
            postgresql_include=["definition_id", "element_id"],
        ),
        Index("ix_user_task_candidate_task", "user_task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"))
    group_key: Mapped[str | None]
    username: Mapped[str | None]
    status: Mapped[str]  # of the task: unclaimed, claimed, ended; kept here for the index
    due_at: Mapped[datetime | None]
    definition_id: Mapped[UUID | None]  # these two of the task, too, for the filters of the inbox;
    element_id: Mapped[str | None]  # None in rows that a version before 0036 wrote
