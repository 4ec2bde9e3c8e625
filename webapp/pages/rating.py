"""Saying how satisfied one is, on the page that tracks a dossier; never asked for a result."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.operations import rating
from webapp.pages import tracking
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import find_actor
from webapp.pages.limits import limiter
from webapp.pages.product import acting, database
from webapp.queries import tracking as queries

bp = Blueprint("rating", __name__)
RATINGS = "10 per minute; 40 per hour"  # per address: four digits must not be guessed
WRONG_PHONE = N_("These are not the last four digits of the phone number on your dossier.")


@bp.post("/t/<token>/rating")
@limiter.limit(RATINGS)
def rate(token: str) -> Response:
    """Keep a rating of somebody who knows the end of the phone number and is not of the staff."""
    digits, text = request.form.get("rating-phone", "")[:20], request.form.get("rating-text", "")
    with database().reading() as session:
        found = queries.find_tracked(session, token)
        if found is None:
            raise NotFoundError(N_("There is no such dossier."))
        if find_actor() is not None:
            raise NotAllowedError(N_("Applicants rate, not the people who work on their dossiers."))
        is_theirs = queries.find_token(session, found.code, digits) == token
    if not is_theirs:
        problem = (gettext(WRONG_PHONE), "rating-phone")
        return tracking.page(token, problem=problem, status=422)
    try:
        with acting() as session:
            chosen = request.form.get("rating", 0, type=int)
            rating.rate(session, found.id, chosen, text, at=clock.now())
    except (RejectedError, ConflictError) as error:
        problem = (refusal_text(error), "rating")
        return tracking.page(token, problem=problem, status=status_of(error))
    flash(gettext("Thank you. It counts in the reports of the office."))
    return redirect(url_for("tracking.dossier", token=token), code=303)
