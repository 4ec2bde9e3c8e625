"""Coming in, going out, and the choice of language."""

from dataclasses import replace

from flask import Blueprint, abort, g, make_response, redirect, render_template, request
from flask import session as form_session
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp import clock
from webapp.actors import Actor
from webapp.operations import people
from webapp.pages import kept
from webapp.pages.errors import refusal_text
from webapp.pages.guard import SESSION_COOKIE, drop_session, find_actor, keep_session, safe_next
from webapp.pages.language import LANGUAGES, keep_language
from webapp.pages.limits import SIGN_IN, limiter
from webapp.pages.navigation import home_of
from webapp.pages.product import config, database
from webapp.queries.people import demo_people

bp = Blueprint("session", __name__)


@bp.get("/")
def home() -> Response:
    """Lead everybody to where their work begins."""
    actor = find_actor()
    return redirect(home_of(actor) if actor else "/sign-in", code=303)


@bp.get("/sign-in")
def sign_in() -> str | Response:
    """Show the door."""
    actor = find_actor()
    if actor is not None:
        return redirect(home_of(actor), code=303)
    return _door()


@bp.post("/sign-in/kept")
def keep() -> str | Response:
    """Show the door to somebody whose session ended while they typed; keep what they typed."""
    typed, to = kept.find_typed(), safe_next(request.args.get("to"))
    if typed is None or to is None:
        return redirect("/sign-in", code=303)
    typed = replace(typed, to=to)
    if find_actor() is not None:  # another window signed in meanwhile
        return kept.resume_page(typed, is_new_session=True)
    return _door(typed=typed)


@bp.post("/sign-in")
@limiter.limit(SIGN_IN)
def enter() -> Response | tuple[str, int]:
    """Let a person in who knows name and password."""
    username = request.form.get("username", "")
    password = request.form.get("password", "")
    try:
        with database().transaction() as session:
            actor, secret = people.sign_in(
                session, username, password, clock.now(), absolute=config().session_absolute
            )
    except people.SignInRefusedError as error:
        return _door(username, refusal_text(error), kept.find_carried()), 422
    return _welcome(actor, secret)


@bp.post("/demo-sign-in")
@limiter.limit(SIGN_IN)
def enter_demo() -> Response:
    """Let anybody in as one of the demo people, in demo mode only."""
    if not config().demo:
        abort(404)
    with database().transaction() as session:
        actor, secret = people.demo_sign_in(
            session,
            request.form.get("username", ""),
            clock.now(),
            absolute=config().session_absolute,
        )
    return _welcome(actor, secret)


@bp.post("/sign-out")
def sign_out() -> Response:
    """End the session on this server and in this browser."""
    secret = request.cookies.get(SESSION_COOKIE)
    if secret:
        with database().transaction() as session:
            people.sign_out(session, secret)
    form_session.clear()
    response = redirect("/sign-in", code=303)
    response.headers["Clear-Site-Data"] = '"cache"'  # nobody after us goes back to our pages
    drop_session(response)
    return response


@bp.get("/language/<code>")
def language(code: str) -> Response:
    """Keep the chosen language and go back to the page."""
    if code not in LANGUAGES:
        abort(404)
    response = redirect(safe_next(request.args.get("next")) or "/", code=303)
    keep_language(response, code)
    return response


def _door(username: str = "", error: str = "", typed: kept.Kept | None = None) -> str:
    with database().reading() as session:
        roles = demo_people(session, clock.now()) if config().demo else ()
    errors = [(error, "username")] if error else []
    return render_template(
        "session/sign_in.html",
        username=username,
        kept=typed,
        errors=errors,
        ended=SESSION_COOKIE in request.cookies and not errors,
        has_errors=bool(errors),
        next=safe_next(request.values.get("next")) or "",
        people=[(person, _doing(person.open_tasks, person.late_tasks)) for person in roles],
    )


def _doing(open_tasks: int, late_tasks: int) -> str:
    if not open_tasks:
        return ""
    if not late_tasks:
        return gettext("%(num)s tasks in hand", num=open_tasks)
    return gettext("%(num)s tasks in hand, %(late)s late", num=open_tasks, late=late_tasks)


def _welcome(actor: Actor, secret: str) -> Response:
    form_session.clear()  # a new form token for a new person
    g.actor = actor
    response = make_response(_onward(actor))
    keep_session(response, secret)
    return response


def _onward(actor: Actor) -> str | Response:
    """The page that sends what was typed again, or else the way to where the work is."""
    typed = kept.find_carried()
    if typed and safe_next(typed.to):
        return kept.resume_page(typed, is_new_session=True)
    return redirect(safe_next(request.form.get("next")) or home_of(actor), code=303)
