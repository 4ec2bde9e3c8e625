"""Provinces and communes, for administrators: what is offered, lists taken over by two steps."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError, RejectedError
from webapp.operations import place_lists
from webapp.operations.places import PROVINCES
from webapp.pages import wording
from webapp.pages.errors import refusal_text
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries import places as queries

bp = Blueprint("places", __name__, url_prefix="/places")
LARGEST = 1_500_000  # characters of a list; it is posted again when it is confirmed
SHOWN = 100  # rows of each part of a plan
Answer = str | Response | tuple[str, int]


@bp.get("")
def index() -> str:
    """List the provinces with their communes, and the lists taken over so far."""
    return _page()


@bp.post("")
def submit() -> Answer:
    """Say what a list would change; take it over when that was confirmed."""
    try:
        if request.form.get("action") == "take":
            return _take(request.form.get("list", ""), request.form.get("name", ""))
        name, text = _posted()
        with database().reading() as session:
            plan = place_lists.plan(session, text)
    except RejectedError as error:
        return _page(refusal_text(error)), 422
    page = render_template(
        "places/plan.html",
        plan=plan,
        wrong=[(one.line, gettext(one.message, **one.params)) for one in plan.wrong[:SHOWN]],
        name=name,
        text=text,
        shown=SHOWN,
        has_errors=bool(plan.wrong),
    )
    return (page, 422) if plan.wrong else page


@bp.get("/<code>")
def province(code: str) -> str:
    """Show the communes of a province in all their periods."""
    today = wording.today()
    with database().reading() as session:
        found = [one for one in queries.provinces(session, today, PROVINCES) if one.code == code]
        rows = queries.communes(session, code)
    if not found:
        raise NotFoundError(N_("There is no such province."))
    return render_template("places/province.html", province=found[0], rows=rows, today=today)


@bp.get("/lists/<name>")
def shipped(name: str) -> Response:
    """Hand out a list that comes with the product."""
    text = place_lists.shipped().get(name)
    if text is None:
        raise NotFoundError(N_("There is no such list."))
    content = BytesIO(("\ufeff" + text).encode())  # the mark lets spreadsheets read the accents
    return send_file(content, mimetype="text/csv", as_attachment=True, download_name=name)


def _take(text: str, name: str) -> Response:
    with acting() as session:
        plan = place_lists.take_over(session, text, name, actor=current_actor(), at=clock.now())
    flash(
        gettext(
            "The list was taken over: %(added)s places added, %(changed)s changed.",
            added=len(plan.added),
            changed=len(plan.changed),
        )
    )
    return redirect("/places", code=303)


def _posted() -> tuple[str, str]:
    chosen = request.files.get("list")
    if chosen is None or not chosen.filename:
        raise RejectedError(N_("Choose a file."))
    try:
        text = chosen.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RejectedError(N_("The list is no text in UTF-8. Save it as “CSV UTF-8”.")) from error
    if len(text) > LARGEST:
        raise RejectedError(N_("The list is too large. Import one province after the other."))
    return chosen.filename, text


def _page(problem: str = "") -> str:
    with database().reading() as session:
        rows = queries.provinces(session, wording.today(), PROVINCES)
        imports = queries.imports(session)
    return render_template(
        "places/index.html",
        rows=rows,
        imports=imports,
        lists=tuple(place_lists.shipped()),
        columns=", ".join(place_lists.COLUMNS),
        problem=problem,
        has_errors=bool(problem),
    )
