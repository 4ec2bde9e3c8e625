"""``camunda:formData`` inside a task or start event, as the form-js JSON that asks the same."""

import json
from typing import Any

from lxml import etree

PREFIX = "formData:"
"""Begins the id of such a form; the id of its element follows."""

_NAMESPACES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://cibseven.org/schema/1.0/bpmn",
)
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "textfield"},
    "long": {"type": "number", "decimalDigits": 0},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "enum": {"type": "select"},
}
_LENGTHS = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}


def form_data(element: etree._Element) -> bytes | None:
    """Return form-js JSON for the form fields of an element, or None where it has none.

    What form-js has no word for (other types, validators in Java) becomes a component of an unknown
    type, so that the check refuses it by name.
    """
    fields = [
        field
        for space in _NAMESPACES
        for holder in element.iter(f"{{{space}}}formData")
        if holder.getparent() is not None and _owner(holder) is element
        for field in holder.iter(f"{{{space}}}formField")
    ]
    if not fields:
        return None
    components = [part for field in fields for part in _components(field)]
    form = {"id": PREFIX + (element.get("id") or ""), "components": components}
    return json.dumps(form, ensure_ascii=False).encode()


def _owner(holder: etree._Element) -> etree._Element | None:
    extensions = holder.getparent()
    return extensions.getparent() if extensions is not None else None


def _components(field: etree._Element) -> list[dict[str, Any]]:
    key, written = field.get("id") or "", field.get("type") or "string"
    label = field.get("label") or key
    raw: dict[str, Any] = {"id": key, "key": key, "label": label, "validate": {}}
    raw |= _TYPES.get(written, {"type": f"formField {written}"})
    if written == "date":
        raw["dateLabel"] = label
    if written == "enum":
        raw["values"] = [
            {"value": one.get("id") or "", "label": one.get("name") or one.get("id") or ""}
            for one in _children(field, "value")
        ]
    default = field.get("defaultValue")
    if default:
        raw["defaultValue"] = (
            default == "true" if written == "boolean" else _plain(written, default)
        )
    raw["properties"] = {
        one.get("id") or "": one.get("value") or "" for one in _children(field, "property")
    }
    strange = [found for one in _children(field, "constraint") if (found := _constrain(raw, one))]
    return [raw, *strange]


def _children(field: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in field.iter() if etree.QName(one).localname == name]


def _plain(written: str, default: str) -> str | int:
    is_number = written == "long" and default.lstrip("-").isdigit() and len(default) <= 18
    return int(default) if is_number else default


def _constrain(raw: dict[str, Any], constraint: etree._Element) -> dict[str, Any] | None:
    """Set a constraint into its field; return a component that names it where none fits."""
    name, value = constraint.get("name") or "", constraint.get("config") or ""
    if name == "required":
        raw["validate"]["required"] = value != "false" and raw["type"] != "checkbox"
    elif name == "readonly":
        raw["readonly"] = value != "false"
    elif name in _LENGTHS:
        raw["validate"][_LENGTHS[name]] = value
    else:
        return {"id": raw["id"], "type": f"constraint {name} {value}".strip()}
    return None
