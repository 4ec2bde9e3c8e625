"""Who may enter which room, decided before any page runs."""

import logging
from contextlib import suppress
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.actors import Actor, Role
from webapp.errors import NotAllowedError, NotFoundError, UnavailableError
from webapp.operations import noting, people, signed_in
from webapp.pages import kept
from webapp.pages.product import config, database

SESSION_COOKIE = "motcua_session"

MACHINES = frozenset({"health", "metrics"})  # they have no session
PUBLIC: frozenset[Role] | None = None
ROOMS: dict[str, frozenset[Role] | None] = {
    "session": PUBLIC,
    "health": PUBLIC,
    "metrics": PUBLIC,  # but see there
    "tracking": PUBLIC,
    "supplying": PUBLIC,
    "rating": PUBLIC,
    "public_clock": PUBLIC,
    "inbox": frozenset({Role.OFFICER, Role.COUNTER}),
    "user_tasks": frozenset({Role.OFFICER, Role.COUNTER}),
    "bulk": frozenset({Role.OFFICER, Role.COUNTER}),
    "notices": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "lending": frozenset({Role.OFFICER, Role.COUNTER}),
    "team": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),  # leaders only, see there
    "team_files": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),  # the same
    "absences": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "counter": frozenset({Role.COUNTER}),
    "dossiers": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "receipts": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "registers": frozenset({Role.COUNTER, Role.ADMIN}),
    "register_files": frozenset({Role.COUNTER, Role.ADMIN}),
    "agencies": frozenset({Role.ADMIN}),
    "notes": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "handovers": frozenset({Role.OFFICER, Role.COUNTER}),
    "slips": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "slip_templates": frozenset({Role.ADMIN}),
    "actions": frozenset({Role.OFFICER, Role.COUNTER}),
    "choosing": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "reasons": frozenset({Role.ADMIN}),
    "retention": frozenset({Role.ADMIN}),
    "api_keys": frozenset({Role.ADMIN}),
    "inspection": frozenset({Role.ADMIN, Role.INSPECTOR}),
    "procedures": frozenset({Role.ANALYST}),
    "form_editor": frozenset({Role.ANALYST}),
    "trying": frozenset({Role.ANALYST}),
    "elements": frozenset({Role.ANALYST}),
    "blocks": frozenset({Role.ANALYST}),
    "instances": frozenset({Role.ADMIN}),
    "migrating": frozenset({Role.ADMIN}),
    "decisions": frozenset({Role.ANALYST}),
    "monitoring": frozenset({Role.ADMIN}),
    "breakdowns": frozenset({Role.ADMIN}),
    "administration": frozenset({Role.ADMIN}),
    "reports": frozenset({Role.ADMIN}),
    "data_stores": frozenset({Role.ADMIN}),
    "people": frozenset({Role.ADMIN}),
    "calendars": frozenset({Role.ADMIN}),
    "places": frozenset({Role.ADMIN}),
    "deadlines": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "incidents": frozenset({Role.ADMIN}),
    "views": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN, Role.INSPECTOR}),
    "keyboard": frozenset(Role) - {Role.PROGRAM},
}
"""Blueprint name to the roles of which one suffices. A blueprint that is not here is shut."""
READING = frozenset(
    {
        "dossiers",
        "deadlines",
        "receipts",
        "slips",
        "monitoring",
        "breakdowns",
        "reports",
        "incidents",
        "data_stores",
    }
)
"""What inspectors may read, and only read."""
log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Check every request of ``app`` against ROOMS."""
    app.before_request(_load_actor)
    app.before_request(_check_room)


def find_actor() -> Actor | None:
    """Return who is signed in, or None."""
    actor: Actor | None = g.get("actor")
    return actor


def current_actor() -> Actor:
    """Return who is signed in. Raises NotAllowedError where nobody is."""
    actor = find_actor()
    if actor is None:
        raise NotAllowedError(N_("Please sign in first."))
    return actor


def require(role: Role) -> Actor:
    """Return who is signed in, if they have ``role``. Raises NotAllowedError otherwise."""
    actor = current_actor()
    if not actor.has(role):
        raise NotAllowedError(N_("Your role does not include this page."))
    return actor


def require_leader() -> Actor:
    """Return who is signed in, if they lead. Raises NotFoundError: others know of no such page."""
    actor = current_actor()
    if not noting.may_instruct(actor):
        raise NotFoundError(N_("There is no such page."))
    return actor


def safe_next(address: str | None) -> str | None:
    """Return ``address`` if it leads to a page of this site, else None."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    if "\\" in address or any(ord(sign) < ord(" ") for sign in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def keep_session(response: Response, secret: str) -> None:
    """Give the browser the secret of its session."""
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(config().session_absolute.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=config().secure_cookies,
    )


def drop_session(response: Response) -> None:
    """Take the secret of its session from the browser."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax")


def _load_actor() -> None:
    secret = request.cookies.get(SESSION_COOKIE)
    g.actor = _actor_of(secret) if secret and request.blueprint not in MACHINES else None


def _actor_of(secret: str) -> Actor | None:
    now = clock.now()
    with database().reading() as session:
        actor = signed_in.actor_of_session(session, secret, now, idle=config().session_idle)
        stale = actor is not None and signed_in.touch_is_due(session, secret, now)
    if stale:
        with suppress(UnavailableError), database().transaction() as session:
            people.touch(session, secret, now)  # where nothing can be written, people still read
    return actor


def _check_room() -> Response | None:
    room = request.blueprint
    if room is None:  # no such address: the error page answers
        return None
    roles = ROOMS.get(room, frozenset())
    if roles is None:
        return None
    actor = find_actor()
    if actor is None and request.headers.get("HX-Request") == "true":
        return Response(status=401)  # the page stays and says so: what was typed is not lost
    if actor is None:
        return _to_the_door()
    if roles.intersection(actor.roles):
        return None
    if not (actor.has(Role.INSPECTOR) and room in READING and request.method in ("GET", "HEAD")):
        raise NotAllowedError(N_("Your role does not include this page."))
    log.info("read by an inspector", extra={"path": request.path})
    return None


def reads_only() -> bool:
    """Tell whether who is signed in may read the page that is asked for, but change nothing."""
    actor, roles = find_actor(), ROOMS.get(request.blueprint or "")
    return actor is not None and roles is not None and not roles.intersection(actor.roles)


def _to_the_door() -> Response:
    """Send who is not signed in to the door, with what they typed where they sent a form."""
    if kept.find_typed():
        return redirect(url_for("session.keep", to=request.full_path.rstrip("?")), code=307)
    return redirect(url_for("session.sign_in", next=_back()), code=303)


def _back() -> str | None:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    return safe_next(came_from.path) if came_from.netloc == request.host else None
