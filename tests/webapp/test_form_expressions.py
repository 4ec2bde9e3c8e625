"""Expressions in forms at the task page: limits, options, calculated and read-only fields."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from engine.forms import Form, read_form
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task
from tests.webapp.permit import KEY, PERMIT_FILES
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.forms import answers, reading, views
from webapp.models import UserTask
from webapp.operations import deployments, dossiers
from webapp.operations.dossiers import DossierRequest
from webapp.storable import storable

COMPONENTS: list[dict[str, Any]] = [
    {"type": "number", "key": "dien_tich", "label": "Diện tích", "readonly": True},
    {
        "type": "number",
        "key": "so_ban",
        "label": "Số bản",
        "validate": {"required": True, "max": "=if dien_tich > 50 then 5 else 2"},
    },
    {
        "type": "expression",
        "key": "le_phi",
        "label": "Lệ phí",
        "expression": "=so_ban * 8000",
        "computeOn": "change",
        "appearance": {"suffixAdorner": "đồng"},
    },
    {"type": "expression", "key": "ngay_tinh", "expression": "=today()"},
    {
        "type": "select",
        "key": "noi_nhan",
        "label": "Nơi nhận",
        "valuesExpression": '=if so_ban > 1 then ["quay", "buu_dien"] else ["quay"]',
    },
    {
        "type": "textfield",
        "key": "ly_do",
        "label": "Lý do",
        "validate": {"required": "=le_phi > 20000"},
    },
    {"type": "datetime", "subtype": "time", "key": "gio", "timeLabel": "Giờ hẹn"},
    {"type": "datetime", "subtype": "datetime", "key": "luc", "dateLabel": "Lúc trả"},
]
ANSWERS: dict[str, object] = {
    "so_ban": "2",
    "noi_nhan": "buu_dien",
    "gio": "14h30",
    "luc": "20/11/2026 8:15",
}


@pytest.fixture
def app(
    database: Database, people: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    form = {"id": "permit-check", "schemaVersion": 19, "components": COMPONENTS}
    files = {**PERMIT_FILES, "permit-check.form": json.dumps(form).encode()}
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, "x.zip", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="first", actor=people["binh"], at=NINE)
    return product(database, data_dir=tmp_path)


@pytest.fixture
def address(app: Flask, database: Database, people: dict[str, Actor]) -> str:
    request = DossierRequest(
        applicant_name="Đặng Thị Hường",
        applicant_phone="0900000123",
        subject="Sửa nhà cấp 4",
        answers={"dia_diem": "45 Lê Lợi", "dien_tich": 86.4},
    )
    with database.transaction() as session:
        dossier_id = dossiers.start(session, KEY, request, actor=people["thu"], at=NINE)
    return f"/user-tasks/{open_task(database, dossier_id, 'Task_Check')}"


@pytest.fixture
def officer(app: Flask, database: Database, address: str) -> Visitor:
    visitor = signed_in(app, database, "hanh", "vi")
    visitor.post(f"{address}/claim")
    return visitor


def _answers(database: Database, address: str) -> Any:
    with database.reading() as session:
        return session.get_one(UserTask, UUID(address.rsplit("/", 1)[-1])).answers


def test_a_preview_calculates_anew_and_offers_the_options_that_follow(
    officer: Visitor, address: str
) -> None:
    before = officer.get(address).text
    after = officer.post(address, {"so_ban": "2", "action": "preview"}).text

    assert "buu_dien" not in before
    assert "16.000 đồng" in after
    assert "buu_dien" in after


def test_what_is_calculated_or_read_only_is_never_taken_from_the_browser(
    officer: Visitor, address: str, database: Database
) -> None:
    forged: dict[str, object] = {"le_phi": "1", "ngay_tinh": "x", "dien_tich": "9999"}
    checked = officer.post(address, {**ANSWERS, **forged, "action": "check"})
    page = officer.get(f"{address}/check").text
    officer.post(f"{address}/check", forged)

    assert checked.status_code == 303
    assert "16.000 đồng" in page
    assert _answers(database, address) == {
        "dien_tich": 86.4,
        "so_ban": 2,
        "le_phi": 16000,
        "ngay_tinh": f"{NINE:%Y-%m-%d}",
        "noi_nhan": "buu_dien",
        "gio": "14:30:00",
        "luc": "2026-11-20T08:15:00+07:00",
    }


def test_limits_that_are_calculated_are_told_beside_their_fields(
    officer: Visitor, address: str
) -> None:
    answer = officer.post(address, {**ANSWERS, "so_ban": "6", "gio": "25:00", "action": "check"})

    assert answer.status_code == 422
    assert "Số bản không được quá 5" in answer.text
    assert "Nhập lý do" in answer.text
    assert "Giờ hẹn phải là giờ trong ngày, ví dụ 14:30" in answer.text


def test_an_option_that_is_not_offered_for_these_values_is_refused(
    officer: Visitor, address: str
) -> None:
    answer = officer.post(address, {**ANSWERS, "so_ban": "1", "action": "check"})

    assert answer.status_code == 422
    assert "Chọn nơi nhận" in answer.text


def test_an_expression_that_fails_is_told_at_its_field_in_vietnamese(
    officer: Visitor, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.pages.wording.present", dict)

    answer = officer.post(address, {**ANSWERS, "action": "check"})

    assert answer.status_code == 422
    assert "Không tính được “ngay_tinh”." in answer.text


def test_numbers_beyond_measure_are_kept_without_breaking_anything() -> None:
    form = _form(
        {"type": "expression", "key": "x", "label": "X", "expression": "=10 ** 6000"},
        {"type": "number", "key": "y", "label": "Y"},
    )

    read = reading.check(form, {"y": "9" * 5000}, known={}, language="vi")

    assert len(read.values) == 2
    assert json.dumps(storable(read.values))
    assert views.field_rows(form, read.typed, known={}, language="vi")
    assert len(answers.answers_of(form, read.values, known={}, language="vi")) == 2


def test_a_length_beyond_measure_is_told_at_its_field() -> None:
    limit = {"minLength": "=10 ** 6000"}
    form = _form({"type": "textfield", "key": "z", "label": "Z", "validate": limit})

    read = reading.check(form, {"z": "z"}, known={}, language="vi")

    assert "must give a whole number up to 1000000" in str(read.errors["z"])


def _form(*components: dict[str, Any]) -> Form:
    form = {"id": "f", "schemaVersion": 19, "components": components}
    return read_form(json.dumps(form).encode(), "f.form")


def test_times_come_back_as_they_are_written(officer: Visitor, address: str) -> None:
    officer.post(address, {**ANSWERS, "action": "check"})
    page = officer.get(f"{address}/check").text

    assert "14:30" in page
    assert "20/11/2026 08:15" in page
