"""Agencies as a tree that changes by date, for administrators."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.models.agencies import DEFAULT_PATTERN, AgencyKind
from webapp.operations import agencies
from webapp.operations.agencies import AgencyFacts
from webapp.pages import wording
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.pages.reasons import typed_day
from webapp.queries.case import agency_periods, agency_tree, members

bp = Blueprint("agencies", __name__, url_prefix="/agencies")
KINDS = {
    AgencyKind.MINISTRY: N_("Ministry"),
    AgencyKind.PROVINCE: N_("Province"),
    AgencyKind.COMMUNE: N_("Commune, ward"),
    AgencyKind.CENTRE: N_("Public service centre"),
    AgencyKind.BRANCH: N_("Branch, receiving point"),
    AgencyKind.DEPARTMENT: N_("Department, division"),
    AgencyKind.VERTICAL: N_("Vertical agency (police, tax, insurance…)"),
    AgencyKind.POST: N_("Post office"),
}
Answer = Response | tuple[str, int]


@bp.get("")
def index() -> str:
    """Show the tree as it is today, and a form for a new agency."""
    return _tree("")


@bp.post("")
def add() -> Answer:
    """Add an agency from a day on."""
    try:
        with acting() as session:
            agencies.add(session, _facts(), typed_day("from_day"), actor=current_actor())
    except (RejectedError, ConflictError) as error:
        return _tree(refusal_text(error)), status_of(error)
    flash(gettext("Saved."))
    return redirect("/agencies", code=303)


@bp.get("/<uuid:agency_id>")
def agency(agency_id: UUID) -> str:
    """Show one agency with its periods and people."""
    return _one(agency_id, "")


@bp.post("/<uuid:agency_id>")
def change(agency_id: UUID) -> Answer:
    """Let other facts hold from a day on, or end the agency on that day."""
    actor, action = current_actor(), request.form.get("action")
    try:
        with acting() as session:
            if action == "end":
                heir = request.form.get("successor", type=UUID)
                day = typed_day("last_day")
                agencies.end(session, agency_id, day, actor=actor, successor_id=heir)
            elif action == "people":
                chosen = frozenset(request.form.getlist("people", type=UUID))
                agencies.give_people(session, agency_id, chosen, actor=actor)
            else:
                agencies.change(session, agency_id, _facts(), typed_day("from_day"), actor=actor)
    except (RejectedError, ConflictError) as error:
        return _one(agency_id, refusal_text(error)), status_of(error)
    flash(gettext("Saved."))
    return redirect(f"/agencies/{agency_id}", code=303)


def _facts() -> AgencyFacts:
    form = request.form
    return AgencyFacts(
        code=form.get("code", "").strip().upper(),
        name=form.get("name", "").strip(),
        name_en=form.get("name_en", "").strip(),
        kind=form.get("kind", ""),
        parent_id=form.get("parent", type=UUID),
        dossier_pattern=form.get("pattern", "").strip() or DEFAULT_PATTERN,
        address=form.get("address", "").strip(),
        phone=form.get("phone", "").strip(),
        place=form.get("place", "").strip(),
        note=form.get("note", "").strip(),
    )


def _tree(problem: str) -> str:
    today = wording.local(clock.now()).date()
    with database().reading() as session:
        rows = agency_tree(session, today)
    return render_template(
        "agencies/index.html",
        rows=rows,
        kinds=KINDS,
        typed=request.form,
        pattern=DEFAULT_PATTERN,
        today=f"{today:%d/%m/%Y}",
        problem=problem,
        has_errors=bool(problem),
    )


def _one(agency_id: UUID, problem: str) -> str:
    today = wording.local(clock.now()).date()
    with database().reading() as session:
        periods = agency_periods(session, agency_id)
        rows = agency_tree(session, today)
        people = members(session)
    if not periods:
        raise NotFoundError(N_("There is no such agency."))
    return render_template(
        "agencies/agency.html",
        shown=periods[0],
        periods=periods,
        rows=[one for one in rows if one.id != agency_id],
        people=people,
        names={one.id: one.name for one in rows},
        kinds=KINDS,
        today=f"{today:%d/%m/%Y}",
        problem=problem,
        has_errors=bool(problem),
    )
