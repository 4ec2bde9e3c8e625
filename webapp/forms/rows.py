"""The rows of repeating groups, and groups whose answers stand together."""

from collections.abc import Mapping
from typing import Any

from engine import forms as models
from engine.model import Variables

ORIGIN = "#"
"""Key, in a typed row, of the number of the dossier's row that it was; "" for a new one."""


def rows_of(record: models.Component, typed: Any) -> list[dict[str, Any]]:
    """Return the typed rows of a record; exactly one where it is no list."""
    if record.is_list:
        return [row for row in typed if isinstance(row, dict)] if isinstance(typed, list) else []
    return [typed if isinstance(typed, dict) else {}]


def row_known(
    record: models.Component,
    around: Mapping[str, Any],
    row: Mapping[str, Any],
    number: int,
    kept: Any,
) -> Variables:
    """Return what expressions in a row may mention: what is around it, and the dossier's row."""
    before = _row_before(record, row, kept)
    inner = {one.key: before.get(one.key) for one in models.inputs_of(record.components)}
    return {**around, **inner, "parent": dict(around), "i": number + 1}


def first_rows(record: models.Component, value: Any) -> list[Mapping[str, Any]]:
    """Return the stored rows of a record, or the empty ones that it begins with."""
    if not record.is_list:
        return [value if isinstance(value, Mapping) else {}]
    if isinstance(value, list):
        return [row for row in value if isinstance(row, Mapping)][: models.MOST_ROWS]
    return [{} for _ in range(max(record.repetitions, record.fewest_rows))]


def _row_before(record: models.Component, row: Mapping[str, Any], kept: Any) -> Mapping[str, Any]:
    if not record.is_list:
        return kept if isinstance(kept, Mapping) else {}
    origin = str(row.get(ORIGIN) or "")
    place = int(origin) if origin.isdigit() and len(origin) < 4 else -1
    found = kept[place] if isinstance(kept, list) and 0 <= place < len(kept) else None
    return found if isinstance(found, Mapping) else {}
