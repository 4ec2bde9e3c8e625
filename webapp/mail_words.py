"""Sentences of e-mails and commands, in the language of who reads them; no request is needed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

_FOLDER = Path(__file__).parent / "translations"


def sentence(template: str, language: str, params: Mapping[str, Any]) -> str:
    """Return a template in a language, with its names filled in."""
    text = _catalog(language).gettext(template)
    return text % params if params else text


@cache
def _catalog(language: str) -> NullTranslations:
    found: NullTranslations = Translations.load(_FOLDER, [language])
    return found
