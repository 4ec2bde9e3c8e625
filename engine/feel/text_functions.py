"""Built-in functions for texts and truth values."""

from typing import Any

from engine.feel.limits import Budget
from engine.feel.patterns import matches_or_null, replaced, split_at
from engine.feel.signature import Shelf
from engine.feel.values import admit
from engine.feel.written import to_text

TEXTS = Shelf()


@TEXTS.function("substring", "string: string", "start position: number", "length: number?")
def _substring(_: Budget, text: str, start: Any, length: Any) -> str | None:
    """Part of a text, counted from 1 or from its end. DMN 10.3.4.3."""
    begin = int(start) - 1 if start > 0 else len(text) + int(start)
    if int(start) == 0 or (begin < 0 and text):
        return None
    if begin >= len(text) or not text:
        return ""
    if length is None:
        return text[begin:]
    return text[begin : begin + int(length)] if length >= 1 else None


@TEXTS.function("string length", "string: string")
def _length(_: Budget, text: str) -> int:
    """How many characters a text has. DMN 10.3.4.3."""
    return len(text)


@TEXTS.function("upper case", "string: string")
def _upper(_: Budget, text: str) -> str:
    """The text in capital letters. DMN 10.3.4.3."""
    return text.upper()


@TEXTS.function("lower case", "string: string")
def _lower(_: Budget, text: str) -> str:
    """The text in small letters. DMN 10.3.4.3."""
    return text.lower()


@TEXTS.function("substring before", "string: string", "match: string")
def _before(_: Budget, text: str, match: str) -> str:
    """What stands before the first match. DMN 10.3.4.3."""
    before, found, _after = text.partition(match) if match else ("", "", text)
    return before if found else ""


@TEXTS.function("substring after", "string: string", "match: string")
def _after(_: Budget, text: str, match: str) -> str:
    """What stands after the first match. DMN 10.3.4.3."""
    return text.partition(match)[2] if match else text


@TEXTS.function("contains", "string: string", "match: string")
def _contains(budget: Budget, text: str, match: str) -> bool:
    """Whether a text holds another. DMN 10.3.4.3."""
    budget.charge(len(text) >> 6)
    return match in text


@TEXTS.function("starts with", "string: string", "match: string")
def _starts_with(_: Budget, text: str, match: str) -> bool:
    """Whether a text begins with another. DMN 10.3.4.3."""
    return text.startswith(match)


@TEXTS.function("ends with", "string: string", "match: string")
def _ends_with(_: Budget, text: str, match: str) -> bool:
    """Whether a text ends with another. DMN 10.3.4.3."""
    return text.endswith(match)


@TEXTS.function("matches", "input: string", "pattern: string", "flags: string|null?")
def _matches(budget: Budget, text: str, pattern: str, flags: str | None) -> bool | None:
    """Whether a pattern is found in a text; null for what is no pattern. DMN 10.3.4.3."""
    return matches_or_null(text, pattern, flags or "", budget)


@TEXTS.function(
    "replace", "input: string", "pattern: string", "replacement: string", "flags: string|null?"
)
def _replace(
    budget: Budget, text: str, pattern: str, replacement: str, flags: str | None
) -> str | None:
    """The text with every match of a pattern replaced. DMN 10.3.4.3."""
    return replaced(text, pattern, replacement, flags or "", budget)


@TEXTS.function("split", "string: string", "delimiter: string")
def _split(budget: Budget, text: str, delimiter: str) -> list[str] | None:
    """The parts between the matches of a pattern. DMN 10.3.4.3."""
    return split_at(text, delimiter, budget)


@TEXTS.function("string join", "list: list", "delimiter: string|null?")
def _join(budget: Budget, entries: list[Any], delimiter: str | None) -> str | None:
    """The texts of a list as one. DMN 10.3.4.3."""
    texts = [entry for entry in map(admit, entries) if entry is not None]
    if any(not isinstance(text, str) for text in texts):
        return None
    budget.room_for_string(sum(map(len, texts)) + len(delimiter or "") * len(texts))
    return (delimiter or "").join(texts)


@TEXTS.function("string", "from: any")
def _string(budget: Budget, value: Any) -> str | None:
    """The value written as text. DMN 10.3.4.1."""
    return None if value is None else to_text(value, budget)


@TEXTS.function("not", "negand: any")
def _not(_: Budget, value: Any) -> bool | None:
    """The opposite truth value. DMN 10.3.4.2."""
    return not value if isinstance(value, bool) else None


@TEXTS.function("is defined", "value: any")
def _is_defined(_: Budget, value: Any) -> bool:
    """Whether a value is not null. No function of DMN 10.3.4, but one that Camunda has."""
    return value is not None


@TEXTS.function("get or else", "value: any", "default: any")
def _get_or_else(_: Budget, value: Any, default: Any) -> Any:
    """The value, or another where it is null. No function of DMN 10.3.4, but one of Camunda."""
    return default if value is None else value
