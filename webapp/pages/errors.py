"""Every refusal as a page that says what happened and what to do."""

import logging

from flask import Flask, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.errors import EngineError
from engine.texts import N_
from webapp.errors import ProductError, UnavailableError
from webapp.pages import kept
from webapp.pages.sentences import refusal
from webapp.statuses import status_of as status_of

log = logging.getLogger(__name__)

_TEXTS: dict[int, tuple[str, str]] = {
    400: (
        N_("The page was open too long"),
        N_("Nothing was saved. Go back, reload the page and try again."),
    ),
    403: (
        N_("You may not do this"),
        N_("Ask an administrator if it belongs to your work."),
    ),
    404: (
        N_("There is no such page"),
        N_("The address may be mistyped, or what it showed is not meant for you."),
    ),
    405: (
        N_("This address cannot be opened like that"),
        N_("Go back and use the buttons of the page."),
    ),
    409: (
        N_("Somebody else was first"),
        N_("Reload the page to see how it stands now, then decide again."),
    ),
    413: (
        N_("The file is too large"),
        N_("Make the file smaller or send fewer files at once. Nothing was saved."),
    ),
    422: (
        N_("This cannot be accepted as it is"),
        N_("Correct it and try again. Nothing was saved."),
    ),
    429: (
        N_("Too many attempts"),
        N_("Wait a minute, then try again."),
    ),
    500: (
        N_("The program made a mistake"),
        N_("Nothing was saved. Try again; if it happens again, tell your administrator."),
    ),
    503: (
        N_("The program cannot work at the moment"),
        N_("Wait a minute and look whether your last step was saved; if not, do it again."),
    ),
    507: (
        N_("There is no room left to save"),
        N_("Keep what you typed and tell your administrator; nothing was half-saved."),
    ),
}


def install(app: Flask) -> None:
    """Answer every error of ``app`` with a page."""
    app.register_error_handler(ProductError, _refusal)
    app.register_error_handler(EngineError, _engine_refusal)
    app.register_error_handler(CSRFError, _csrf_refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _mistake)


def refusal_text(error: ProductError | EngineError) -> str:
    """Return what ``error`` says, in the reader's language and time zone."""
    return refusal(error)


def _refusal(error: ProductError) -> tuple[str, int]:
    if isinstance(error, UnavailableError):
        facts = {"path": request.path, "reason": error.reason}
        log.error("database or disk cannot serve", extra=facts)
    return _page(status_of(error), refusal_text(error))


def _engine_refusal(error: EngineError) -> tuple[str, int]:
    log.warning("engine refused", extra={"code": error.code, "element_id": error.element_id})
    return _page(status_of(error), refusal_text(error))


def _csrf_refusal(error: CSRFError) -> tuple[str, int]:
    log.info("form refused", extra={"reason": error.description, "path": request.path})
    typed = None if request.headers.get("HX-Request") else kept.find_typed()
    if typed and not request.path.startswith("/sign-in"):
        return kept.resume_page(typed, is_new_session=False), 400
    return _page(400)


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    return _page(code) if code in _TEXTS else error


def _mistake(error: Exception) -> tuple[str, int]:
    log.error("request failed", exc_info=error, extra={"path": request.path})
    return _page(500)


def _page(code: int, said: str = "") -> tuple[str, int]:
    title, advice = (gettext(text) for text in _TEXTS[code])
    part = request.headers.get("HX-Request") == "true"
    template = "errors/part.html" if part else "errors/page.html"
    return render_template(template, code=code, title=title, said=said, advice=advice), code
