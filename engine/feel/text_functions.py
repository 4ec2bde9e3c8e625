"""Built-in functions for texts, truth values and contexts."""

from decimal import Decimal
from typing import Any

from engine.feel.patterns import matches
from engine.feel.scope import Scope
from engine.feel.signature import Shelf
from engine.feel.values import admit
from engine.feel.written import written

TEXTS = Shelf()


@TEXTS.function("string length", "string: string")
def _length(_: Scope, text: str) -> int:
    return len(text)


@TEXTS.function("contains", "string: string", "match: string")
def _contains(scope: Scope, text: str, match: str) -> bool:
    scope.budget.charge(len(text) >> 6)
    return match in text


@TEXTS.function("starts with", "string: string", "match: string")
def _starts_with(_: Scope, text: str, match: str) -> bool:
    return text.startswith(match)


@TEXTS.function("ends with", "string: string", "match: string")
def _ends_with(_: Scope, text: str, match: str) -> bool:
    return text.endswith(match)


@TEXTS.function("upper case", "string: string")
def _upper(_: Scope, text: str) -> str:
    return text.upper()


@TEXTS.function("lower case", "string: string")
def _lower(_: Scope, text: str) -> str:
    return text.lower()


@TEXTS.function("substring", "string: string", "start position: number", "length: number?")
def _substring(_: Scope, text: str, start: Decimal, length: Decimal | None) -> str | None:
    begin = int(start) - 1 if start > 0 else len(text) + int(start)
    if start == 0 or begin < 0 or (length is not None and length < 1):
        return None
    return text[begin:] if length is None else text[begin : begin + int(length)]


@TEXTS.function("substring before", "string: string", "match: string")
def _before(_: Scope, text: str, match: str) -> str:
    before, found, _after = text.partition(match) if match else ("", "", text)
    return before if found else ""


@TEXTS.function("substring after", "string: string", "match: string")
def _after(_: Scope, text: str, match: str) -> str:
    if not match:
        return text
    return text.partition(match)[2]


@TEXTS.function("matches", "input: string", "pattern: string", "flags: string?")
def _matches(scope: Scope, text: str, pattern: str, flags: str | None) -> bool:
    return matches(text, pattern, flags or "", scope.budget.charge)


@TEXTS.function("string", "from: any")
def _string(scope: Scope, value: Any) -> str | None:
    return None if value is None else written(value, scope.budget)


@TEXTS.function("string join", "list: list", "delimiter: string?")
def _join(scope: Scope, entries: list[Any], delimiter: str | None) -> str | None:
    texts = [entry for entry in map(admit, entries) if entry is not None]
    if any(not isinstance(text, str) for text in texts):
        return None
    scope.budget.room_for_string(sum(map(len, texts)) + len(delimiter or "") * len(texts))
    return (delimiter or "").join(texts)


@TEXTS.function("not", "negand: any")
def _not(_: Scope, value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None


@TEXTS.function("is defined", "value: any")
def _is_defined(_: Scope, value: Any) -> bool:
    return value is not None


@TEXTS.function("get or else", "value: any", "default: any")
def _get_or_else(_: Scope, value: Any, default: Any) -> Any:
    return default if value is None else value


@TEXTS.function("get value", "m: context", "key: any")
def _get_value(_: Scope, entries: dict[str, Any], key: Any) -> Any:
    value: Any = entries
    for name in key if isinstance(key, list) else [key]:
        if not isinstance(value, dict) or not isinstance(name, str):
            return None
        value = admit(value.get(name))
    return value


@TEXTS.function("get entries", "m: context")
def _get_entries(_: Scope, entries: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": value} for key, value in entries.items()]


@TEXTS.function("context put", "context: context", "key: string", "value: any")
def _put(_: Scope, entries: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return entries | {key: value}


@TEXTS.function("context merge", "contexts: list")
def _merge(scope: Scope, contexts: list[Any]) -> dict[str, Any] | None:
    merged: dict[str, Any] = {}
    for entries in map(admit, contexts):
        if not isinstance(entries, dict):
            return None
        scope.budget.made(entries)
        merged |= entries
    return merged
