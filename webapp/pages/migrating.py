"""Moving running dossiers to another version: the plan, its check, its progress."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import ProductError
from webapp.operations import migrating
from webapp.pages import sheets
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.pages.wording import language
from webapp.queries import migrations as queries
from webapp.queries import procedures

MOST_IN_FILES = 20_000
MAX_PAGE = 1000
bp = Blueprint("migrating", __name__, url_prefix="/migrations")
STATES = {
    "checking": ("run", N_("being checked")),
    "checked": ("new", N_("checked")),
    "running": ("run", N_("being carried out")),
    "paused": ("paused", N_("paused")),
    "done": ("done", N_("carried out")),
    "given_up": ("new", N_("given up")),
}
BUSY = frozenset({"checking", "running"})
STEPS = {
    "execute": N_("Let be carried out"),
    "pause": N_("Paused"),
    "give-up": N_("Given up"),
}
ITEM_STATES = {
    "new": N_("not looked at yet"),
    "fits": N_("can move"),
    "blocked": N_("cannot move"),
    "moved": N_("moved"),
    "refused": N_("stayed"),
    "overtaken": N_("ended or moved otherwise meanwhile"),
}


@bp.get("")
def index() -> str:
    """List the plans, and the versions that dossiers still run on."""
    with database().reading() as session:
        plans = queries.migrations(session)
        offers = _offers(session)
    return render_template("migrations/index.html", plans=plans, offers=offers, states=STATES)


@bp.get("/<uuid:migration_id>")
def plan(migration_id: UUID) -> str | Response:
    """Show how far a plan is, and which dossiers stay, with the reason.

    The page asks for its upper part while the worker is at it; once it is done it loads anew.
    """
    if request.headers.get("HX-Request") == "true":
        with database().reading() as session:
            found = queries.get_migration(session, migration_id)
        if found.status not in BUSY:
            return Response(headers={"HX-Refresh": "true"})
    return _progress_page(migration_id)


@bp.get("/<uuid:migration_id>/dossiers.<any(csv, xlsx):kind>")
def plan_file(migration_id: UUID, kind: str) -> Response:
    """Return the dossiers of a plan and what becomes of each, at most MOST_IN_FILES."""
    with database().reading() as session:
        found = queries.get_migration(session, migration_id)
        items = queries.items(session, migration_id, limit=MOST_IN_FILES)
    headings = sheets.headings(N_("Dossier"), N_("Applicant"), N_("State"), N_("Why"))
    cells = (
        (one.code, one.applicant, gettext(ITEM_STATES[one.status]), _why(one.message, one.params))
        for one in items
    )
    title = found.procedure.title(language())
    head = [f"{title}: {found.before} → {found.after}", gettext(STATES[found.status][1])]
    return sheets.answer(kind, sheets.Sheet("dossiers", title, head, headings, cells))


@bp.post("/<uuid:migration_id>")
def change(migration_id: UUID) -> Response | tuple[str, int]:
    """Carry a plan out, pause it, or give it up."""
    actor, at, action = current_actor(), clock.now(), request.form.get("action")
    try:
        with acting() as session:
            if action == "execute":
                migrating.execute(session, migration_id, actor=actor, at=at)
            elif action == "pause":
                migrating.pause(session, migration_id, actor=actor, at=at)
            elif action == "give-up":
                migrating.give_up(session, migration_id, actor=actor, at=at)
    except ProductError as error:
        return _progress_page(migration_id, refusal_text(error)), status_of(error)
    return redirect(f"/migrations/{migration_id}", code=303)


def _progress_page(migration_id: UUID, problem: str = "") -> str:
    number = max(1, min(request.args.get("page", 1, type=int), MAX_PAGE))
    status = request.args.get("state", "")
    with database().reading() as session:
        found = queries.get_migration(session, migration_id)
        items = queries.items(
            session, migration_id, status=status, offset=queries.PAGE_SIZE * (number - 1)
        )
        reasons = queries.reasons(session, migration_id)
        lines = migrating.plan_lines(session, found.source_id, found.target_id, found.mapping)
        names = dict(migrating.names_of(session, found.target_id))
    listed = found.counts.get(status, 0) if status else found.total
    return render_template(
        "migrations/migration.html",
        migration=found,
        items=[(item, _why(item.message, item.params)) for item in items],
        reasons=[(_why(message, params), count) for message, params, count in reasons],
        lines=[(line, names.get(line.target_id or "", "")) for line in lines],
        state=STATES[found.status],
        item_states=ITEM_STATES,
        steps=STEPS,
        chosen=status,
        number=number,
        pages=max(1, -(-listed // queries.PAGE_SIZE)),
        page_address=lambda page: url_for(
            "migrating.plan", migration_id=migration_id, state=status or None, page=page
        ),
        problem=problem,
    )


def _offers(session: Session) -> list[tuple[procedures.Version, procedures.Version, bool]]:
    """Return each older version that dossiers run on, the newest one, whether only forms differ."""
    found = []
    for procedure in procedures.procedures(session):
        newest, *older = procedures.versions(session, procedure.latest.names.key)
        for version in older:
            if version.running:
                forms_only = procedures.only_forms_differ(session, version, newest)
                found.append((version, newest, forms_only))
    return found


def _why(message: str, params: Mapping[str, object]) -> str:
    return gettext(message, **params) if message else ""
