"""Coded legal reasons, for administrators."""

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import ConflictError, RejectedError
from webapp.forms.entry import read_date
from webapp.operations import reasons
from webapp.operations.reasons import ActionKind, ReasonFacts
from webapp.pages import wording
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.offering import NAMES
from webapp.pages.product import acting, database
from webapp.queries.actions import all_reasons
from webapp.queries.counter import startable_procedures

bp = Blueprint("reasons", __name__, url_prefix="/reasons")


@bp.get("")
def index() -> str:
    """List the reasons by action, with since when and how often they were given."""
    return _page("")


@bp.post("")
def add() -> Response | tuple[str, int]:
    """Let a new reason be given from a day on."""
    form = request.form
    facts = ReasonFacts(
        action=form.get("action", ""),
        code=form.get("code", "").strip().upper(),
        name=form.get("name", ""),
        name_en=form.get("name_en", ""),
        basis=form.get("basis", ""),
        process_key=form.get("process_key", ""),
    )
    try:
        with acting() as session:
            reasons.add(session, facts, typed_day("since"), actor=current_actor())
    except (RejectedError, ConflictError) as error:
        return _page(refusal_text(error)), status_of(error)
    flash(gettext("The reason %(code)s can be given.", code=facts.code))
    return redirect("/reasons", code=303)


@bp.post("/<uuid:reason_id>/end")
def end(reason_id: UUID) -> Response | tuple[str, int]:
    """End a reason on a day."""
    try:
        with acting() as session:
            reasons.end(session, reason_id, typed_day("until"), actor=current_actor())
    except RejectedError as error:
        return _page(refusal_text(error)), 422
    flash(gettext("Saved."))
    return redirect("/reasons", code=303)


def typed_day(field: str) -> date:
    """Return the day that a field holds. Raises RejectedError for one that is none."""
    try:
        return read_date(request.form.get(field, ""))
    except ValueError as error:
        raise RejectedError(N_("Enter the day as day/month/year.")) from error


def _page(problem: str) -> str:
    with database().reading() as session:
        found = all_reasons(session)
        procedures = startable_procedures(session)
    language = wording.language()
    today = wording.local(clock.now()).date()
    return render_template(
        "reasons/index.html",
        groups=[(kind, [one for one in found if one.action == kind]) for kind in ActionKind],
        names=NAMES,
        procedures=[
            ("", gettext("All procedures")),
            *((one.names.key, one.names.title(language)) for one in procedures),
        ],
        typed=request.form,
        today=f"{today:%d/%m/%Y}",
        present=today,
        problem=problem,
        has_errors=bool(problem),
    )
