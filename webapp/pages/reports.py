"""Periodic reports: their figures as they are now, issued ones, and the dossiers behind each."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock, report_figures
from webapp.errors import ConflictError, RejectedError
from webapp.operations import reports
from webapp.pages import report_orders, report_sheets, wording
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries import reports as queries
from webapp.queries.names import procedure_names
from webapp.report_figures import Cell, Figures

bp = Blueprint("reports", __name__, url_prefix="/reports")
_KINDS = ("xlsx", "csv")
MOST_IN_FILES = 20_000  # dossiers behind one number
Answer = Response | str | tuple[str, int]


@bp.get("")
def index() -> str:
    """Show what can be reported, and what was issued."""
    return _page("")


@bp.get("/now")
def now() -> Answer:
    """Show a report as it would be issued now."""
    try:
        live = report_orders.live()
    except RejectedError as error:
        return _page(refusal_text(error)), status_of(error)
    language = wording.language()
    return render_template(
        "reports/report.html",
        figures=live.figures,
        heads=report_sheets.heads(live.figures.definition, language),
        shares=report_sheets.shares(live.figures),
        about=report_orders.about(live.order),
        grouping=report_orders.grouped(live.order.grouping),
        order=live.order,
        issue=None,
        link=lambda line, column: url_for(
            "reports.now_dossiers", line=line, column=column, **report_orders.query(live.order)
        ),
        files={
            kind: url_for("reports.now_file", kind=kind, **report_orders.query(live.order))
            for kind in _KINDS
        },
    )


@bp.get("/now.<any(csv, xlsx):kind>")
def now_file(kind: str) -> Response:
    """Return the same table as a file."""
    live = report_orders.live()
    return report_sheets.answer(
        kind,
        live.figures,
        report_orders.about(live.order),
        report_orders.grouped(live.order.grouping),
        live.span.end,
    )


@bp.get("/now/dossiers")
@bp.get("/now/dossiers.<any(csv, xlsx):kind>")
def now_dossiers(kind: str = "") -> str | Response:
    """Show the dossiers behind one number of a report as it is now, or give them as a file."""
    live = report_orders.live()
    line, column = _spot()
    chosen = report_figures.cells_behind(
        live.figures.definition,
        live.cells,
        live.names,
        live.order.grouping,
        line=line,
        column=column,
    )
    back = url_for("reports.now", **report_orders.query(live.order))
    return _dossiers(_Behind((live.span, live.agencies), chosen, live.figures), back, kind)


@bp.post("")
def issue() -> Answer:
    """Freeze a report at this moment."""
    try:
        with acting() as session:
            order = report_orders.read_order(request.form)
            report_id = reports.issue(session, order, actor=current_actor(), at=clock.now())
    except RejectedError as error:
        return _page(refusal_text(error)), status_of(error)
    flash(gettext("The report is issued; its figures stay as they are."))
    return redirect(url_for("reports.report", report_id=report_id), code=303)


@bp.get("/<uuid:report_id>")
def report(report_id: UUID) -> str:
    """Show a report as it was issued."""
    with database().reading() as session:
        view, figures = queries.get_issued(session, report_id)
    order = report_orders.order_of(view)
    return render_template(
        "reports/report.html",
        figures=figures,
        heads=report_sheets.heads(figures.definition, wording.language()),
        shares=report_sheets.shares(figures),
        about=report_orders.about(order),
        grouping=report_orders.grouped(view.grouping),
        order=order,
        issue=view,
        link=lambda line, column: url_for(
            "reports.dossiers", report_id=report_id, line=line, column=column
        ),
        files={
            kind: url_for("reports.report_file", report_id=report_id, kind=kind) for kind in _KINDS
        },
    )


@bp.get("/<uuid:report_id>.<any(csv, xlsx):kind>")
def report_file(report_id: UUID, kind: str) -> Response:
    """Return an issued report as a file."""
    with database().reading() as session:
        view, figures = queries.get_issued(session, report_id)
    return report_sheets.answer(
        kind,
        figures,
        report_orders.about(report_orders.order_of(view)),
        report_orders.grouped(view.grouping),
        view.cut_off_at,
        view,
    )


@bp.get("/<uuid:report_id>/dossiers")
@bp.get("/<uuid:report_id>/dossiers.<any(csv, xlsx):kind>")
def dossiers(report_id: UUID, kind: str = "") -> str | Response:
    """Show the dossiers behind one number of an issued report, or give them as a file."""
    line, column = _spot()
    with database().reading() as session:
        view, figures = queries.get_issued(session, report_id)
        cells, names = queries.issued_cells(session, report_id)
    chosen = report_figures.cells_behind(
        view.definition, cells, names, view.grouping, line=line, column=column
    )
    back = url_for("reports.report", report_id=report_id)
    return _dossiers(_Behind(report_id, chosen, figures), back, kind)


@bp.post("/definitions")
def add_definition() -> Answer:
    """Add a version of a report from the JSON file that was chosen."""
    given = request.files.get("definition")
    try:
        body = _json(given.read() if given else b"")
        with acting() as session:
            reports.add_definition(session, body, actor=current_actor(), at=clock.now())
    except (RejectedError, ConflictError) as error:
        return _page(refusal_text(error)), status_of(error)
    flash(gettext("Saved."))
    return redirect("/reports", code=303)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise RejectedError(N_("Choose a JSON file with the definition.")) from error


def _page(problem: str) -> str:
    _seed()
    since, until = report_orders.last_month()
    with database().reading() as session:
        found = queries.definitions(session)
        shown = queries.issued(session)
    return render_template(
        "reports/index.html",
        definitions=found,
        issued=shown,
        agencies=report_orders.agency_options(),
        groupings=[("", gettext("As the form says")), *report_orders.grouping_options()],
        since=request.values.get("since") or since,
        until=request.values.get("until") or until,
        chosen=request.values,
        problem=problem,
    )


def _seed() -> None:
    with database().reading() as session:
        missing = reports.has_unseeded(session)
    if missing:
        with database().transaction() as session:
            reports.seed(session, at=clock.now())


def _spot() -> tuple[str, str]:
    return request.args.get("line", ""), request.args.get("column", "")


@dataclass(frozen=True, slots=True)
class _Behind:
    """The dossiers that one number counts, and of which report."""

    source: queries.Source
    chosen: tuple[Cell, ...]
    figures: Figures


def _dossiers(behind: _Behind, back: str, kind: str) -> str | Response:
    line, column = _spot()
    number = 1 if kind else max(1, request.args.get("page", 1, type=int))
    size = MOST_IN_FILES if kind else queries.PAGE_SIZE
    figures, count = behind.figures, sum(one.count for one in behind.chosen)
    with database().reading() as session:
        rows = queries.counted(session, behind.source, behind.chosen, number, size)
        names = procedure_names(session, {one.definition_id for one in rows})
    counted = next(one for one in figures.definition.columns if one.id == column)
    if kind:
        return report_sheets.dossiers(kind, figures.definition, counted, rows, names)
    args = request.args.to_dict()
    return render_template(
        "reports/dossiers.html",
        rows=rows,
        names=names,
        count=count,
        column=counted,
        line=next((one for one in figures.lines if one.key == line), None),
        definition=figures.definition,
        back=back,
        number=number,
        pages=-(-count // queries.PAGE_SIZE),
        files=f"{request.path}.{{}}?{urlencode({'line': line, **args})}",
        address=lambda page: f"{request.path}?{urlencode({**args, 'page': str(page)})}",
    )
