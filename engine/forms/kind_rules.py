"""What is wrong with records, tables, images and fields of a kind."""

import re
from collections.abc import Iterator
from typing import Any

from engine.forms.composites import COMPOSITES, KIND
from engine.forms.kinds import LISTS, MOST_ROWS
from engine.texts import N_

FIELD_KINDS = {
    "money": "number",
    "phone": "textfield",
    "national-id": "textfield",
    "tax-code": "textfield",
    "province": "select",
    "commune": "select",
}
"""Kind of a single field by the component type that may have it."""

LARGEST_IMAGE = 200_000  # characters of a data address
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_Remark = tuple[str, str, str, dict[str, object]]


def special_remarks(raw: dict[str, Any]) -> Iterator[_Remark]:
    """Yield rule, problem, remedy and params of what only some components can get wrong."""
    yield from _kind_remarks(raw)
    if raw["type"] in LISTS:
        yield from _row_remarks(raw)
    elif raw["type"] == "table":
        yield from _table_remarks(raw)
    elif raw["type"] == "image":
        yield from _image_remarks(raw)
    yield from _step_remarks(raw)
    if raw["type"] == "filepicker":
        yield from _size_remarks(raw)


def _kind_remarks(raw: dict[str, Any]) -> Iterator[_Remark]:
    kind = (raw.get("properties") or {}).get(KIND)
    if kind is None:
        return
    known = {**FIELD_KINDS, **dict.fromkeys(COMPOSITES, "group")}
    if not isinstance(kind, str) or kind not in known:
        yield (
            "form-kind",
            N_("The kind “%(kind)s” of “%(name)s” is not known."),
            N_("Use one of these kinds: %(known)s."),
            {"kind": str(kind)[:40], "known": ", ".join(sorted(known))},
        )
    elif raw["type"] != known[kind]:
        yield (
            "form-kind",
            N_("“%(name)s” is of the kind “%(kind)s”, which a component “%(type)s” cannot be."),
            N_("Make it a component “%(wanted)s”."),
            {"kind": kind, "type": raw["type"], "wanted": known[kind]},
        )
    elif kind in COMPOSITES and not raw.get("path"):
        yield (
            "form-kind",
            N_("The group “%(name)s” of the kind “%(kind)s” has no path."),
            N_("Give the group a path: the variable that holds its answers together."),
            {"kind": kind},
        )


def _row_remarks(raw: dict[str, Any]) -> Iterator[_Remark]:
    if not str(raw.get("label") or "").strip():
        yield (
            "form-label-missing",
            N_("The field “%(name)s” has no label."),
            N_("Write what the field asks for; people who cannot see the page hear it."),
            {},
        )
    limits = {
        name: (raw.get("properties") or {}).get(name, default)
        for name, default in (("minRows", "0"), ("maxRows", str(MOST_ROWS)))
    }
    wrong = [one for one in limits.values() if not re.fullmatch(r"[0-9]{1,3}", str(one))]
    if wrong or not int(limits["minRows"]) <= int(limits["maxRows"]) <= MOST_ROWS:
        yield (
            "form-rows",
            N_("The numbers of rows of “%(name)s” are no limits: from %(low)s to %(high)s."),
            N_("Set minRows and maxRows to whole numbers up to %(most)s, the smaller one first."),
            {"low": limits["minRows"], "high": limits["maxRows"], "most": MOST_ROWS},
        )
    if any(one.get("type") == "filepicker" for one in _inside(raw)):
        yield (
            "form-files-in-rows",
            N_("“%(name)s” asks for files in its rows; nobody could tell whose file is whose."),
            N_("Ask for the files in one field beside the rows."),
            {},
        )


def _inside(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in raw.get("components") or []:
        if isinstance(one, dict):
            yield one
            yield from _inside(one)


def _table_remarks(raw: dict[str, Any]) -> Iterator[_Remark]:
    heads = raw.get("columns") or []
    if raw.get("columnsExpression"):
        return
    if not heads or not all(isinstance(one, dict) and one.get("key") for one in heads):
        yield (
            "form-table-columns",
            N_("The table “%(name)s” has no columns, or one without a key."),
            N_("Give every column a label and the key of what it shows."),
            {},
        )


def _image_remarks(raw: dict[str, Any]) -> Iterator[_Remark]:
    source = raw.get("source") or ""
    if len(source) > LARGEST_IMAGE or not _IMAGE.fullmatch(source):
        yield (
            "form-image",
            N_("The image “%(name)s” is not part of the form, or larger than %(size)s kB."),
            N_("Put it in as data:image/png;base64,…; other addresses would see who looks at it."),
            {"size": LARGEST_IMAGE * 3 // 4 // 1000},
        )
    if not str(raw.get("alt") or "").strip():
        yield (
            "form-label-missing",
            N_("The image “%(name)s” does not say in words what it shows."),
            N_("Write an alternative text."),
            {},
        )


def _size_remarks(raw: dict[str, Any]) -> Iterator[_Remark]:
    written = (raw.get("properties") or {}).get("maxSizeMb")
    if written is not None and not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", str(written)):
        yield (
            "form-limit",
            N_("The limit %(limit)s of “%(name)s” is not a number."),
            N_("Write a number, or an expression that starts with “=”."),
            {"limit": "maxSizeMb"},
        )


def _step_remarks(raw: dict[str, Any]) -> Iterator[_Remark]:
    increment = str(raw.get("increment") or "1")
    interval = raw.get("timeInterval")
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", increment) or not float(increment):
        yield (
            "form-limit",
            N_("The limit %(limit)s of “%(name)s” is not a number."),
            N_("Write a number, or an expression that starts with “=”."),
            {"limit": "increment"},
        )
    if interval is not None and not 1 <= interval <= 24 * 60:
        yield (
            "form-limit",
            N_("The limit %(limit)s of “%(name)s” is not a number."),
            N_("Write a number, or an expression that starts with “=”."),
            {"limit": "timeInterval"},
        )
