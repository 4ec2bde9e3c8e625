"""When agencies work, as dated data: weeks, days off, make-up days, announced outages."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class OfficeCalendar(Base):
    """The calendar of one agency; what it does not say itself, its parent says."""

    __tablename__ = "office_calendar"

    code: Mapped[str] = mapped_column(primary_key=True)  # the agency's code, or VN for the root
    name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("office_calendar.code"))


class CalendarChange(Base):
    """One decision about a calendar. Its id is the revision that rows are added or removed by.

    A worker counts open deadlines anew, in batches: ``counted_upto`` is the last dossier done.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (Index("ix_calendar_change_counted_at", "counted_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_code: Mapped[str] = mapped_column(ForeignKey("office_calendar.code"))
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    made_by_name: Mapped[str]
    decision: Mapped[str]  # that announced it
    summary: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # what changed: kind, day, name
    counted_upto: Mapped[UUID | None]
    counted_at: Mapped[datetime | None]  # None: open deadlines still have to be counted anew


class CalendarWeek(Base):
    """The sessions of an agency's week from a date on. Never updated; removed by a revision."""

    __tablename__ = "calendar_week"

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_code: Mapped[str] = mapped_column(ForeignKey("office_calendar.code"), index=True)
    valid_from: Mapped[date]
    sessions: Mapped[list[Any]] = mapped_column(JSON)  # Monday to Sunday: lists of [from, to]
    decision: Mapped[str]
    added_by: Mapped[int]  # revision
    removed_by: Mapped[int | None]


class CalendarDay(Base):
    """A day that differs from its week. Never updated; removed by a revision."""

    __tablename__ = "calendar_day"
    __table_args__ = (Index("ix_calendar_day_calendar_code_day", "calendar_code", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_code: Mapped[str] = mapped_column(ForeignKey("office_calendar.code"))
    day: Mapped[date]
    kind: Mapped[str]  # off, work, or week: as its weekday says, against the parent
    name: Mapped[str]
    sessions: Mapped[list[Any] | None] = mapped_column(JSON)  # of a make-up day; None: a full day
    decision: Mapped[str]
    added_by: Mapped[int]  # revision
    removed_by: Mapped[int | None]


class Outage(Base):
    """An announced outage: the clocks of an agency stood still from then to then."""

    __tablename__ = "outage"
    __table_args__ = (Index("ix_outage_counted_at", "counted_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    calendar_code: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    reason: Mapped[str]
    legal_basis: Mapped[str]
    announced_at: Mapped[datetime]
    announced_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    announced_by_name: Mapped[str]
    counted_upto: Mapped[UUID | None]
    counted_at: Mapped[datetime | None]
    dossiers: Mapped[int]  # whose clocks got the pause
