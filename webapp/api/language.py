"""The language in which a program wants to be answered."""

from flask import request

LANGUAGES = ("en", "vi")


def language() -> str:
    """Return the language of this request: what the program accepts, else English."""
    return request.accept_languages.best_match(LANGUAGES) or "en"
