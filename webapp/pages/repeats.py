"""A form that is sent twice is carried out once; the second time hears what the first one heard.

Each page carries a random key in its forms, beside the form token. What a form does takes the key
in the same transaction, so that a double click, a browser that tries again and a reload find it
taken. The key counts together with what was typed: whoever goes back, changes something and sends
it again means something else.
"""

import hashlib
import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Flask, abort, flash, g, redirect, request
from flask import session as cookie
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp import clock
from webapp.actors import Actor
from webapp.errors import RememberedRefusalError, UnavailableError
from webapp.operations import once
from webapp.pages import wording
from webapp.product import database

log = logging.getLogger(__name__)
FIELD = "once"
FORM_ONLY = frozenset({"csrf_token", FIELD})  # fields that say nothing about what is asked
VISITOR = Actor(None, "visitor", "")  # somebody without an account
REFUSED = frozenset({403, 404, 409, 422})
AT_ONCE = timedelta(seconds=30)  # a second click; what comes later is told that it comes late
PATIENCE_SECONDS, LOOK_EVERY_SECONDS = 3.0, 0.02  # until the first request has its answer


def install(app: Flask) -> None:
    """Answer every form that ``app`` gets a second time as it was answered the first time."""
    app.jinja_env.globals["form_key"] = form_key
    app.before_request(_answer_repeat)
    app.after_request(_remember_answer)


def form_key() -> str:
    """Return the key of the forms of the page that is being made."""
    if "form_key" not in g:
        g.form_key = secrets.token_urlsafe(12)
    return str(g.form_key)


@contextmanager
def acting() -> Iterator[Session]:
    """A transaction for what a form does: opened once for a form, however often it is sent.

    Whoever comes second leaves the page here, with the answer of the first.
    """
    name = _name()
    with database().transaction() as session:
        is_first = name is None or once.take(session, name, _who(), clock.now())
        if is_first:
            try:
                yield session
            except RememberedRefusalError:  # its transaction is committed; the key shall not be
                if name is not None:
                    once.drop(session, name, _who())
                raise
    if name is not None and not is_first:  # out of the transaction: the first may still write
        _repeat(name)
    g.form_carried_out = name


def part_key(part: str) -> str | None:
    """Return the key of one part of what a form does, for ``once.once``; None without a key."""
    name = _name()
    return None if name is None else f"{name}:{part}"[: once.MAX_KEY_LENGTH]


def _answer_repeat() -> None:
    if request.method == "POST" and request.blueprint is not None:
        g.form_name = _read_name()
    name = _name()
    if name is not None and _heard(name) is not None:
        _repeat(name)


def _remember_answer(response: Response) -> Response:
    """Keep the answer of what was carried out; mend the refusal of who came second meanwhile."""
    name = g.pop("form_carried_out", None)
    if name is None:
        return _mended(response)
    is_redirect = 300 <= response.status_code < 400
    answer = {
        "location": response.headers.get("Location") if is_redirect else None,
        "said": [text for _, text in cookie.get("_flashes", [])],
    }
    try:
        with database().transaction() as session:
            once.tell(session, name, _who(), answer)
    except UnavailableError:  # it is done all the same; a repeat is told so in general words
        log.warning("answer not kept", exc_info=True)
    return response


def _mended(response: Response) -> Response:
    """Two at once: the second may be refused for what the first has just changed."""
    name = _name() if response.status_code in REFUSED else None
    if name is None:
        return response
    with suppress(UnavailableError):
        if _heard(name) is not None:
            return _repeated(name)
    return response


def _repeat(name: str) -> NoReturn:
    abort(_repeated(name))


def _repeated(name: str) -> Response:
    """Return the answer of the first time; without one, go back to where the form stood."""
    heard = _patiently(name)
    answer: dict[str, Any] = heard.outcome or {}
    location = answer.get("location")
    if location and clock.now() - heard.at <= AT_ONCE:
        for text in answer.get("said", []):
            if text not in [one for _, one in cookie.get("_flashes", [])]:
                flash(text)
    else:
        at = f"{wording.local(heard.at):%H:%M %d/%m/%Y}"
        flash(gettext("You sent this at %(at)s already. Nothing was done a second time.", at=at))
    return redirect(location or _stood_on(), code=303)


def _patiently(name: str) -> once.Heard:
    """Return what the first time heard; it may just be on its way."""
    never, waited = Event(), 0.0
    heard = _heard(name)
    while (heard is None or heard.outcome is None) and waited < PATIENCE_SECONDS:
        never.wait(LOOK_EVERY_SECONDS)
        waited += LOOK_EVERY_SECONDS
        heard = _heard(name)
    return heard or once.Heard(clock.now(), None)


def _stood_on() -> str:
    """Return the page that the form was on, where the browser tells it and it is ours."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or not parts.path.startswith("/"):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _heard(name: str) -> once.Heard | None:
    with database().reading() as session:
        return once.heard(session, name, _who())


def _who() -> Actor:
    return g.get("actor") or VISITOR


def _name() -> str | None:
    """Return the key of this request, with what it asks; None where it has none."""
    name: str | None = g.get("form_name")
    return name


def _read_name() -> str | None:
    key = request.form.get(FIELD, "")
    if not key:
        return None
    fields = [(name, text) for name, text in request.form.items(multi=True) if name != FIELD]
    asked = {
        "key": key[: once.MAX_KEY_LENGTH],
        "path": request.full_path,
        "fields": [one for one in fields if one[0] not in FORM_ONLY],
        "files": [(name, one.filename) for name, one in request.files.items(multi=True)],
    }
    text = json.dumps(asked, ensure_ascii=False)
    return "form:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
