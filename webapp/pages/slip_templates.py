"""Templates of slips: read, edit, preview with sample data, keep as a new version."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError, RejectedError
from webapp.operations import slips
from webapp.pages.errors import refusal_text
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries.slips import template_versions
from webapp.slips.purposes import KINDS, Purpose, common, shipped

bp = Blueprint("slip_templates", __name__, url_prefix="/slip-templates")


@bp.get("")
def index() -> str:
    """List the templates with their version in use."""
    with database().reading() as session:
        rows = [(one, KINDS[one], slips.template_of(session, one)[0]) for one in Purpose]
    return render_template("slips/templates.html", rows=rows)


@bp.get("/<purpose>")
def template(purpose: str) -> str:
    """Show one template for editing."""
    return _page(_purpose(purpose), None, "")


@bp.post("/<purpose>")
def change(purpose: str) -> AnyResponse | tuple[str, int]:
    """Preview what was typed as PDF, or keep it as a new version."""
    kind, source = _purpose(purpose), request.form.get("source", "")
    try:
        if request.form.get("action") == "preview":
            return _shown(slips.preview(source, kind), purpose)
        with acting() as session:
            version = slips.save_template(
                session,
                kind,
                source,
                request.form.get("note", ""),
                actor=current_actor(),
                at=clock.now(),
            )
    except RejectedError as error:
        return _page(kind, source, refusal_text(error)), 422
    flash(gettext("Version %(number)s is used from now on.", number=version))
    return redirect(f"/slip-templates/{purpose}", code=303)


def _shown(made: bytes, purpose: str) -> AnyResponse:
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename=preview-{purpose}.pdf"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _purpose(text: str) -> Purpose:
    if text not in set(Purpose):
        raise NotFoundError(N_("There is no such paper."))
    return Purpose(text)


def _page(purpose: Purpose, typed: str | None, problem: str) -> str:
    with database().reading() as session:
        version, source = slips.template_of(session, purpose)
        versions = template_versions(session, purpose)
    return render_template(
        "slips/template.html",
        purpose=purpose,
        kind=KINDS[purpose],
        version=version,
        versions=versions,
        source=source if typed is None else typed,
        shipped=shipped(purpose),
        common=common(),
        note=request.form.get("note", ""),
        problem=problem,
        has_errors=bool(problem),
    )
