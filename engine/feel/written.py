"""Values as the text that ``string()`` returns."""

import re
from typing import Any

from engine.feel.limits import Budget
from engine.feel.moment_texts import text_of
from engine.feel.values import CONTEXT, BuiltIn, Function, Range, admit, is_number

_DEEPEST = 40
_NAME = re.compile(r"[^\W\d]\w*( [^\W\d]\w*)*")


def to_text(value: Any, budget: Budget | None = None) -> str:
    """Return the value as FEEL writes it (DMN 10.3.4.1, table 73); a text stands without quotes."""
    return written(value, budget or Budget(), 0)


def written(value: Any, budget: Budget, depth: int = 0) -> str:
    """Return the text of a value; inside lists and contexts a text stands in quotes."""
    value = admit(value)
    budget.charge()
    if depth > _DEEPEST:
        raise budget.exceeded("nesting")
    if isinstance(value, str):
        return value if depth == 0 else _quoted(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if is_number(value):
        return number_text(value)
    if isinstance(value, list | dict | Range):
        return budget.made(_collection(value, budget, depth + 1))
    return "function" if isinstance(value, Function | BuiltIn) else text_of(value)


def number_text(value: Any) -> str:
    """Return a number without exponent (as far as sensible) and without trailing zeros."""
    exact = CONTEXT.plus(value) if not isinstance(value, int) else CONTEXT.create_decimal(value)
    text = format(exact, "f") if -40 < exact.adjusted() < 60 else format(exact, "E")
    if "." in text and "E" not in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _collection(value: Any, budget: Budget, depth: int) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(written(entry, budget, depth) for entry in value) + "]"
    if isinstance(value, dict):
        entries = (f"{_key(key)}: {written(v, budget, depth)}" for key, v in value.items())
        return "{" + ", ".join(entries) + "}"
    low, high = written(value.low, budget, depth), written(value.high, budget, depth)
    opening, closing = "(["[value.low_included], ")]"[value.high_included]
    return f"{opening}{low}..{high}{closing}"


def _key(name: object) -> str:
    text = str(name)
    return text if _NAME.fullmatch(text) else _quoted(text)
