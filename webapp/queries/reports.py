"""Periodic reports: their figures now or as issued, and the dossiers behind each figure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.errors import NotFoundError
from webapp.models import Dossier, Report, ReportDefinition
from webapp.report_definitions import Definition
from webapp.report_facts import Period, facts_of, known
from webapp.report_figures import (
    Cell,
    Figures,
    Names,
    counted_in,
    definition_from,
    figures,
    unfrozen,
)

PAGE_SIZE = 50
ISSUED_SHOWN = 50
Source = tuple[Period, Collection[UUID] | None] | UUID  # a period now, or an issued report


@dataclass(frozen=True, slots=True)
class IssuedView:
    """An issued report without its figures."""

    id: UUID
    definition_id: UUID
    definition: Definition
    since: date
    until: date
    agency_id: UUID | None
    grouping: str
    issue: int
    cut_off_at: datetime
    issued_at: datetime
    issued_by: str


@dataclass(frozen=True, slots=True)
class CountedDossier:
    id: UUID
    code: str
    applicant: str
    definition_id: UUID
    received_at: datetime
    promised_at: datetime | None
    decided_at: datetime | None
    facts: Mapping[str, bool]


def definitions(session: Session) -> tuple[tuple[UUID, Definition], ...]:
    """Return the newest version of every report, by key."""
    rows = session.execute(
        select(ReportDefinition.id, ReportDefinition.key, ReportDefinition.body).order_by(
            ReportDefinition.key, ReportDefinition.version
        )
    )
    newest = {row.key: (row.id, definition_from(row.body)) for row in rows}
    return tuple(newest[key] for key in sorted(newest))


def issued(session: Session) -> tuple[IssuedView, ...]:
    """Return the reports issued last, newest first."""
    rows = session.execute(
        select(Report, ReportDefinition.body)
        .join(ReportDefinition, ReportDefinition.id == Report.definition_id)
        .order_by(Report.issued_at.desc(), Report.id)
        .limit(ISSUED_SHOWN)
    )
    return tuple(_view(row.Report, row.body) for row in rows)


def get_issued(session: Session, report_id: UUID) -> tuple[IssuedView, Figures]:
    """Return a report as it was issued. Raises NotFoundError."""
    row = session.get(Report, report_id)
    if row is None:
        raise NotFoundError(N_("There is no such report."))
    definition_body = session.get_one(ReportDefinition, row.definition_id).body
    view = _view(row, definition_body)
    cells, names = unfrozen(row.body)
    return view, figures(view.definition, cells, names, row.grouping)


def issued_cells(session: Session, report_id: UUID) -> tuple[tuple[Cell, ...], Names]:
    """Return the groups of dossiers that an issued report counts, by the names of that day."""
    return unfrozen(session.get_one(Report, report_id).body)


def counted(
    session: Session,
    source: Source,
    chosen: Sequence[Cell],
    page: int,
    size: int = PAGE_SIZE,
) -> tuple[CountedDossier, ...]:
    """Return a page of the dossiers in these cells: of a period now, or of an issued report."""
    found = (counted_in(source) if isinstance(source, UUID) else facts_of(*source)).subquery()
    rows = session.execute(
        select(Dossier, found.c.facts)
        .join(found, found.c.dossier_id == Dossier.id)
        .where(_in_cells(found.c, chosen))
        .order_by(Dossier.received_at, Dossier.id)
        .limit(size)
        .offset(size * (max(1, page) - 1))
    )
    return tuple(_counted(row.Dossier, row.facts) for row in rows)


def _in_cells(columns: Any, cells: Sequence[Cell]) -> ColumnElement[bool]:
    """Return the condition that a row lies in one of the cells."""
    masks: dict[tuple[UUID, UUID | None], list[int]] = {}
    for one in cells:
        masks.setdefault((one.definition_id, one.agency_id), []).append(one.facts)
    parts = [
        and_(
            columns.definition_id == definition_id,
            columns.agency_id.is_(None) if agency is None else columns.agency_id == agency,
            columns.facts.in_(found),
        )
        for (definition_id, agency), found in masks.items()
    ]
    return or_(false(), *parts)


def _view(row: Report, body: Any) -> IssuedView:
    return IssuedView(
        row.id,
        row.definition_id,
        definition_from(body),
        row.since,
        row.until,
        row.agency_id,
        row.grouping,
        row.issue,
        row.cut_off_at,
        row.issued_at,
        row.issued_by_name,
    )


def _counted(dossier: Dossier, mask: int) -> CountedDossier:
    return CountedDossier(
        dossier.id,
        dossier.code,
        dossier.applicant_name,
        dossier.definition_id,
        dossier.received_at,
        dossier.promised_at,
        dossier.decided_at,
        known(mask),
    )
