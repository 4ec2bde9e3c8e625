"""The ways an expression may be written, and reading each into the one tree."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from engine.feel.errors import N_, FeelError, FeelSyntaxError
from engine.feel.juel import JUEL_START, parse_juel
from engine.feel.limits import LIMITS, Limits, exceeded
from engine.feel.parser import parse_feel
from engine.feel.python_dialect import PythonRefusedError, parse_python
from engine.feel.python_scripts import parse_python_script
from engine.feel.tree import Constant, Node


class Dialect(StrEnum):
    FEEL = "feel"
    JUEL = "juel"
    PYTHON = "python"  # conditions as SpiffArena's files have them
    PYTHON_SCRIPT = "python-script"
    LITERAL = "literal"  # plain text that stands for itself


def detect(text: str) -> Dialect:
    """Return how a text that may or may not be an expression is written."""
    if JUEL_START.search(text):
        return Dialect.JUEL
    return Dialect.FEEL if text.lstrip().startswith("=") else Dialect.LITERAL


def detect_condition(
    text: str,
    language: str | None = None,
    house: Dialect = Dialect.FEEL,
    names: Iterable[str] = (),
) -> Dialect:
    """Return how a text that is an expression is written.

    ``language`` is what the file says beside it, ``house`` what the file's tool writes elsewhere:
    FEEL, or Python for SpiffArena's. Raises FeelSyntaxError when it is none of the dialects; the
    error is that of the house's dialect, or says which part of Python is not run here.
    """
    named = _named(language)
    if named is not None:
        return named
    if JUEL_START.search(text):
        return Dialect.JUEL
    if text.lstrip().startswith("="):
        return Dialect.FEEL
    other = Dialect.PYTHON if house is Dialect.FEEL else Dialect.FEEL
    try:
        tree_of(text, house, names)
    except PythonRefusedError:
        raise
    except FeelSyntaxError:
        if not _reads(text, other, names):
            raise
        return other
    return house


def _named(language: str | None) -> Dialect | None:
    if not language:
        return None
    spelled = language.lower()
    for name, dialect in _LANGUAGES.items():
        if name in spelled:
            return dialect
    if "xpath" in spelled:  # BPMN's default, written by tools that mean nothing by it
        return None
    sentence = N_("Expressions in %(language)s are never run here. Write them in FEEL.")
    raise FeelSyntaxError(sentence, {"language": language[:60]})


_LANGUAGES = {"feel": Dialect.FEEL, "python": Dialect.PYTHON, "juel": Dialect.JUEL}


def _reads(text: str, dialect: Dialect, names: Iterable[str]) -> bool:
    try:
        tree_of(text, dialect, names)
    except PythonRefusedError:
        raise
    except FeelSyntaxError:
        return False
    return True


def tree_of(
    text: str, dialect: Dialect, names: Iterable[str] = (), limits: Limits = LIMITS
) -> Node:
    """Return the tree of a text. Raises FeelError, with the position in the text as it is."""
    try:
        return _tree_of(text, dialect, names, limits)
    except FeelError as error:
        if error.position is not None and dialect is not Dialect.PYTHON_SCRIPT:
            error.position += len(text) - len(text.lstrip())
        raise


def _tree_of(text: str, dialect: Dialect, names: Iterable[str], limits: Limits) -> Node:
    if len(text) > limits.text_length:
        raise exceeded("text_length", limits=limits)
    if dialect is Dialect.LITERAL:
        return Constant(text)
    if dialect is Dialect.PYTHON_SCRIPT:
        return parse_python_script(text, limits)
    stripped = unicodedata.normalize("NFC", text.strip())
    if dialect is Dialect.JUEL:
        return parse_juel(stripped, limits)
    if dialect is Dialect.PYTHON:
        return parse_python(stripped, limits)
    without_sign = f" {stripped[1:]}" if stripped.startswith("=") else stripped
    if not without_sign.strip():
        raise FeelSyntaxError(
            N_("The expression is empty. Write a value, a variable or a comparison.")
        )
    return parse_feel(without_sign, names, limits)
