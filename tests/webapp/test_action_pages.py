"""Doing actions on the dossier page, and keeping the reasons behind them."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.webapp.blocks import publish_block, staff
from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Attachment, Dossier, UserTask
from webapp.operations import actions, reasons
from webapp.operations.actions import ActionRequest


@pytest.fixture
def app(
    database: Database, people: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    staff(database, people)
    return product(database, data_dir=tmp_path)


@pytest.fixture
def dossier(app: Flask, database: Database, people: dict[str, Actor]) -> UUID:
    key = publish_block(database, "yeu-cau-bo-sung", people["binh"], NINE)
    return receive(database, key, people["thu"], NINE)


def test_an_officer_asks_for_a_supplement_with_one_complete_list(
    app: Flask, database: Database, dossier: UUID
) -> None:
    officer = signed_in(app, database, "hanh")
    page = officer.get(f"/dossiers/{dossier}").text
    address = re.search(r'href="(/dossiers/[^"]+/actions/[^"]+)"', page)
    assert address is not None
    form = officer.get(address[1]).text
    reason = re.search(r'name="reason" type="radio" value="([^"]+)"', form)
    assert reason is not None

    answer = officer.post(
        address[1],
        {
            "reason": reason[1],
            "point-free-0-name": "Giấy khai sinh",
            "point-free-0-asked": "Nộp bản chính <b>",
            "explanation": "Bản sao không đọc được.",
        },
    )

    assert answer.status_code == 303
    page = officer.get(f"/dossiers/{dossier}").text
    assert "Waiting for a supplement" in page
    assert "Giấy khai sinh: Nộp bản chính &lt;b&gt;" in page
    assert "/actions/" not in page
    assert officer.get(address[1]).status_code == 409
    with database.reading() as session:
        token = session.scalars(select(Dossier.tracking_token)).one()
    tracked = Visitor(app).get(f"/t/{token}").text
    assert "Giấy khai sinh: Nộp bản chính &lt;b&gt;" in tracked
    assert "Bản sao không đọc được." in tracked


def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    app: Flask, database: Database, dossier: UUID
) -> None:
    officer = signed_in(app, database, "hanh")
    address = f"/dossiers/{dossier}/actions/Event_YeuCauBoSung"

    answer = officer.post(address, {"explanation": "Vì sao", "point-free-0-name": "Đơn"})

    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert "Vì sao" in answer.text
    assert 'value="Đơn"' in answer.text


def test_the_counter_is_not_offered_what_the_model_gives_to_others(
    app: Flask, database: Database, dossier: UUID
) -> None:
    counter = signed_in(app, database, "thu")

    assert "/actions/" not in counter.get(f"/dossiers/{dossier}").text
    assert counter.get(f"/dossiers/{dossier}/actions/Event_YeuCauBoSung").status_code == 409


def test_an_administrator_keeps_the_reasons(app: Flask, database: Database) -> None:
    admin: Visitor = signed_in(app, database, "lan")
    wanted = {
        "action": "supplement",
        "code": "bs10",
        "name": "Bản vẽ thiếu chữ ký",
        "basis": "Điều 60",
        "since": "18/11/2026",
    }

    assert admin.post("/reasons", {**wanted, "since": "31/02/2026"}).status_code == 422
    assert admin.post("/reasons", wanted).status_code == 303
    page = admin.get("/reasons").text
    assert "BS10" in page
    assert "Bản vẽ thiếu chữ ký" in page
    ending = page[page.index("BS10") :]
    address = re.search(r'action="(/reasons/[^"]+/end)"', ending)
    assert address is not None
    assert admin.post(address[1], {"until": "19/11/2026"}).status_code == 303
    assert "19/11/2026" in admin.get("/reasons").text


def test_a_corrected_result_is_shown_by_version_and_the_applicant_sees_which_is_valid(
    app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    key = publish_block(database, "dinh-chinh-ket-qua", people["binh"], NINE)
    dossier_id = receive(database, key, people["thu"], NINE)
    work(database, dossier_id, "Task_ThamDinh", people["hanh"], NINE)
    work(database, dossier_id, "Task_TraKetQua", people["thu"], NINE)
    with database.transaction() as session:
        wanted = ActionRequest(
            element_id="Event_DinhChinh",
            reason_id=reasons.in_force(session, "correction", key, NINE.date())[0].id,
            explanation="Sai ngày sinh.",
        )
        later = NINE + timedelta(hours=1)
        actions.act(session, dossier_id, wanted, actor=people["hanh"], at=later)
        token = session.get_one(Dossier, dossier_id).tracking_token
    officer, citizen = signed_in(app, database, "hanh"), Visitor(app)

    assert "being corrected" in officer.get(f"/dossiers/{dossier_id}").text
    assert "Your result is being corrected" in citizen.get(f"/t/{token}").text

    with database.transaction() as session:
        session.add(_result_file(session, later + timedelta(minutes=1)))
    work(database, dossier_id, "Task_SuaKetQua", people["hanh"], later + timedelta(minutes=2))
    page = officer.get(f"/dossiers/{dossier_id}").text
    panel = page[page.index('id="results"') : page.index('id="beside"')]

    order = ["<strong>version 2", "moi.pdf", "<strong>version 1"]
    assert order == sorted(order, key=panel.index)
    assert panel.index(">valid<") < panel.index("Sai ngày sinh.") < panel.index("no longer valid")
    tracked = citizen.get(f"/t/{token}").text
    assert "Your result was corrected" in tracked
    assert "Only version 2" in tracked


def _result_file(session: Session, at: datetime) -> Attachment:
    task = session.scalars(select(UserTask).where(UserTask.element_id == "Task_SuaKetQua")).one()
    return Attachment(
        instance_id=task.instance_id,
        user_task_id=task.id,
        field="ket_qua_moi",
        name="moi.pdf",
        media_type="application/pdf",
        size_bytes=1,
        sha256="0" * 64,
        uploaded_at=at,
    )
