"""Regular expressions of XPath (DMN 10.3.4.3), run by RE2: time grows only with the text's length.

Back-references and look-around do not exist here; what a pattern may hold is checked first.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

from engine.feel.errors import N_, FeelSyntaxError
from engine.feel.limits import Budget, exceeded, standing_limits
from engine.feel.pattern_translation import translated

_MEMORY = 1 << 20  # bytes that one compiled pattern may take
_FLAGS = frozenset("smixq")


def matches(text: str, pattern: str, flags: str, charge: Callable[[int], None]) -> bool:
    """Return whether the pattern is found anywhere in the text.

    ``charge`` is called with the work done. Raises FeelError for a pattern that is not one.
    """
    charge(_work(text, pattern))
    return compiled(pattern, flags).search(text) is not None


def matches_or_null(text: str, pattern: str, flags: str, budget: Budget) -> bool | None:
    """Return whether the pattern is found in the text, null for a pattern that is not one."""
    try:
        return matches(text, pattern, flags, budget.charge)
    except FeelSyntaxError:
        return None


def replaced(text: str, pattern: str, by: str, flags: str, budget: Budget) -> str | None:
    """Return the text with all matches replaced; null when the pattern also matches nothing."""
    budget.charge(_work(text, pattern))
    try:
        program = compiled(pattern, flags)
        pieces = [by] if "q" in flags else _pieces(by, program.groups)
    except FeelSyntaxError:
        return None
    if program.fullmatch("") is not None:
        return None
    parts: list[str] = []
    length = at = 0
    for found in program.finditer(text):
        new = "".join(piece if isinstance(piece, str) else found[piece] or "" for piece in pieces)
        parts += (text[at : found.start()], new)
        at = found.end()
        length += len(new) + 1
        budget.charge(1 + len(pieces))
        if length > budget.limits.string_length:
            raise budget.exceeded("string_length")
    return "".join((*parts, text[at:]))


def split_at(text: str, delimiter: str, budget: Budget) -> list[str] | None:
    """Return the parts of a text between the matches of a pattern; null for no pattern."""
    budget.charge(_work(text, delimiter))
    try:
        program = compiled(delimiter, "")
    except FeelSyntaxError:
        return None
    parts: list[str] = []
    at = 0
    for found in program.finditer(text):
        budget.charge()
        if found.end() > found.start():
            parts.append(text[at : found.start()])
            at = found.end()
        if len(parts) > budget.limits.list_length:
            raise budget.exceeded("list_length")
    return [*parts, text[at:]]


def _work(text: str, pattern: str) -> int:
    return 1 + (len(text) * (8 + len(pattern)) >> 9)


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str = "") -> Any:
    """Return the program of a pattern. Raises FeelError for a pattern that is not one."""
    limits = standing_limits()
    if len(pattern) > limits.pattern_length:
        raise exceeded("pattern_length", limits=limits)
    if set(flags) - _FLAGS:
        raise FeelSyntaxError(
            N_("The flags “%(text)s” are not available. Only s, m, i, x and q are."),
            {"text": flags[:20]},
        )
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    inner = re2.escape(pattern) if "q" in flags else translated(pattern, flags)
    switches = "".join(sorted(set(flags) & set("smi")))
    try:
        return re2.compile(f"(?{switches}){inner}" if switches else inner, options)
    except re2.error as error:
        if b"repetition" in bytes(str(error), "utf-8") or "too large" in str(error):
            raise exceeded("pattern_length") from error
        sentence = N_("The pattern “%(text)s” cannot be read.")
        raise FeelSyntaxError(sentence, {"text": pattern}) from error


def _pieces(by: str, groups: int) -> list[str | int]:
    r"""Return the parts of a replacement: texts, and numbers of groups written ``$1``."""
    pieces: list[str | int] = []
    at = 0
    while at < len(by):
        letter, after = by[at], by[at + 1 : at + 2]
        if letter == "\\":
            if after not in {"\\", "$"} or not after:
                raise _wrong_replacement(by)
            pieces.append(after)
            at += 2
        elif letter == "$":
            digits = _group_digits(by, at + 1, groups)
            number = int(digits)
            pieces.append(number if number <= groups else "")
            at += 1 + len(digits)
        else:
            pieces.append(letter)
            at += 1
    return pieces


def _group_digits(by: str, start: int, groups: int) -> str:
    end = start
    while end < min(len(by), start + 4) and "0" <= by[end] <= "9":
        end += 1
    if end == start:
        raise _wrong_replacement(by)
    while end > start + 1 and int(by[start:end]) > groups:
        end -= 1
    return by[start:end]


def _wrong_replacement(by: str) -> FeelSyntaxError:
    sentence = N_("The replacement “%(text)s” cannot be read. Write $1 for a group, \\$ for a $.")
    return FeelSyntaxError(sentence, {"text": by[:80]})
