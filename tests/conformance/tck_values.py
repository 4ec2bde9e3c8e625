"""Values as the Technology Compatibility Kit writes them, and when two count as the same."""

from decimal import Decimal
from typing import Any

from lxml import etree

from engine.feel import parse
from engine.feel.limits import Budget
from engine.feel.values import equal, is_number

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MADE_BY = {
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "duration": "duration",
    "dayTimeDuration": "duration",
    "yearMonthDuration": "duration",
}
_NUMBERS = ("decimal", "double", "float", "integer", "int", "long", "short")
_CLOSE_ENOUGH = Decimal("1e-8")  # the kit's own runners round to eight digits


def value_of(element: etree._Element) -> Any:
    """Return the FEEL value that a ``value``, ``component``, ``list`` or their parent spells."""
    if element.get(_NIL) in ("true", "1"):
        return None
    parts = [one for one in element if isinstance(one.tag, str)]
    if _name(element) == "value":
        return _simple(element)
    if _name(element) == "list":
        return [value_of(one) for one in parts]
    components = [one for one in parts if _name(one) == "component"]
    if components:
        return {one.get("name"): value_of(one) for one in components}
    return value_of(parts[0]) if parts else None


def same(expected: Any, got: Any) -> bool:
    """Return whether a result is the expected one; numbers may differ in the ninth digit."""
    if isinstance(expected, list) and isinstance(got, list):
        pairs = zip(expected, got, strict=False)
        return len(expected) == len(got) and all(same(one, other) for one, other in pairs)
    if isinstance(expected, dict) and isinstance(got, dict):
        keys = expected.keys()
        return keys == got.keys() and all(same(expected[key], got[key]) for key in keys)
    if is_number(expected) and is_number(got) and Decimal(expected).is_finite():
        allowed = _CLOSE_ENOUGH * max(1, abs(expected))
        return bool(abs(Decimal(expected) - Decimal(got)) <= allowed)
    return equal(expected, got, Budget()) is True


def _simple(element: etree._Element) -> Any:
    text = element.text or ""
    kind = (element.get(_TYPE) or "string").rpartition(":")[2]
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in _NUMBERS:
        return Decimal(text.strip())
    if kind in _MADE_BY:
        return parse(f"{_MADE_BY[kind]}(text)").value({"text": text.strip()})
    return text


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
