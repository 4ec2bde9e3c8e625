"""Which report an address asks for, and what it gives now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext

from engine.texts import N_
from webapp import clock, report_figures
from webapp.errors import NotFoundError, RejectedError
from webapp.forms.entry import read_date
from webapp.operations import reports
from webapp.operations.reports import ReportOrder
from webapp.pages import wording
from webapp.pages.product import database
from webapp.queries.counter import places
from webapp.queries.reports import IssuedView
from webapp.report_facts import Period
from webapp.report_figures import Cell, Figures, Names

GROUPINGS = {
    "field": N_("Field"),
    "procedure": N_("Procedure"),
    "agency": N_("Agency"),
}


@dataclass(frozen=True, slots=True)
class Live:
    """A report as it would be issued now."""

    order: ReportOrder
    span: Period
    agencies: frozenset[UUID] | None
    cells: tuple[Cell, ...]
    names: Names
    figures: Figures


def live() -> Live:
    """Return the report that the address asks for, as it is now. Raises RejectedError."""
    at = clock.now()
    with database().reading() as session:
        order = read_order(request.args)
        definition = report_figures.get_definition(session, order.definition_id)
        span = reports.span_of(session, order, at=at)
        agencies = reports.agencies_of(session, order)
        cells = report_figures.live_cells(session, span, agencies)
        names = report_figures.names_of(session, cells, order.until)
    figures = report_figures.figures(definition, cells, names, order.grouping)
    return Live(order, span, agencies, cells, names, figures)


def read_order(given: Mapping[str, str]) -> ReportOrder:
    """Return what was asked for. Raises RejectedError, NotFoundError."""
    try:
        definition_id = UUID(given.get("definition", ""))
        agency = given.get("agency")
        agency_id = UUID(agency) if agency else None
    except ValueError as error:
        raise NotFoundError(N_("There is no such report.")) from error
    order = ReportOrder(
        definition_id=definition_id,
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        agency_id=agency_id,
        grouping=given.get("grouping", ""),
    )
    return order if order.grouping else replace(order, grouping=_usual(definition_id))


def _usual(definition_id: UUID) -> str:
    with database().reading() as session:
        return report_figures.get_definition(session, definition_id).grouping


def _day(text: str) -> date:
    try:
        return read_date(text)
    except ValueError as error:
        raise RejectedError(N_("Enter the day as day/month/year.")) from error


def order_of(view: IssuedView) -> ReportOrder:
    """Return what an issued report was asked for."""
    return ReportOrder(
        definition_id=view.definition_id,
        since=view.since,
        until=view.until,
        agency_id=view.agency_id,
        grouping=view.grouping,
    )


def query(order: ReportOrder) -> dict[str, Any]:
    """Return an order as the arguments of an address."""
    told: dict[str, Any] = {
        "definition": str(order.definition_id),
        "since": f"{order.since:%d/%m/%Y}",
        "until": f"{order.until:%d/%m/%Y}",
        "grouping": order.grouping,
    }
    return {**told, "agency": str(order.agency_id)} if order.agency_id else told


def about(order: ReportOrder) -> list[str]:
    """Return the lines over the table: period and agency."""
    days = gettext(
        "Period: from %(since)s to %(until)s",
        since=f"{order.since:%d/%m/%Y}",
        until=f"{order.until:%d/%m/%Y}",
    )
    with database().reading() as session:
        agencies = places(session, order.until)
    agency = agencies.get(str(order.agency_id)) if order.agency_id else None
    return [days, gettext("Agency: %(name)s", name=agency or gettext("All agencies"))]


def grouped(grouping: str) -> str:
    """Return what a line stands for, in words."""
    return gettext(GROUPINGS[grouping])


def grouping_options() -> list[tuple[str, str]]:
    """Return what a line may stand for."""
    return [(key, gettext(name)) for key, name in GROUPINGS.items()]


def last_month() -> tuple[str, str]:
    """Return the first and last day of the month before this one, as a person types them."""
    last = wording.local(clock.now()).date().replace(day=1) - timedelta(days=1)
    return f"{last.replace(day=1):%d/%m/%Y}", f"{last:%d/%m/%Y}"


def agency_options() -> list[tuple[str, str]]:
    """Return the agencies of today to choose from."""
    with database().reading() as session:
        found = places(session, wording.local(clock.now()).date())
    return [("", gettext("All agencies")), *found.items()]
