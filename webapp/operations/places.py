"""Provinces and communes: imported from published lists, offered as of a day."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.forms import Form, condition_names
from engine.forms.composites import PLACES
from engine.texts import N_
from webapp.errors import RejectedError
from webapp.models import Place

TWO_LEVELS_FROM = date(2025, 7, 1)
_PROVINCES = {
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

COLUMNS = ("code", "parent", "name", "valid_from", "valid_to")
MOST_ROWS = 20_000
MAX_NAME = 100  # characters


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    parent: str
    name: str
    valid_from: date
    valid_to: date | None


def import_places(
    session: Session, text: str, passed: Callable[[int], object] = lambda _number: None
) -> int:
    """Take over a CSV list with the columns code, parent, name, valid_from, valid_to.

    Days are ISO 8601, an empty ``valid_to`` is open, an empty ``parent`` makes a province. A row
    that is known by code, parent and first day is changed. Returns how many rows there were.
    Raises RejectedError with the line of the first wrong row; then nothing is taken over.
    """
    rows = _read(text)
    known = {
        (one.code, one.parent_code, one.valid_from): one for one in session.scalars(select(Place))
    }
    for row in rows:
        place = known.get((row.code, row.parent, row.valid_from))
        if place is None:
            place = Place(code=row.code, parent_code=row.parent, valid_from=row.valid_from)
            session.add(place)
            known[row.code, row.parent, row.valid_from] = place
        place.name, place.valid_to = row.name, row.valid_to
        passed(1)
    session.flush()
    return len(rows)


def _read(text: str) -> list[_Row]:
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    if not set(COLUMNS[:4]) <= set(reader.fieldnames or ()):
        raise RejectedError(
            N_("The first line must name these columns: %(columns)s."), columns=", ".join(COLUMNS)
        )
    rows = []
    for number, raw in enumerate(reader, 2):
        if number > MOST_ROWS:
            raise RejectedError(N_("The list has more than %(most)s rows."), most=MOST_ROWS)
        try:
            rows.append(_row(raw))
        except ValueError as error:
            raise RejectedError(
                N_("Line %(line)s cannot be read: %(reason)s"), line=number, reason=str(error)
            ) from error
    return rows


def _row(raw: dict[str, str | None]) -> _Row:
    given = {name: (raw.get(name) or "").strip() for name in COLUMNS}
    if not re.fullmatch(r"[0-9]{2,6}", given["code"]):
        raise ValueError(f"code {given['code']}"[:50])
    if given["parent"] and not re.fullmatch(r"[0-9]{2}", given["parent"]):
        raise ValueError(f"parent {given['parent']}"[:50])
    if not 0 < len(given["name"]) <= MAX_NAME:
        raise ValueError("name")
    first = date.fromisoformat(given["valid_from"])
    last = date.fromisoformat(given["valid_to"]) if given["valid_to"] else None
    if last is not None and last < first:
        raise ValueError(f"valid_to {last}")
    return _Row(given["code"], given["parent"], given["name"], first, last)


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
    provinces = dict(_PROVINCES) if day >= TWO_LEVELS_FROM else {}
    provinces |= {one.code: one.name for one in found if not one.parent_code}
    communes: dict[str, list[dict[str, str]]] = {}
    for one in found:
        if one.parent_code:
            communes.setdefault(one.parent_code, []).append(_option(one.code, one.name))
    return {"tinh": [_option(code, name) for code, name in provinces.items()], "xa": communes}


def _option(code: str, name: str) -> dict[str, str]:
    return {"value": code, "label": name}
