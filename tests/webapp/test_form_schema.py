"""Answers that programs give as JSON: shape by the form's schema, then checked as on a page."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from engine import forms as models
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive
from tests.webapp.programs import Program, program
from tests.webapp.review import REVIEW_FILES
from tests.webapp.test_form_rows import MEMBERS, TOTAL
from tests.webapp.visitor import product
from webapp.actors import Actor
from webapp.db import Database
from webapp.forms.reading import Reading
from webapp.forms.schema import check_answers
from webapp.operations import api_keys, deployments

LIMITED: dict[str, Any] = {
    "type": "number",
    "id": "S",
    "key": "so",
    "label": "Số",
    "validate": {"max": "=string length(noi_dung)"},  # of "Sửa nhà"
}
DETAILS: dict[str, Any] = {
    "type": "group",
    "id": "G",
    "path": "nhan",
    "label": "Người nhận",
    "components": [{"type": "textfield", "key": "ten", "label": "Tên"}],
}
FIELDS: list[dict[str, Any]] = [
    {"type": "number", "key": "so", "label": "Số"},
    {"type": "datetime", "subtype": "date", "key": "ngay", "dateLabel": "Ngày"},
    {"type": "datetime", "subtype": "time", "key": "gio", "timeLabel": "Giờ"},
    {"type": "datetime", "subtype": "datetime", "key": "luc", "dateLabel": "Lúc"},
    {"type": "checkbox", "key": "co", "label": "Có"},
    {"type": "checklist", "key": "may", "label": "Mấy", "values": [{"value": "a", "label": "A"}]},
    {"type": "textfield", "key": "chu", "label": "Chữ"},
]


def test_answers_come_as_json_writes_them() -> None:
    given = {
        "so": 1250.5,
        "ngay": "2026-03-27",
        "gio": "14:30:00",
        "luc": "2026-03-27T07:30:00Z",
        "co": True,
        "may": ["a"],
        "chu": "x",
        "khong_hoi": 1,
    }

    read = _read(FIELDS, given)

    half_past_two = datetime(2026, 3, 27, 14, 30, tzinfo=timezone(timedelta(hours=7)))
    assert read.errors == {}
    assert read.values == {
        "so": Decimal("1250.5"),
        "ngay": date(2026, 3, 27),
        "gio": time(14, 30),
        "luc": half_past_two,
        "co": True,
        "may": ["a"],
        "chu": "x",
    }


def test_texts_that_pages_would_understand_are_refused_from_programs() -> None:
    given = {
        "so": "1.250.000",
        "ngay": "27/3/2026",
        "gio": "chiều",
        "luc": "2026-03-27T07:30:00",
        "co": "yes",
        "may": "a",
        "chu": 5,
    }

    read = _read(FIELDS, given)

    assert list(read.errors) == list(given)
    assert str(read.errors["so"]) == "Số must be a number, for example 1250.5"


@pytest.mark.parametrize("number", [True, "1e9999999", "NaN", "1" * 200, None, "1250.5", 7])
def test_only_numbers_of_bearable_size_are_numbers(number: Any) -> None:
    read = _read(FIELDS[:1], {"so": number})

    assert bool(read.errors) == (number not in (None, "1250.5", 7))


def test_rows_and_records_are_checked_inside() -> None:
    rows = [{"ten": "An", "so": 2, "gia": 3, "tien": 999}, {"so": "x"}]

    shaped = _read([MEMBERS, TOTAL, DETAILS], {"thanh_vien": rows, "nhan": ["An"]})
    checked = _read([MEMBERS, TOTAL, DETAILS], {"thanh_vien": [{"so": 1}]})
    good = _read([MEMBERS, TOTAL, DETAILS], {"thanh_vien": rows[:1], "nhan": {"ten": "B"}})

    assert list(shaped.errors) == ["thanh_vien.1.so", "nhan"]
    assert list(checked.errors) == ["thanh_vien.0.ten"]
    assert (good.values["tong"], good.values["nhan"]) == (6, {"ten": "B"})


@pytest.mark.parametrize("rows", [{}, "x", [1], 5])
def test_what_is_no_list_of_rows_is_refused(rows: Any) -> None:
    assert _read([MEMBERS], {"thanh_vien": rows}).errors


def test_the_same_form_is_checked_by_the_day_and_the_language_of_each_answer() -> None:
    day = {"type": "datetime", "subtype": "date", "key": "ngay", "dateLabel": "Ngày"}
    form = _form([{**day, "disallowPassedDates": True, "properties": {"en.label": "Day"}}])
    given = {"ngay": "2026-11-22"}

    told = [
        check_answers(form, given, known={"today": date(2026, 11, on)}, language=language).errors
        for on, language in ((22, "vi"), (23, "vi"), (23, "en"), (22, "en"))
    ]

    assert [str(one["ngay"]) if one else "" for one in told] == [
        "",
        "Ngày must not be in the past",
        "Day must not be in the past",
        "",
    ]


@pytest.fixture
def app(database: Database) -> Flask:
    api_keys.forget_known()
    return product(database)


@pytest.fixture
def claimed(app: Flask, database: Database, people: dict[str, Actor], review: str) -> str:
    task = open_task(database, receive(database, review, people["thu"], NINE), "Task_Appraise")
    hanh = program(app, database, people["hanh"])
    assert hanh.post(f"/v1/user-tasks/{task}/claim").status_code == 204
    return f"/v1/user-tasks/{task}"


def test_a_completion_is_answered_with_a_sentence_for_each_field(
    app: Flask, database: Database, people: dict[str, Actor], claimed: str
) -> None:
    hanh = program(app, database, people["hanh"])

    wrong = hanh.post(f"{claimed}/complete", {"variables": {"ket_qua": "x"}})
    still = hanh.get(claimed).json["status"]
    good = hanh.post(f"{claimed}/complete", {"variables": {"ket_qua": "dat", "rieng": 1}})

    assert (wrong.status_code, wrong.json["code"]) == (422, "answers_rejected")
    assert list(wrong.json["errors"]) == ["ket_qua"]
    assert (still, good.status_code) == ("open", 204)


def test_who_may_not_work_the_task_learns_nothing_of_its_form(
    app: Flask, database: Database, people: dict[str, Actor], claimed: str
) -> None:
    long: Program = program(app, database, people["long"])

    answer = long.post(f"{claimed}/complete", {"variables": {}})

    assert answer.status_code == 409
    assert "errors" not in answer.json


def test_limits_that_the_dossier_sets_hold_for_programs(
    app: Flask, database: Database, people: dict[str, Actor], review: str
) -> None:
    limited = {"id": "appraise", "schemaVersion": 19, "components": [LIMITED]}
    files = {**REVIEW_FILES, "appraise.form": json.dumps(limited).encode()}
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, "x.zip", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="limit", actor=people["binh"], at=NINE)
    task = open_task(database, receive(database, review, people["thu"], NINE), "Task_Appraise")
    hanh = program(app, database, people["hanh"])
    hanh.post(f"/v1/user-tasks/{task}/claim")

    many = hanh.post(f"/v1/user-tasks/{task}/complete", {"variables": {"so": 8}})
    some = hanh.post(f"/v1/user-tasks/{task}/complete", {"variables": {"so": 7}})

    assert (many.status_code, list(many.json.get("errors", {}))) == (422, ["so"])
    assert some.status_code == 204


def _read(components: list[dict[str, Any]], given: dict[str, Any]) -> Reading:
    known = {"now": datetime(2026, 11, 22, tzinfo=UTC)}
    return check_answers(_form(components), given, known=known, language="vi")


def _form(components: list[dict[str, Any]]) -> models.Form:
    raw = {"id": "f", "schemaVersion": 19, "components": components}
    return models.read_form(json.dumps(raw).encode(), "f.form")
