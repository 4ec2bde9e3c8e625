"""Doing actions on the dossier page, and keeping the reasons behind them."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.blocks import publish_block, staff
from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier


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
