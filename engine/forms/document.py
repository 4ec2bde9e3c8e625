"""The JSON of a form file and where things stand in it."""

import json
from collections.abc import Iterator
from typing import Any

from engine.errors import InvalidModelError
from engine.forms.composites import expanded
from engine.texts import N_

Raw = dict[str, Any]
"""One JSON object as the form editor saved it; nothing about it is checked yet."""

LARGEST = 512 * 1024  # bytes of one form file
DEEPEST = 10  # groups inside groups
UNREADABLE = N_("The file is not a form: it is no JSON object, or larger than %(size)s kB.")


class UnreadableDocumentError(InvalidModelError):
    """The bytes are not a JSON object of bearable size. Save the form again."""

    def __init__(self) -> None:
        super().__init__(UNREADABLE, params={"size": LARGEST // 1024})


def load(content: bytes) -> Raw:
    """Return the JSON object in a form file. Raises UnreadableDocumentError."""
    if len(content) > LARGEST:
        raise UnreadableDocumentError
    try:
        raw = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnreadableDocumentError from error
    if not isinstance(raw, dict):
        raise UnreadableDocumentError
    return expanded(raw)


def _refuse(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def objects(value: object) -> list[Raw]:
    """Return the JSON objects in a list, and nothing else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def every_component(raw: Raw) -> Iterator[Raw]:
    """Yield all components of a form or group, also those inside groups, in reading order."""
    waiting = objects(raw.get("components"))[::-1]
    while waiting:
        component = waiting.pop()
        yield component
        waiting += objects(component.get("components"))[::-1]


def scope_of(raw: Raw) -> Iterator[Raw]:
    """Yield the components whose keys stand beside each other: records, but not their members."""
    waiting = objects(raw.get("components"))[::-1]
    while waiting:
        component = waiting.pop()
        yield component
        if not component.get("path"):
            waiting += objects(component.get("components"))[::-1]


def is_too_deep(raw: Raw) -> bool:
    """Return whether groups stand in groups deeper than anybody could read."""
    level = objects(raw.get("components"))
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in objects(outer.get("components"))]
    return bool(level)


def line_of(content: bytes, text: object) -> int | None:
    """Return the 1-based line where an id or key first stands as a JSON value."""
    if not isinstance(text, str) or not text:
        return None
    at = content.find(json.dumps(text, ensure_ascii=False).encode())
    return content.count(b"\n", 0, at) + 1 if at >= 0 else None
