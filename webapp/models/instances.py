"""Process instances, what happened in them, how long it took, and what they keep together."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class ProcessInstance(Base):
    """The truth about one instance: its snapshot. ``revision`` decides races.

    One that a call activity started hangs on the token of its caller (``parent_id``,
    ``parent_token_id``); ``root_id`` is the outermost caller, whose dossier it works on.
    """

    __tablename__ = "process_instance"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"), index=True)
    status: Mapped[str]  # engine.InstanceStatus
    snapshot: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column()
    started_at: Mapped[datetime]
    started_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
    business_key: Mapped[str | None] = mapped_column(index=True)  # what another program calls it
    suspended_at: Mapped[datetime | None]  # nothing may happen to it until it is resumed
    suspended_by: Mapped[str | None]  # the person's name, as in the event log
    suspension_reason: Mapped[str | None]
    # its working time is counted by
    calendar_code: Mapped[str] = mapped_column(default="", server_default=text("''"))
    parent_id: Mapped[UUID | None] = mapped_column(index=True)
    parent_token_id: Mapped[str | None]
    root_id: Mapped[UUID | None] = mapped_column(index=True)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @classmethod
    def dossier_instance(cls) -> ColumnElement[UUID]:
        """Return the instance that has the dossier: the outermost caller, else its own."""
        return func.coalesce(cls.root_id, cls.id)


class InstanceBeforeEnd(Base):
    """An instance as it was before a failure ended it together with its outermost caller.

    Kept until a person retries the failure, gives it up or lets the dossier go on otherwise.
    """

    __tablename__ = "instance_before_end"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    root_id: Mapped[UUID] = mapped_column(index=True)  # the outermost caller, or the instance
    snapshot: Mapped[bytes] = mapped_column(LargeBinary)
    suspended_at: Mapped[datetime | None]
    suspended_by: Mapped[str | None]
    suspension_reason: Mapped[str | None]
    kept_at: Mapped[datetime]


class InstanceEvent(Base):
    """One fact about one instance. Only ever inserted."""

    __tablename__ = "instance_event"
    __table_args__ = (Index("ix_instance_event_instance_id_id", "instance_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    kind: Mapped[str]  # engine.EventKind, or a product event such as user_task.claimed
    element_id: Mapped[str | None]
    token_id: Mapped[str | None]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))  # None: the system
    actor_name: Mapped[str]
    occurred_at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class ElementTiming(Base):
    """How long one token stayed at one element: a fold of the event log.

    Seconds are office time by the agency's calendar. Waiting runs from entered to claimed,
    working from claimed to completed; elements nobody claims have working time only.
    """

    __tablename__ = "element_timing"
    __table_args__ = (
        Index("ix_element_timing_definition_id_element_id", "definition_id", "element_id"),
        Index("ix_element_timing_completed_at", "completed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    element_id: Mapped[str]
    token_id: Mapped[str]
    entered_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    waiting_seconds: Mapped[int | None]
    working_seconds: Mapped[int | None]


class TimingDay(Base):
    """The stays that ended on one day at one element, desk, agency and channel.

    Sums of ``element_timing``; made once the day is over. Seconds are office time by the agency's
    calendar, those of ``elapsed`` pass at night and on holidays, too.
    """

    __tablename__ = "timing_day"
    __table_args__ = (Index("ix_timing_day_definition_id_day", "definition_id", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    day: Mapped[date] = mapped_column(index=True)  # by the office's own clock
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    element_id: Mapped[str]
    desk: Mapped[str]  # candidate group, "" where a task had none or nobody does the element
    agency_id: Mapped[UUID | None]  # that decides, or else received
    channel: Mapped[str]
    stays: Mapped[int] = mapped_column(BigInteger)
    waiting_seconds: Mapped[int] = mapped_column(BigInteger)
    working_seconds: Mapped[int] = mapped_column(BigInteger)
    paused_seconds: Mapped[int] = mapped_column(
        BigInteger
    )  # of the two, while the legal clock stood still
    elapsed_seconds: Mapped[int] = mapped_column(BigInteger)
    limited: Mapped[int] = mapped_column(BigInteger)  # stays with a due instant
    over: Mapped[int] = mapped_column(BigInteger)  # of these, ended later


class TimingSummed(Base):
    """A day whose stays are in ``timing_day``."""

    __tablename__ = "timing_summed"

    day: Mapped[date] = mapped_column(primary_key=True)
    summed_at: Mapped[datetime]


class MigrationStatus(StrEnum):
    CHECKING = "checking"  # the worker tries each instance without keeping anything
    CHECKED = "checked"
    RUNNING = "running"  # the worker moves each instance that fits
    PAUSED = "paused"
    DONE = "done"
    GIVEN_UP = "given_up"


class ItemStatus(StrEnum):
    NEW = "new"
    FITS = "fits"
    BLOCKED = "blocked"  # found when it was checked
    MOVED = "moved"
    REFUSED = "refused"  # found when it was to move
    OVERTAKEN = "overtaken"  # ended or moved otherwise meanwhile


class Migration(Base):
    """A plan to move instances of one version to another one, and its progress."""

    __tablename__ = "migration"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    process_key: Mapped[str] = mapped_column(index=True)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)  # new element id or null, by old id
    recompute: Mapped[bool]  # timers, people and due dates of tasks, by the new version from now
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)  # MigrationStatus
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    created_by_name: Mapped[str]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    steps: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)  # what (execute, …), by, at


class MigrationItem(Base):
    """One instance of a migration; ``message`` and ``params`` say why it stays."""

    __tablename__ = "migration_item"
    __table_args__ = (Index("ix_migration_item_status", "migration_id", "status"),)

    migration_id: Mapped[UUID] = mapped_column(ForeignKey("migration.id"), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    status: Mapped[str]  # ItemStatus
    message: Mapped[str | None]
    params: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    changed_at: Mapped[datetime]


class DataStore(Base):
    """One data store; who writes it locks this row, so that writers queue."""

    __tablename__ = "data_store"

    id: Mapped[str] = mapped_column(primary_key=True)  # the id of the dataStore in the models
    name: Mapped[str]
    revision: Mapped[int]  # how often it was written
    written_at: Mapped[datetime | None]


class DataStoreItem(Base):
    """One value in a data store; the key "" is the one value that has none."""

    __tablename__ = "data_store_item"

    store_id: Mapped[str] = mapped_column(ForeignKey("data_store.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Text)  # engine.snapshot.write_value
    written_at: Mapped[datetime]
    written_by: Mapped[str]  # the person's name, as in the event log
    instance_id: Mapped[UUID]  # which instance wrote it; it may be gone since
