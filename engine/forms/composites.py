"""Groups that stand for a person, an organisation or an address, made into their fields.

And sums of money, which are whole dong.
"""

from typing import Any

KIND = "kind"
PERSON, ORGANISATION, ADDRESS = "person", "organisation", "address"
PLACES = "danh_muc"
"""The variable with the provinces and communes of the day; see docs/reference/forms.md."""


def _field(key: str, label: str, english: str, **parts: Any) -> dict[str, Any]:
    properties = {"en.label": english, **parts.pop("properties", {})}
    kind = parts.pop("type", "textfield")
    return {"type": kind, "key": key, "label": label, "properties": properties, **parts}


_PERSON = (
    _field("ho_ten", "Họ và tên", "Full name", validate={"maxLength": 100}),
    _field(
        "so_dinh_danh",
        "Số định danh cá nhân",
        "Personal identification number",
        properties={KIND: "national-id"},
    ),
    _field(
        "ngay_sinh",
        "Ngày sinh",
        "Date of birth",
        type="datetime",
        subtype="date",
        dateLabel="Ngày sinh",
    ),
    _field("dien_thoai", "Số điện thoại", "Phone number", properties={KIND: "phone"}),
)
_ORGANISATION = (
    _field("ten", "Tên tổ chức", "Name of the organisation", validate={"maxLength": 200}),
    _field("ma_so", "Mã số thuế", "Tax code", properties={KIND: "tax-code"}),
    _field("dai_dien", "Người đại diện", "Represented by", validate={"maxLength": 100}),
    _field("dien_thoai", "Số điện thoại", "Phone number", properties={KIND: "phone"}),
)
_ADDRESS = (
    _field(
        "tinh",
        "Tỉnh, thành phố",
        "Province or city",
        type="select",
        valuesExpression=f"={PLACES}.tinh",
        properties={KIND: "province"},
    ),
    _field(
        "xa",
        "Xã, phường, đặc khu",
        "Commune, ward or special zone",
        type="select",
        valuesExpression=f"=if tinh = null then [] else get value({PLACES}.xa, tinh)",
        properties={KIND: "commune"},
        conditional={"hide": f"=tinh = null or get value({PLACES}.xa, tinh) = null"},
    ),
    _field(
        "xa_ten",
        "Xã, phường, đặc khu",
        "Commune, ward or special zone",
        validate={"maxLength": 100},
        conditional={"hide": f"=tinh = null or get value({PLACES}.xa, tinh) != null"},
    ),
    _field(
        "dia_chi",
        "Số nhà, đường, thôn, tổ dân phố",
        "House number, street, hamlet",
        validate={"maxLength": 200},
    ),
)
COMPOSITES = {PERSON: _PERSON, ORGANISATION: _ORGANISATION, ADDRESS: _ADDRESS}
_FIRST = {PERSON: "ho_ten, so_dinh_danh", ORGANISATION: "ten, ma_so", ADDRESS: "tinh, dia_chi"}
_DEEPEST = 20


def expanded(raw: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return a form or component in which every kind has what belongs to it."""
    inner = raw.get("components")
    if isinstance(inner, list) and inner:
        if depth > _DEEPEST:
            return raw  # told as too deep
        made = [expanded(one, depth + 1) if isinstance(one, dict) else one for one in inner]
        return {**raw, "components": made}
    properties = raw.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    kind = properties.get(KIND)
    if raw.get("type") == "number" and kind == "money":
        look = raw.get("appearance")
        words = {"suffixAdorner": "đồng", **(look if isinstance(look, dict) else {})}
        return {"decimalDigits": 0, **raw, "appearance": words}
    if raw.get("type") != "group" or not isinstance(kind, str) or kind not in COMPOSITES:
        return raw
    wanted = str(properties.get("required", _FIRST[kind]))
    return {**raw, "components": _fields(kind, {one.strip() for one in wanted.split(",")})}


def _fields(kind: str, wanted: set[str]) -> list[dict[str, Any]]:
    return [
        {**one, "validate": {**one.get("validate", {}), "required": one["key"] in wanted}}
        for one in COMPOSITES[kind]
    ]
