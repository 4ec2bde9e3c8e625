"""Whether the parts of a component have the JSON types that the reader relies on."""

from collections.abc import Iterator
from typing import Any

from engine.texts import N_

_TEXT = (str, type(None))
_OBJECT = (dict, type(None))
_SHAPES: dict[str, tuple[type, ...]] = {
    "type": (str,),
    "id": _TEXT,
    "key": _TEXT,
    "label": _TEXT,
    "dateLabel": _TEXT,
    "timeLabel": _TEXT,
    "description": _TEXT,
    "text": _TEXT,
    "subtype": _TEXT,
    "expression": _TEXT,
    "computeOn": _TEXT,
    "valuesExpression": _TEXT,
    "valuesKey": _TEXT,
    "path": _TEXT,
    "accept": _TEXT,
    "dataSource": _TEXT,
    "columnsExpression": _TEXT,
    "columns": (list, type(None)),
    "source": _TEXT,
    "alt": _TEXT,
    "increment": (int, float, str, type(None)),
    "timeInterval": (int, type(None)),
    "defaultRepetitions": (int, type(None)),
    "decimalDigits": (int, type(None)),
    "validate": _OBJECT,
    "conditional": _OBJECT,
    "appearance": _OBJECT,
    "layout": _OBJECT,
    "properties": _OBJECT,
    "values": (list, type(None)),
    "components": (list, type(None)),
}
_INNER: dict[str, dict[str, tuple[type, ...]]] = {
    "validate": {"pattern": _TEXT, "patternErrorMessage": _TEXT, "validationType": _TEXT},
    "conditional": {"hide": _TEXT},
    "appearance": {"prefixAdorner": _TEXT, "suffixAdorner": _TEXT},
    "layout": {"row": _TEXT, "columns": (int, type(None))},
}


def shape_problems(raw: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, object]]]:
    """Yield rule, problem, remedy and params for each part of the wrong type."""
    parts = list(_wrong(raw, _SHAPES, ""))
    if "type" not in raw:
        parts.append("type")
    for outer, inner in _INNER.items():
        if isinstance(raw.get(outer), dict):
            parts += _wrong(raw[outer], inner, f"{outer}.")
    for part in parts:
        yield (
            "form-shape",
            N_("The part %(part)s of “%(name)s” is missing or of the wrong kind."),
            N_("Save the form again with the form editor."),
            {"part": part},
        )


def _wrong(raw: dict[str, Any], shapes: dict[str, tuple[type, ...]], prefix: str) -> Iterator[str]:
    for name, kinds in shapes.items():
        if name in raw and not isinstance(raw[name], kinds):
            yield prefix + name
