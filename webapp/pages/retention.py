"""How long personal data is kept, for administrators."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp import clock
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.operations import retention
from webapp.pages import wording
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries import retention as queries
from webapp.queries.counter import startable_procedures

MOST_COUNTED = 1000  # dossiers that are due

bp = Blueprint("retention", __name__, url_prefix="/retention")


@bp.get("")
def index() -> str:
    """List the rules and how many dossiers wait for them."""
    return _page("")


@bp.post("")
def add() -> Response | tuple[str, int]:
    """Set a rule."""
    months = request.form.get("months", "").strip()
    try:
        with acting() as session:
            retention.add_rule(
                session,
                request.form.get("process_key", ""),
                int(months) if months.isdecimal() else 0,
                request.form.get("basis", ""),
                data_stores="data_stores" in request.form,
                actor=current_actor(),
                at=clock.now(),
            )
    except (RejectedError, ConflictError) as error:
        return _page(refusal_text(error)), status_of(error)
    flash(gettext("Saved."))
    return redirect("/retention", code=303)


@bp.post("/<uuid:rule_id>/end")
def end(rule_id: UUID) -> Response | tuple[str, int]:
    """Let a rule hold no longer."""
    try:
        with acting() as session:
            retention.end_rule(session, rule_id, actor=current_actor(), at=clock.now())
    except NotFoundError as error:
        return _page(refusal_text(error)), status_of(error)
    flash(gettext("Saved."))
    return redirect("/retention", code=303)


def _page(problem: str) -> str:
    with database().reading() as session:
        found = queries.retention(session)
        due = len(retention.due(session, clock.now(), limit=MOST_COUNTED))
        procedures = startable_procedures(session)
    language = wording.language()
    titles = {one.names.key: one.names.title(language) for one in procedures}
    return render_template(
        "retention/index.html",
        found=found,
        due=f"{due}+" if due == MOST_COUNTED else str(due),
        titles=titles,
        typed=request.form,
        problem=problem,
        has_errors=bool(problem),
    )
