"""Repeating groups, groups with a path, tables: typed, checked, drawn again, told in words."""

import json
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine import forms as models
from webapp.forms import answers, reading, views
from webapp.forms.reading import Reading

MEMBERS: dict[str, Any] = {
    "type": "dynamiclist",
    "id": "L",
    "path": "thanh_vien",
    "label": "Thành viên",
    "defaultRepetitions": 2,
    "properties": {"minRows": "1", "maxRows": "3"},
    "components": [
        {"type": "textfield", "key": "ten", "label": "Tên", "validate": {"required": True}},
        {"type": "number", "key": "so", "label": "Số"},
        {"type": "number", "key": "gia", "label": "Giá"},
        {"type": "expression", "key": "tien", "label": "Tiền", "expression": "=so * gia"},
        {"type": "textfield", "key": "khac", "label": "Khác", "conditional": {"hide": "=so < 5"}},
        {"type": "checkbox", "key": "chu_ho", "label": "Chủ hộ"},
    ],
}
TOTAL = {
    "type": "expression",
    "key": "tong",
    "label": "Tổng",
    "expression": "=sum(thanh_vien.tien)",
}


def test_rows_are_read_calculated_and_summed() -> None:
    form = _form(MEMBERS, TOTAL)
    posted = {
        "thanh_vien.#": "2",
        "thanh_vien.0.#": "",
        "thanh_vien.0.ten": "An",
        "thanh_vien.0.so": "2",
        "thanh_vien.0.gia": "1.250.000",
        "thanh_vien.1.ten": "Bình",
        "thanh_vien.1.so": "6",
        "thanh_vien.1.gia": "10",
        "thanh_vien.1.chu_ho": "1",
    }

    read = _read(form, **posted)

    first = {"ten": "An", "so": 2, "gia": 1250000, "tien": 2500000, "chu_ho": False}
    second = {"ten": "Bình", "so": 6, "gia": 10, "tien": 60, "chu_ho": True}
    assert read.errors == {}
    assert read.values == {"thanh_vien": [first, second], "tong": Decimal(2500060)}


def test_what_is_wrong_in_a_row_is_told_at_its_field() -> None:
    form = _form(MEMBERS)

    read = _read(form, **{"thanh_vien.#": "2", "thanh_vien.0.ten": "An", "thanh_vien.1.so": "x"})

    rows = views.field_rows(form, read.typed, known={}, language="vi", errors=read.errors)
    assert list(read.errors) == ["thanh_vien.1.ten", "thanh_vien.1.so"]
    assert [anchor for _, anchor in views.error_links(rows)] == [
        "f-thanh_vien-1-ten",
        "f-thanh_vien-1-so",
    ]


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("add-row:thanh_vien", ["An", "Bình", None]),
        ("remove-row:thanh_vien.0", ["Bình"]),
        ("remove-row:thanh_vien.9", ["An", "Bình"]),
        ("remove-row:thanh_vien.x", ["An", "Bình"]),
        ("save", ["An", "Bình"]),
    ],
)
def test_buttons_add_and_take_away_rows(action: str, names: list[str | None]) -> None:
    posted = {"thanh_vien.#": "2", "thanh_vien.0.ten": "An", "thanh_vien.1.ten": "Bình"}

    typed = reading.read_posted(_form(MEMBERS), MultiDict(posted | {"action": action}), {})

    assert [row.get("ten") for row in typed["thanh_vien"]] == names


@pytest.mark.parametrize(
    ("count", "sentence"),
    [("0", "must have at least"), ("4", "may have at most"), ("9999999", "must have at least")],
)
def test_too_few_and_too_many_rows_are_refused(count: str, sentence: str) -> None:
    names = {f"thanh_vien.{number}.ten": "An" for number in range(4)}

    read = _read(_form(MEMBERS), **{"thanh_vien.#": count}, **names)

    assert sentence in str(read.errors["thanh_vien"])


def test_a_list_begins_with_its_rows_and_offers_to_change_them() -> None:
    form = _form(MEMBERS)

    typed = views.typed_from(form, {}, "vi")
    ((view,),) = views.field_rows(form, typed, known={}, language="vi")

    assert len(view.items) == 2
    assert (view.may_add, view.may_remove) == (True, True)


def test_read_only_fields_follow_their_row_when_another_is_taken_away() -> None:
    fixed = {"type": "textfield", "key": "ma", "label": "Mã", "readonly": True}
    form = _form(MEMBERS | {"components": [fixed, *MEMBERS["components"][:1]]})
    known = {"thanh_vien": [{"ma": "1", "ten": "An"}, {"ma": "2", "ten": "Bình"}]}
    posted = {
        "thanh_vien.#": "2",
        "thanh_vien.0.#": "0",
        "thanh_vien.1.#": "1",
        "thanh_vien.1.ten": "Bình",
        "thanh_vien.1.ma": "giả",
        "action": "remove-row:thanh_vien.0",
    }

    typed = reading.read_posted(form, MultiDict(posted), {})
    read = reading.check(form, typed, known=known, language="vi")

    assert read.values == {"thanh_vien": [{"ma": "2", "ten": "Bình"}]}


