"""Provinces and communes as of a day, for address fields."""

from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.forms import Form, condition_names
from engine.forms.composites import PLACES
from webapp.models import Place

TWO_LEVELS_FROM = date(2025, 7, 1)
PROVINCES = {
    "01": "Thành phố Hà Nội",
    "04": "Tỉnh Cao Bằng",
    "08": "Tỉnh Tuyên Quang",
    "11": "Tỉnh Điện Biên",
    "12": "Tỉnh Lai Châu",
    "14": "Tỉnh Sơn La",
    "15": "Tỉnh Lào Cai",
    "19": "Tỉnh Thái Nguyên",
    "20": "Tỉnh Lạng Sơn",
    "22": "Tỉnh Quảng Ninh",
    "24": "Tỉnh Bắc Ninh",
    "25": "Tỉnh Phú Thọ",
    "31": "Thành phố Hải Phòng",
    "33": "Tỉnh Hưng Yên",
    "37": "Tỉnh Ninh Bình",
    "38": "Tỉnh Thanh Hóa",
    "40": "Tỉnh Nghệ An",
    "42": "Tỉnh Hà Tĩnh",
    "44": "Tỉnh Quảng Trị",
    "46": "Thành phố Huế",
    "48": "Thành phố Đà Nẵng",
    "51": "Tỉnh Quảng Ngãi",
    "52": "Tỉnh Gia Lai",
    "56": "Tỉnh Khánh Hòa",
    "66": "Tỉnh Đắk Lắk",
    "68": "Tỉnh Lâm Đồng",
    "75": "Tỉnh Đồng Nai",
    "79": "Thành phố Hồ Chí Minh",
    "80": "Tỉnh Tây Ninh",
    "82": "Tỉnh Đồng Tháp",
    "86": "Tỉnh Vĩnh Long",
    "91": "Tỉnh An Giang",
    "92": "Thành phố Cần Thơ",
    "96": "Tỉnh Cà Mau",
}
"""The 34 provinces and cities since 1 July 2025 (Resolution 202/2025/QH15), codes of Decision
19/2025/QD-TTg. Imported rows of the same code go before them."""


def known_for(session: Session, form: Form, day: date) -> dict[str, Any]:
    """Return the directory of that day as the variable ``danh_muc``, where the form reads it."""
    return {PLACES: directory(session, day)} if PLACES in condition_names(form) else {}


def directory(session: Session, day: date) -> dict[str, Any]:
    """Return ``tinh``, a list of options, and ``xa``, such lists by the code of the province."""
    found = session.scalars(
        select(Place)
        .where(Place.valid_from <= day, or_(Place.valid_to.is_(None), Place.valid_to >= day))
        .order_by(Place.name)
    ).all()
    provinces = dict(PROVINCES) if day >= TWO_LEVELS_FROM else {}
    provinces |= {one.code: one.name for one in found if not one.parent_code}
    communes: dict[str, list[dict[str, str]]] = {}
    for one in found:
        if one.parent_code:
            communes.setdefault(one.parent_code, []).append(_option(one.code, one.name))
    return {"tinh": [_option(code, name) for code, name in provinces.items()], "xa": communes}


def _option(code: str, name: str) -> dict[str, str]:
    return {"value": code, "label": name}
