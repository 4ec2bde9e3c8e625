"""What inspectors read across dossiers: numbers, looks, changes; and one dossier to take along."""

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError
from webapp.pages import case, taking, uploads, wording
from webapp.pages.guard import current_actor
from webapp.pages.offering import NAMES
from webapp.pages.product import database
from webapp.queries import inspection as queries
from webapp.queries.dossiers import find_dossier
from webapp.slips.purposes import KINDS

bp = Blueprint("inspection", __name__, url_prefix="/inspection")
CHANGES: dict[str, str] = {
    **{str(key): name for key, name in NAMES.items()},
    "void": N_("Paper declared void"),
}


@bp.get("")
def numbers() -> str:
    """List the series of document numbers of a year and of dossier codes of a month."""
    today = wording.today()
    year = _within(request.args.get("year", type=int), today.year, 2000, 2200)
    month = _within(request.args.get("month", type=int), today.month, 1, 12)
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    with database().reading() as session:
        papers = queries.paper_series(session, year)
        codes = queries.code_series(session, first, date.fromordinal(following.toordinal() - 1))
    return render_template(
        "inspection/numbers.html", papers=papers, codes=codes, kinds=KINDS, year=year, month=month
    )


@bp.get("/papers/<int:year>/<purpose>/<agency>")
def papers(year: int, purpose: str, agency: str) -> str:
    """Show every number of one series: which paper has it, which is void and why."""
    kind = next((one for key, one in KINDS.items() if key == purpose), None)
    if kind is None:
        raise NotFoundError(N_("There is no such paper."))
    with database().reading() as session:
        series = queries.paper_series(session, year)
        rows = queries.papers(session, agency, purpose, year)
    found = next((one for one in series if (one.agency, one.kind) == (agency, purpose)), None)
    return render_template(
        "inspection/papers.html", series=found, rows=rows, kind=kind, year=year, agency_code=agency
    )


@bp.get("/looks")
def looks() -> str:
    """List who looked at which dossier, newest first."""
    text, page = request.args.get("who", "")[:100], _page()
    with database().reading() as session:
        rows, pages = queries.looks(session, text, page)
    return render_template(
        "inspection/looks.html",
        rows=rows,
        who=text,
        page=page,
        pages=pages,
        address=lambda number: url_for("inspection.looks", who=text, page=number),
    )


@bp.get("/changes")
def changes() -> str:
    """List actions, dates that moved and void papers, newest first."""
    page = _page()
    with database().reading() as session:
        rows, pages = queries.changes(session, page)
    return render_template(
        "inspection/changes.html",
        rows=rows,
        names=CHANGES,
        page=page,
        pages=pages,
        address=lambda number: url_for("inspection.changes", page=number),
    )


@bp.get("/dossiers/<uuid:dossier_id>.zip")
def take(dossier_id: UUID) -> Response:
    """Give out one dossier: everything known of it as JSON, its papers and its files."""
    actor, at = current_actor(), clock.now()
    with database().reading() as session:
        found = find_dossier(session, dossier_id, actor)
        if found is None:
            raise NotFoundError(N_("There is no such dossier."))
        packed = taking.packed(session, found, uploads.file_store(), actor=actor, at=at)
    case.remember_look(dossier_id, "export", actor, at)
    response = send_file(
        packed,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{found.code}.zip",
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _within(number: int | None, usual: int, least: int, most: int) -> int:
    return number if number is not None and least <= number <= most else usual


def _page() -> int:
    return _within(request.args.get("page", type=int), 1, 1, 10_000)
