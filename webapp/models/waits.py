"""What instances wait for besides people: jobs, timers, messages; and incidents."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class JobStatus(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"  # no retries left: there is an incident


class Job(Base):
    """Work for a program. Claimed by a guarded UPDATE of its lease."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "status", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    token_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    topic: Mapped[str]
    variables: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str]
    retries_left: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class Timer(Base):
    """An armed timer of an instance. Gone when it fired or its host left."""

    __tablename__ = "timer"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    timer_id: Mapped[str]
    token_id: Mapped[str]
    element_id: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    retries_left: Mapped[int]


class MessageSubscription(Base):
    """A token that waits for a message or a signal (``is_signal``)."""

    __tablename__ = "message_subscription"
    __table_args__ = (Index("ix_message_subscription_name", "name", "correlation_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    token_id: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    is_signal: Mapped[bool]


class Incident(Base):
    """Something a person must look at: a job or timer that failed for good."""

    __tablename__ = "incident"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"))
    element_id: Mapped[str | None]
    message: Mapped[str]
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
