"""What an applicant sees of their dossier, without signing in and without scripts."""

from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError
from webapp.forms.answers import Answer, public_answers
from webapp.operations import definitions, supplying
from webapp.pages import clocks, wording
from webapp.pages.limits import limiter
from webapp.pages.product import database
from webapp.queries import tracking as queries
from webapp.queries.deadlines import dossier_clocks
from webapp.queries.states import (
    HANDED_OVER,
    OBLIGATION,
    REFUSED,
    STOPPED,
    SUPPLEMENT,
    StateWords,
    words_of,
)
from webapp.queries.tracking import Stage, TrackedDossier
from webapp.queries.user_tasks import completed_tasks

bp = Blueprint("tracking", __name__)
LOOK_UPS = "20 per minute; 100 per hour"  # per address: four digits must not be guessed
PAGES = "120 per minute"  # per address
STOOD_STILL = N_("The clock was stopped")
PAUSED_FOR = {
    SUPPLEMENT: N_("You were asked for a supplement; the clock stopped"),
    OBLIGATION: N_("You were asked for a payment; the clock stopped"),
}
RESUMED = N_("The time counts again")
RESUMED_AFTER = {
    SUPPLEMENT: N_("Your supplement arrived; the time counts again"),
    OBLIGATION: N_("Your payment arrived; the time counts again"),
}
ASKING = frozenset({SUPPLEMENT, OBLIGATION})
REFUSING = frozenset({REFUSED, STOPPED})


@bp.get("/tracking")
def form() -> Response:
    """Ask for the code and the end of the phone number."""
    return _private(render_template("tracking/form.html", code="", failed=False))


@bp.post("/tracking")
@limiter.limit(LOOK_UPS)
def find() -> Response:
    """Lead to the dossier, or say that code and number do not belong together."""
    code = request.form.get("code", "")[:50]
    with database().reading() as session:
        token = queries.find_token(session, code, request.form.get("phone", "")[:20])
    if token is None:
        page = render_template("tracking/form.html", code=code, failed=True, has_errors=True)
        return _private(page, 422)
    return redirect(url_for("tracking.dossier", token=token), code=303)


@bp.get("/t/<token>")
@limiter.limit(PAGES)
def dossier(token: str) -> Response:
    """Show where the dossier is and what is asked of the applicant."""
    return page(token)


def page(
    token: str, *, text: str = "", problem: tuple[str, str] | None = None, status: int = 200
) -> Response:
    """Return the page of a dossier; ``problem`` is a sentence about an answer, and its field.

    ``text`` is what the applicant wrote in an answer that was not accepted.
    """
    at = clock.now()
    with database().reading() as session:
        found = queries.find_tracked(session, token)
        if found is None:
            raise NotFoundError(N_("There is no such dossier."))
        notices = _notices(session, found)
        may_answer = bool(found.phone_end) and _is_awaited(session, found)
        counted = next(iter(dossier_clocks(session, found.id, at)), None)
    words = words_of(found.state)
    return _private(
        render_template(
            "tracking/dossier.html",
            dossier=found,
            procedure=found.procedure.title(wording.language()),
            sentence=_sentence(found, words),
            asks=_asks(words),
            notices=(*found.told, *notices),
            stages=[_stage(one, found) for one in found.stages],
            events=_events(found),
            left=_left(found, counted, at),
            lines=clocks.clock_lines(counted),
            papers=_papers(found),
            moved=_moved(found),
            may_answer=may_answer,
            ratings=[(rating, gettext(words)) for rating, words in found.ratings],
            text=text,
            problem=problem,
            has_errors=problem is not None,
        ),
        status,
    )


def _private(page: str, status: int = 200) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _sentence(found: TrackedDossier, words: StateWords) -> str:
    """Where it is, and whether the applicant has to do something, in one breath."""
    public = gettext(words.public)
    if words.asks or found.ended_at:
        return public
    now = next((one for one in found.stages if one.state == "now"), None)
    doing = wording.in_language(now.doing).rstrip(".") if now else ""
    nothing = gettext("You need do nothing now.")
    return f"{doing or public.rstrip('.')}. {nothing}"


def _asks(words: StateWords) -> str:
    return gettext(words.asks) if words.asks else ""


def _notices(session: Session, found: TrackedDossier) -> tuple[Answer, ...]:
    """What the ward wrote for the applicant: answers to fields that the form calls public.

    Shown while something is asked of the applicant, and where the dossier was refused.
    """
    if found.state not in ASKING | REFUSING:
        return ()
    language = wording.language()
    written: dict[str, Answer] = {}
    for task in completed_tasks(session, found.instance_id):
        form = definitions.form(session, task.definition_id, task.form_ref)
        if form is not None:
            written.update(public_answers(form, task.answers, language))
    return tuple(written.values())


def _is_awaited(session: Session, found: TrackedDossier) -> bool:
    """Whether the model waits for a supplement that the applicant can send from here."""
    return supplying.is_awaited(session, found.id)


def _stage(stage: Stage, found: TrackedDossier) -> dict[str, Any]:
    states = {"done": gettext("done"), "now": gettext("in progress"), "next": gettext("not yet")}
    text = ""
    if stage.state == "now":
        asked = found.state in ASKING
        text = gettext(words_of(found.state).name) if asked else wording.in_language(stage.doing)
    if stage.state == "done" and stage.at:
        text = wording.full_instant_words(stage.at)
    return {
        "kind": stage.state,
        "title": wording.in_language(stage.name),
        "text": text,
        "state": states[stage.state],
    }


def _events(found: TrackedDossier) -> list[dict[str, Any]]:
    """What an applicant may know of what happened, newest first; no names of staff."""
    happened = [(_begun(found), found.received_at)]
    for state, started_at, ended_at, _ in found.pauses:
        happened.append((gettext(PAUSED_FOR.get(state, STOOD_STILL)), started_at))
        if ended_at:
            happened.append((gettext(RESUMED_AFTER.get(state, RESUMED)), ended_at))
    happened += [(gettext("You sent a supplement"), one.at) for one in found.sent]
    if found.state == HANDED_OVER and found.decided_at:
        happened.append((gettext("The result was ready"), found.decided_at))
    if closed_at := found.ended_at or found.decided_at:
        happened.append((gettext(words_of(found.state).name), closed_at))
    newest_first = sorted(happened, key=lambda one: one[1], reverse=True)
    return [{"text": text, "at": at} for text, at in newest_first]


def _begun(found: TrackedDossier) -> str:
    if found.is_begun_by_program:
        return gettext("The program began the dossier: nobody handed it in")
    return gettext("The dossier was received, the receipt handed out")


def _left(found: TrackedDossier, counted: Any, at: datetime) -> str:
    """How many working days are left, in words; "" where the date no longer matters."""
    if found.promised_at is None or found.decided_at is not None or counted is None:
        return ""
    if clocks.stands_still(found, at):
        return gettext("The time stands still now; the date moves by as long as that lasts.")
    return clocks.left_words(counted, found.promised_at, at)


def _moved(found: TrackedDossier) -> bool:
    """Whether the promised date differs from the one on the receipt."""
    return bool(found.first_promised_at and found.promised_at != found.first_promised_at)


def _papers(found: TrackedDossier) -> list[str]:
    listed = {one.get("id"): one for one in found.procedure.facts.get("papers", [])}
    return [
        wording.in_language(listed.get(one.get("id"), {}).get("name")) or str(one.get("name", ""))
        for one in found.papers
        if one.get("state", "complete") == "complete"
    ]
