"""What starts the newest version of a process by itself."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class StartTrigger(Base):
    """A start event that listens. Rows of earlier versions go when a newer one is published."""

    __tablename__ = "start_trigger"
    __table_args__ = (Index("ix_start_trigger_kind_name", "kind", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    process_key: Mapped[str] = mapped_column(index=True)
    element_id: Mapped[str]
    kind: Mapped[str]  # engine.starting.StartKind
    name: Mapped[str]  # of the message or signal, else empty
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # timers only
    firings_left: Mapped[int]  # below 0: without end
    period: Mapped[str | None]
    working_time: Mapped[bool]
    leased_until: Mapped[datetime | None]
    retries_left: Mapped[int]