def test_a_read_only_list_keeps_what_the_dossier_holds() -> None:
    form = _form(MEMBERS | {"readonly": True})
    known = {"thanh_vien": [{"ten": "An"}]}

    ((view,),) = views.field_rows(form, {}, known=known, language="vi")
    read = reading.check(form, {"thanh_vien": [{"ten": "giả"}]}, known=known, language="vi")

    assert view.items[0].rows[0][0].value == "An"
    assert (view.may_add, view.may_remove) == (False, False)
    assert read.values == known


def test_a_group_with_a_path_keeps_its_answers_together() -> None:
    field = {"type": "textfield", "key": "ten", "label": "Tên", "validate": {"required": True}}
    record = {
        "type": "group",
        "id": "G",
        "label": "Người nhận",
        "path": "nhan",
        "components": [field],
    }
    seen = {
        "type": "textfield",
        "key": "vi_sao",
        "label": "Vì sao",
        "conditional": {"hide": '=nhan.ten != "An"'},
    }
    form = _form(record, seen)

    read = _read(form, **{"nhan.ten": "An", "vi_sao": "x"})

    assert read.values == {"nhan": {"ten": "An"}, "vi_sao": "x"}
    assert list(_read(form).errors) == ["nhan.ten"]
    told = answers.answers_of(form, read.values, known={}, language="vi")
    assert [(label, [str(one) for one in answer]) for label, answer in told[:1]] == [
        ("Người nhận", ["Tên: An"])
    ]


def test_each_row_is_an_answer_in_words() -> None:
    values = {"thanh_vien": [{"ten": "An", "so": 2}, {"ten": "Bình"}]}

    told = answers.answers_of(_form(MEMBERS), values, known={}, language="vi")

    assert [label for label, _ in told] == ["Thành viên 1", "Thành viên 2"]
    assert [str(line) for line in told[0][1]] == ["Tên: An", "Số: 2"]


def test_a_table_shows_rows_of_the_dossier_in_its_columns() -> None:
    table = {
        "type": "table",
        "id": "T",
        "label": "Lần trước",
        "dataSource": "=lan_truoc",
        "columns": [{"key": "ngay", "label": "Ngày"}, {"key": "tien", "label": "Tiền"}],
    }
    known = {"lan_truoc": [{"tien": 1500, "ngay": date(2026, 11, 20)}, {"ngay": None}]}

    ((view,),) = views.field_rows(_form(table), {}, known=known, language="vi")

    assert view.heads == ("Ngày", "Tiền")
    assert view.cells == (("20/11/2026", "1.500"), ("", ""))


def test_a_table_whose_source_is_no_list_says_so() -> None:
    table = {
        "type": "table",
        "id": "T",
        "label": "Bảng",
        "dataSource": "=5",
        "columns": [{"key": "a", "label": "A"}],
    }

    ((view,),) = views.field_rows(_form(table), {}, known={}, language="vi")

    assert "list of at most" in str(view.error)
    assert reading.check(_form(table), {}, known={}, language="vi").errors == {}


def test_steps_past_days_and_numbers_as_text_are_kept() -> None:
    form = _form(
        {"type": "number", "key": "so", "label": "Số", "increment": "0.5"},
        {"type": "number", "key": "chu", "label": "Chữ", "serializeToString": True},
        {
            "type": "datetime",
            "subtype": "date",
            "key": "ngay",
            "dateLabel": "Ngày",
            "disallowPassedDates": True,
        },
        {
            "type": "datetime",
            "subtype": "time",
            "key": "gio",
            "timeLabel": "Giờ",
            "timeInterval": 15,
        },
        {
            "type": "taglist",
            "key": "nhan",
            "label": "Nhãn",
            "values": [{"value": "a", "label": "A"}],
        },
    )
    known = {"today": date(2026, 11, 22)}
    good = {"so": "1,5", "chu": "1.250.000", "ngay": "22/11/2026", "gio": "14h30", "nhan": ["a"]}
    bad = {"so": "1,2", "ngay": "21/11/2026", "gio": "14:31", "nhan": ["b"]}

    assert reading.check(form, good, known=known, language="vi").values == {
        "so": Decimal("1.5"),
        "chu": "1250000",
        "ngay": date(2026, 11, 22),
        "gio": time(14, 30),
        "nhan": ["a"],
    }
    assert list(reading.check(form, bad, known=known, language="vi").errors) == list(bad)


def _form(*components: dict[str, Any]) -> models.Form:
    form = {"id": "f", "schemaVersion": 19, "components": list(components)}
    return models.read_form(json.dumps(form).encode(), "f.form")


def _read(form: models.Form, **posted: str) -> Reading:
    typed = reading.read_posted(form, MultiDict(posted), {})
    return reading.check(form, typed, known={}, language="vi")
