"""Periodic reports: their definitions as dated data, and the reports that were issued."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db import Base


class ReportDefinition(Base):
    """One version of a report: its columns and what each counts. Never updated."""

    __tablename__ = "report_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str]
    version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)  # see webapp.operations.report_definitions
    added_at: Mapped[datetime]
    added_by_name: Mapped[str]


class Report(Base):
    """A report as it was issued. Its figures never change; a later issue has a higher number."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_issued_at", "issued_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("report_definition.id"))
    since: Mapped[date]  # the first day of the period
    until: Mapped[date]  # and its last
    agency_id: Mapped[UUID | None]  # None: all; agencies are never deleted
    grouping: Mapped[str]  # what a line stands for: agency, procedure or field
    issue: Mapped[int]
    cut_off_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    issued_by_name: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)  # cells and the names of that day


class ReportDossier(Base):
    """A dossier that an issued report counts, with the facts it was counted by."""

    __tablename__ = "report_dossier"
    __table_args__ = (Index("ix_report_dossier_report_id_facts", "report_id", "facts"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    definition_id: Mapped[UUID]  # of the procedure, then
    agency_id: Mapped[UUID | None]  # that decides, or else received
    facts: Mapped[int]  # one bit for each of webapp.queries.report_facts.FACTS
