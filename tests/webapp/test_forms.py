"""Reading what people typed: numbers, dates, fields of a form, conditions, complaints."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine import forms as models
from webapp.folding import fold
from webapp.forms import answers, reading, views
from webapp.forms.entry import read_date, read_number, write_date, write_number


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        ("1.250,5", "vi", "1250.5"),
        ("86,4", "vi", "86.4"),
        ("86.4", "vi", "86.4"),
        ("1.250", "vi", "1250"),
        ("1.250", "en", "1.250"),
        ("1,250", "en", "1250"),
        ("1.250.000", "vi", "1250000"),
        ("0.125", "vi", "0.125"),
        ("-0,3", "vi", "-0.3"),
        (" 12 500 ", "vi", "12500"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, language: str, number: str) -> None:
    assert read_number(typed, language) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "abc", "12m", "--1", "1e9", "1,2,3.4.5,"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_number(typed)


@pytest.mark.parametrize(
    "typed", ["27/3/2026", "27-03-2026", "27.3.2026", "27032026", "2026-03-27"]
)
def test_dates_are_read_as_people_type_them(typed: str) -> None:
    assert read_date(typed) == date(2026, 3, 27)


@pytest.mark.parametrize("typed", ["31/2/2026", "3/27/2026", "hôm nay", "27/3/26", ""])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_date(typed)


def test_stored_values_are_written_as_people_read_them() -> None:
    assert write_number(1250.5, "vi") == "1.250,5"
    assert write_number(Decimal("1250.5"), "en") == "1,250.5"
    assert write_date("2026-03-27") == "27/03/2026"
    assert write_date("không rõ") == "không rõ"


def test_text_is_folded_for_searching() -> None:
    assert fold("  Đặng  HỮU Phước ") == "dang huu phuoc"


def test_every_kind_of_field_is_checked() -> None:
    form = _form(
        {"type": "textfield", "key": "ten", "label": "Tên", "validate": {"minLength": 3}},
        {"type": "textfield", "key": "ma", "label": "Mã", "validate": {"pattern": "^[0-9]+$"}},
        {
            "type": "textfield",
            "key": "thu",
            "label": "Thư",
            "validate": {"validationType": "email"},
        },
        {"type": "number", "key": "so", "label": "Số", "decimalDigits": 1},
        {
            "type": "select",
            "key": "chon",
            "label": "Chọn",
            "values": [{"value": "a", "label": "A"}],
        },
        {"type": "checkbox", "key": "cam_ket", "label": "Cam kết", "validate": {"required": True}},
    )
    typed = {"ten": "x", "ma": "12a", "thu": "lan", "so": "1,25", "chon": "b", "cam_ket": False}

    read = reading.check(form, typed, known={}, language="vi")

    assert {key: str(message) for key, message in read.errors.items()} == {
        "ten": "Tên must have at least 3 characters",
        "ma": "Mã is not written as expected",
        "thu": "Enter an e-mail address such as lan@example.vn",
        "so": "Số may have at most 1 digits after the decimal mark",
        "chon": "Choose chọn",
        "cam_ket": "Tick “Cam kết”",
    }


def test_an_optional_field_left_empty_is_no_answer() -> None:
    form = _form({"type": "number", "key": "so", "label": "Số"})

    read = reading.check(
        form, reading.read_posted(form, _posted(so=" "), {}), known={}, language="vi"
    )

    assert read.values == {}
    assert read.errors == {}


def test_a_condition_may_speak_of_what_the_dossier_knows() -> None:
    form = _form(
        {
            "type": "textfield",
            "key": "them",
            "label": "Thêm",
            "conditional": {"hide": "= tang < 3"},
            "validate": {"required": True},
        }
    )

    hidden = reading.check(form, {}, known={"tang": 2}, language="vi")
    shown = reading.check(form, {}, known={"tang": 5}, language="vi")

    assert hidden.errors == {}
    assert list(shown.errors) == ["them"]


def test_a_pattern_that_would_take_for_ever_is_answered_at_once() -> None:
    pattern = {"pattern": "^(a+)+$"}
    form = _form({"type": "textfield", "key": "x", "label": "X", "validate": pattern})

    read = reading.check(form, {"x": "a" * 40 + "!"}, known={}, language="vi")

    assert list(read.errors) == ["x"]


def test_short_fields_that_follow_each_other_share_a_row() -> None:
    numbers = [{"type": "number", "key": f"n{one}", "label": f"N{one}"} for one in range(4)]
    form = _form(*numbers, {"type": "textarea", "key": "t", "label": "T"})

    rows = views.field_rows(form, {}, known={}, language="vi")

    assert [[field.key for field in row] for row in rows] == [["n0", "n1", "n2"], ["n3"], ["t"]]


def test_answers_are_told_in_the_readers_language() -> None:
    form = _form(
        {
            "type": "radio",
            "key": "kl",
            "label": "Kết luận",
            "values": [{"value": "dat", "label": "Đạt"}],
            "properties": {"en.label": "Conclusion", "en.values": '{"dat": "Approve"}'},
        },
        {
            "type": "number",
            "key": "dt",
            "label": "Diện tích",
            "appearance": {"suffixAdorner": "m²"},
        },
    )
    values = {"kl": "dat", "dt": 1250.5}

    vietnamese = answers.answers_of(form, values, known={}, language="vi")
    english = answers.answers_of(form, values, known={}, language="en")

    assert vietnamese == (("Kết luận", "Đạt"), ("Diện tích", "1.250,5 m²"))
    assert english == (("Conclusion", "Approve"), ("Diện tích", "1,250.5 m²"))


def _form(*components: dict[str, Any]) -> models.Form:
    form = {"type": "default", "id": "f", "schemaVersion": 19, "components": components}
    return models.read_form(json.dumps(form).encode(), "f.form")


def _posted(**values: str) -> MultiDict[str, str]:
    return MultiDict(values)
