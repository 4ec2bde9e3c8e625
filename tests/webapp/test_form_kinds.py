"""Fields of a kind: money, phones, identification numbers, tax codes, people, organisations."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine import forms as models
from webapp.forms import answers, intake, reading, views
from webapp.forms.reading import Reading

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("phone", "0905 123 478", "+84905123478"),
        ("phone", "+84 905.123.478", "+84905123478"),
        ("phone", "(024) 3825 5555", "+842438255555"),
        ("phone", "+1 650 253 0000", "+16502530000"),
        ("national-id", "001 085 000123", "001085000123"),
        ("national-id", "038.304.012345", "038304012345"),
        ("national-id", "130085000123", "130085000123"),
        ("tax-code", "0100109106", "0100109106"),
        ("tax-code", "0100109106001", "0100109106-001"),
        ("tax-code", "001085000123", "001085000123"),
    ],
)
def test_texts_of_a_kind_are_stored_in_one_way(kind: str, typed: str, stored: str) -> None:
    assert _read(_field(kind), {"x": typed}).values == {"x": stored}


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("phone", "gọi anh Ba", "such as 0905 123 478"),
        ("phone", "0105 123 47", "No phone has this number"),
        ("national-id", "12345678901", "12 digits"),
        ("national-id", "003085000123", "no place of birth"),
        ("national-id", "001227000123", "yet to come"),
        ("tax-code", "0100109107", "wrong digit"),
        ("tax-code", "01001091", "10 digits"),
    ],
)
def test_what_is_not_of_its_kind_is_refused_and_kept_as_typed(
    kind: str, typed: str, sentence: str
) -> None:
    read = _read(_field(kind), {"x": typed})

    ((view,),) = views.field_rows(
        _field(kind), read.typed, known={}, language="vi", errors=read.errors
    )
    assert sentence in str(read.errors["x"])
    assert view.value == typed


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [
        ("0905-123-478", True),
        ("(0292) 382 2055", True),
        ("+1 650 253 0000", True),
        ("0105 123 47", False),
        ("không có", False),
    ],
)
def test_the_phone_of_an_applicant_is_checked_like_any_other(typed: str, is_one: bool) -> None:
    posted = MultiDict({"applicant-phone": typed, "applicant-identity": "001 085.000123"})
    given = intake.read_applicant(posted) | {"name": "Trần An", "channel": "counter"}

    assert ("phone" not in intake.check_applicant(given)) is is_one
    assert given["identity"] == "001085000123"


def test_money_is_whole_dong_as_vietnamese_write_it() -> None:
    form = _form({"type": "number", "key": "x", "label": "Tiền", "properties": {"kind": "money"}})

    ((view,),) = views.field_rows(form, {}, known={}, language="vi")

    assert view.suffix == "đồng"
    assert _read(form, {"x": "1.250.000"}).values == {"x": Decimal(1250000)}
    assert "digits after" in str(_read(form, {"x": "12,5"}).errors["x"])
    assert "sum of money" in str(_read(form, {"x": "nhiều"}).errors["x"])


def test_a_phone_is_shown_as_people_at_home_write_it() -> None:
    form, values = _field("phone"), {"x": "+84905123478"}

    assert answers.answers_of(form, values, known={}, language="vi")[0][1] == "0905 123 478"
    assert views.typed_from(form, values, "vi") == {"x": "0905 123 478"}
    assert views.typed_from(form, {"x": "chưa rõ"}, "vi") == {"x": "chưa rõ"}


def test_a_person_is_one_answer_whose_parts_agree() -> None:
    form = _group("person")
    typed = {"ho_ten": "Trần An", "so_dinh_danh": "001085000123", "ngay_sinh": "2/9/1985"}

    good = _read(form, {"g": typed})
    bad = _read(form, {"g": typed | {"ngay_sinh": "2/9/1986"}})

    assert good.values["g"] == {**typed, "ngay_sinh": date(1985, 9, 2)}
    assert str(bad.errors["g.so_dinh_danh"]).endswith("year of birth 1985, not 1986")


def test_which_parts_are_required_can_be_said() -> None:
    assert list(_read(_group("person"), {}).errors) == ["g.ho_ten", "g.so_dinh_danh"]
    assert list(_read(_group("organisation"), {}).errors) == ["g.ten", "g.ma_so"]
    assert list(_read(_group("organisation", required="ten"), {}).errors) == ["g.ten"]


def test_a_group_of_a_kind_keeps_components_of_its_own() -> None:
    group = _raw_group("person") | {
        "components": [{"type": "textfield", "key": "ten", "label": "Tên"}]
    }

    (record,) = models.inputs(_form(group))

    assert [one.key for one in record.components] == ["ten"]


def _field(kind: str) -> models.Form:
    return _form({"type": "textfield", "key": "x", "label": "X", "properties": {"kind": kind}})


def _raw_group(kind: str, **properties: str) -> dict[str, Any]:
    words = {"kind": kind, **properties}
    return {"type": "group", "id": "G", "path": "g", "label": "Nhóm", "properties": words}


def _group(kind: str, **properties: str) -> models.Form:
    return _form(_raw_group(kind, **properties))


def _form(*components: dict[str, Any]) -> models.Form:
    form = {"id": "f", "schemaVersion": 19, "components": list(components)}
    return models.read_form(json.dumps(form).encode(), "f.form")


def _read(form: models.Form, typed: dict[str, Any]) -> Reading:
    return reading.check(form, typed, known={"today": TODAY}, language="vi")
