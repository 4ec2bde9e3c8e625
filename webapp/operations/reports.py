"""Issuing periodic reports: what is issued keeps its figures and its dossiers for good."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Uuid, func, insert, literal, select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import agency_calendars, report_definitions, report_figures
from webapp.actors import SYSTEM, Actor, Role
from webapp.errors import ConflictError, NotAllowedError, RejectedError
from webapp.models import Report, ReportDefinition, ReportDossier
from webapp.report_definitions import GROUPINGS
from webapp.report_facts import Period, facts_of, period

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """Which report is wanted: both days count. ``agency_id`` stands for all below it."""

    definition_id: UUID
    since: date
    until: date
    agency_id: UUID | None = None
    grouping: str = "field"


def has_unseeded(session: Session) -> bool:
    """Whether the product has report definitions that this database does not know yet."""
    return bool(_unseeded(session))


def seed(session: Session, *, at: datetime) -> None:
    """Add the definitions that come with the product; what is there is left alone."""
    for body in _unseeded(session):
        add_definition(session, body, actor=SYSTEM, at=at)


def add_definition(session: Session, body: Any, *, actor: Actor, at: datetime) -> UUID:
    """Add one version of a report; return its id.

    Raises NotAllowedError, RejectedError where the JSON is no definition, ConflictError where the
    version exists already.
    """
    if actor != SYSTEM:
        _require_administrator(actor)
    try:
        found = report_figures.definition_from(body)
    except ValueError as error:
        raise RejectedError(
            N_("This is no report definition: %(problem)s."), problem=str(error)
        ) from error
    same = (ReportDefinition.key == found.key, ReportDefinition.version >= found.version)
    newest = session.scalar(select(func.max(ReportDefinition.version)).where(*same))
    if newest is not None:
        raise ConflictError(
            N_("%(key)s has version %(version)s already; give the new one a higher number."),
            key=found.key,
            version=newest,
        )
    row = ReportDefinition(
        id=uuid4(),
        key=found.key,
        version=found.version,
        body=body,
        added_at=at,
        added_by_name=actor.name,
    )
    session.add(row)
    session.flush()
    return row.id


def span_of(session: Session, order: ReportOrder, *, at: datetime) -> Period:
    """Return the instants of an order. Raises RejectedError for days that make no period."""
    if order.until < order.since:
        raise RejectedError(N_("The last day lies before the first."))
    if (order.until - order.since).days >= LONGEST_DAYS:
        raise RejectedError(N_("A report covers a year at most."))
    if order.grouping not in GROUPINGS:
        raise RejectedError(N_("Choose what a line stands for."))
    span = period(order.since, order.until, agency_calendars.current(session), at=at)
    if span.end <= span.start:
        raise RejectedError(N_("The period has not begun."))
    return span


def agencies_of(session: Session, order: ReportOrder) -> frozenset[UUID] | None:
    """Return the agencies that an order covers; None: all."""
    if order.agency_id is None:
        return None
    return report_figures.subtree(session, order.agency_id, order.until)


def issue(session: Session, order: ReportOrder, *, actor: Actor, at: datetime) -> UUID:
    """Freeze a report at its cut-off and return its id; the same order again is its next issue.

    Raises NotAllowedError, NotFoundError, RejectedError also where the columns of the definition
    do not add up.
    """
    _require_administrator(actor)
    definition = report_figures.get_definition(session, order.definition_id)
    span = span_of(session, order, at=at)
    row = Report(
        id=uuid4(),
        definition_id=order.definition_id,
        since=order.since,
        until=order.until,
        agency_id=order.agency_id,
        grouping=order.grouping,
        issue=_next_issue(session, order),
        cut_off_at=span.end,
        issued_at=at,
        issued_by=actor.user_id,
        issued_by_name=actor.name,
        body={},
    )
    session.add(row)
    session.flush()
    _keep_dossiers(session, row.id, span, agencies_of(session, order))
    cells = report_figures.frozen_cells(session, row.id)
    names = report_figures.names_of(session, cells, order.until)
    found = report_figures.figures(definition, cells, names, order.grouping).unequal()
    if found is not None:
        raise RejectedError(
            N_("Column %(total)s is not the sum of %(parts)s; mend the definition."),
            total=found[1][0],
            parts=", ".join(found[1][1:]),
        )
    row.body = report_figures.frozen(cells, names)
    session.flush()
    return row.id


def _keep_dossiers(
    session: Session, report_id: UUID, span: Period, agencies: frozenset[UUID] | None
) -> None:
    found = facts_of(span, agencies).subquery().c
    session.execute(
        insert(ReportDossier).from_select(
            ["report_id", "dossier_id", "definition_id", "agency_id", "facts"],
            select(
                literal(report_id, Uuid()),
                found.dossier_id,
                found.definition_id,
                found.agency_id,
                found.facts,
            ),
        )
    )


def _next_issue(session: Session, order: ReportOrder) -> int:
    """Return the number of the next issue of an order, whatever version its definition has."""
    key = select(ReportDefinition.key).where(ReportDefinition.id == order.definition_id)
    versions = select(ReportDefinition.id).where(ReportDefinition.key == key.scalar_subquery())
    newest = session.scalar(
        select(func.max(Report.issue)).where(
            Report.definition_id.in_(versions),
            Report.since == order.since,
            Report.until == order.until,
            Report.agency_id.is_not_distinct_from(order.agency_id),
            Report.grouping == order.grouping,
        )
    )
    return (newest or 0) + 1


def _unseeded(session: Session) -> list[Any]:
    rows = session.execute(select(ReportDefinition.key, ReportDefinition.version))
    known: dict[str, int] = {}
    for key, version in rows:
        known[key] = max(version, known.get(key, 0))
    return [
        body for body in report_definitions.shipped() if body["version"] > known.get(body["key"], 0)
    ]


def _require_administrator(actor: Actor) -> None:
    if not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only administrators issue reports."))
