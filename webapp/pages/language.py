"""Which language a reader gets: their choice, else their browser's, else Vietnamese."""

from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

LANGUAGES = ("vi", "en")
_COOKIE = "motcua_language"
_YEAR = 365 * 24 * 3600  # seconds


def select_language() -> str:
    """Return the language of this request."""
    chosen = request.cookies.get(_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or "vi"


def language_url(code: str) -> str:
    """Return the address that switches to ``code`` and comes back to this page."""
    readable = request.url_rule is None or "GET" in (request.url_rule.methods or ())
    here = request.full_path if request.method == "GET" else request.path
    return f"/language/{code}?{urlencode({'next': here.rstrip('?') if readable else '/'})}"


def keep_language(response: Response, code: str) -> None:
    """Remember the choice in the browser for a year."""
    response.set_cookie(_COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax")
