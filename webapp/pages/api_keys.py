"""Keys with which programs act in the name of an account, for administrators."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.operations import api_keys
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.people import ROLES
from webapp.pages.product import acting, database
from webapp.queries import api_keys as queries
from webapp.queries.people import Person, people

bp = Blueprint("api_keys", __name__, url_prefix="/api-keys")
MOST_DAYS = 3650


@bp.get("")
def index() -> str:
    """List the keys: whose, what for, what they may do, when they were last used."""
    return _page()


@bp.post("")
def create() -> str | tuple[str, int]:
    """Make a key and show it, this once."""
    form, at = request.form, clock.now()
    try:
        days = _days()
        with acting() as session:
            secret = api_keys.create(
                session,
                _account(),
                name=form.get("name", "")[:200],
                roles=form.getlist("roles") or None,
                expires_at=at + timedelta(days=days) if days else None,
                actor=current_actor(),
                at=at,
            )
    except (RejectedError, NotFoundError) as error:
        return _page(problem=refusal_text(error)), status_of(error)
    return _page(secret=secret)


@bp.post("/<uuid:key_id>/revoke")
def revoke(key_id: UUID) -> Response | tuple[str, int]:
    """End a key for good."""
    try:
        with acting() as session:
            api_keys.revoke(session, key_id, actor=current_actor(), at=clock.now())
    except ConflictError as error:
        return _page(problem=refusal_text(error)), status_of(error)
    flash(gettext("The key opens nothing any more."))
    return redirect("/api-keys", code=303)


def _page(problem: str = "", secret: str = "") -> str:
    with database().reading() as session:
        keys = queries.keys(session, clock.now())
        accounts = [one for one in people(session) if one.is_active]
    return render_template(
        "api_keys/index.html",
        keys=keys,
        accounts=[("", gettext("Choose an account")), *_options(accounts)],
        roles=ROLES,
        typed={} if secret else request.form,
        chosen_roles=[] if secret else request.form.getlist("roles"),
        problem=problem,
        has_errors=bool(problem),
        secret=secret,
    )


def _options(accounts: list[Person]) -> list[tuple[str, str]]:
    return [(str(one.id), f"{one.name} ({one.username})") for one in accounts]


def _account() -> UUID:
    try:
        return UUID(request.form.get("account", ""))
    except ValueError as error:
        raise RejectedError(N_("Choose the account in whose name the program acts.")) from error


def _days() -> int | None:
    """Return after how many days the key ends; None: not by itself."""
    typed = request.form.get("days", "").strip()
    if not typed:
        return None
    if not typed.isdecimal() or not 1 <= int(typed[:6]) <= MOST_DAYS:
        raise RejectedError(N_("Days are a whole number from 1 to %(most)s."), most=MOST_DAYS)
    return int(typed)
