"""Answering a supplement request from the page that tracks a dossier, on a phone or elsewhere."""

from collections.abc import Iterator

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.operations import supplying
from webapp.operations.supplying import Sent
from webapp.pages import tracking, uploads
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.limits import limiter
from webapp.pages.product import acting, database
from webapp.queries import tracking as queries

bp = Blueprint("supplying", __name__)
ANSWERS = "10 per minute; 40 per hour"  # per address: four digits must not be guessed
WRONG_PHONE = N_("These are not the last four digits of the phone number on your dossier.")
ACCEPTED = ".pdf,.jpg,.jpeg,.png"
_CHUNK = 64 * 1024  # bytes


@bp.post("/t/<token>/supplement")
@limiter.limit(ANSWERS)
def supply(token: str) -> Response:
    """Keep what the applicant sends, if they know the end of the phone number."""
    with database().reading() as session:
        found = queries.find_tracked(session, token)
        if found is None:
            raise NotFoundError(N_("There is no such dossier."))
        digits = request.form.get("phone", "")[:20]
        is_theirs = queries.find_token(session, found.code, digits) == token
    text = request.form.get("text", "")
    if not is_theirs:
        return tracking.page(token, text=text, problem=(gettext(WRONG_PHONE), "phone"), status=422)
    try:
        sent = _files()
        with acting() as session:
            supplying.supply(session, uploads.file_store(), found.id, text, sent, at=clock.now())
    except (RejectedError, ConflictError) as error:
        problem = (refusal_text(error), "files")
        return tracking.page(token, text=text, problem=problem, status=status_of(error))
    flash(gettext("The ward has what you sent. An officer compares it with the request."))
    return redirect(url_for("tracking.dossier", token=token), code=303)


def _files() -> list[Sent]:
    """Return what was posted, every file checked whole. Raises RejectedError."""
    posted = [one for one in request.files.getlist("files") if one.filename]
    return [
        Sent(one.filename or "", _chunks(one), is_held=uploads.checked(one, ACCEPTED))
        for one in posted[: supplying.MAX_FILES + 1]
    ]


def _chunks(posted: FileStorage) -> Iterator[bytes]:
    while chunk := posted.stream.read(_CHUNK):
        yield chunk
