"""The language in which a program wants to be answered."""

from functools import lru_cache

from flask import request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = ("en", "vi")
_HEADERS_KEPT = 200  # few programs, each with its own


def language() -> str:
    """Return the language of this request: what the program accepts, else English."""
    return _best(request.headers.get("Accept-Language"))


@lru_cache(_HEADERS_KEPT)
def _best(accepted: str | None) -> str:
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or "en"
