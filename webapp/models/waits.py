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
    error_details: Mapped[str | None]  # of the last error: a traceback, a server's answer
    priority: Mapped[int] = mapped_column(default=0, server_default="0")  # higher goes first
    retry_cycle: Mapped[str | None]  # as the model says, e.g. R3/PT10M
    worker_id: Mapped[str | None]  # who holds the lease
    lease: Mapped[int] = mapped_column(default=0, server_default="0")  # counts; a late one is known
    lost_leases: Mapped[int] = mapped_column(default=0, server_default="0")  # ended unnoticed
    carried_at: Mapped[datetime | None]  # handed to the broker, where there is one


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


class IncidentKind(StrEnum):
    JOB = "job"
    TIMER = "timer"
    START_TIMER = "start_timer"
    DELIVERY = "delivery"  # a message or signal that its receiver could not take
    OUTSIDE = "outside"  # a called process or a decision that is not published
    FAILED = "failed"  # an error that nothing caught ended the outermost process
    UNHANDLED = "unhandled"  # a job of a topic that nobody asks for


class Incident(Base):
    """Something a person must look at: what failed for good, or what nobody does."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_open", "resolved_at", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID | None] = mapped_column(  # None: there is no instance yet
        ForeignKey("process_instance.id"), index=True
    )
    definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_definition.id"))
    kind: Mapped[str] = mapped_column(default=IncidentKind.JOB, server_default="job")
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"), index=True)
    subject_id: Mapped[UUID | None]  # what is retried; that may be gone
    element_id: Mapped[str | None]
    message: Mapped[str]
    sentence: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # to tell it in any language
    details: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    resolution: Mapped[str | None]  # retried, dismissed, overtaken
    note: Mapped[str | None]  # what the person wrote who resolved it


class Delivery(Base):
    """A message or signal on its way to one receiver. Gone when it arrived or could not any more.

    Either a token of an instance waits for it, or a start event does (``start_trigger_id``).
    """

    __tablename__ = "delivery"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    instance_id: Mapped[UUID]  # of the receiver; the new one's where a start event receives
    start_trigger_id: Mapped[UUID | None]
    token_id: Mapped[str | None]
    is_signal: Mapped[bool]
    name: Mapped[str]
    variables: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    retries_left: Mapped[int]
    last_error: Mapped[str | None]


class OutsideKind(StrEnum):
    CALL = "call"
    DECISION = "decision"
    CANCELLED = "cancelled"  # a called instance that a person took away


class OutsideWait(Base):
    """A token that found no process to call, or no decision to ask. Gone when it found one.

    ``due_at`` is when it is asked again: set when a person retries, or when somebody publishes.
    """

    __tablename__ = "outside_wait"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    token_id: Mapped[str]
    element_id: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(index=True)  # of the process or decision
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
