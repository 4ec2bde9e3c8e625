"""Beside the tasks of a dossier: places, fee and delivery, notes, instructions, looks; agencies."""

import re
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.blocks import publish_block, staff
from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.permit import INTAKE, KEY, publish_permit
from tests.webapp.visitor import product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier, DossierLook, InstanceEvent
from webapp.operations import agencies
from webapp.operations.agencies import AgencyFacts

People = dict[str, Actor]


@pytest.fixture
def app(
    database: Database, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    staff(database, people)
    return product(database, data_dir=tmp_path)


@pytest.fixture
def dossier(app: Flask, database: Database, people: People) -> UUID:
    key = publish_block(database, "rut-ho-so", people["binh"], NINE)
    return receive(database, key, people["thu"], NINE)


def test_an_administrator_builds_the_tree_and_says_who_belongs_where(
    app: Flask, database: Database, people: People
) -> None:
    admin = signed_in(app, database, "lan")
    ward = {"code": "h99.26", "name": "UBND phường", "kind": "commune", "from_day": "1/7/2025"}

    assert admin.post("/agencies", {**ward, "pattern": "{seq:4}"}).status_code == 422
    assert admin.post("/agencies", ward).status_code == 303
    with database.reading() as session:
        [one] = agencies.on_day(session, date(2026, 11, 18))
    address = f"/agencies/{one.agency_id}"
    desk = {**ward, "code": "H99.26.1", "name": "Một cửa", "parent": str(one.agency_id)}
    assert admin.post("/agencies", desk).status_code == 303
    chosen = {"action": "people", "people": [str(people["thu"].user_id)]}
    assert admin.post(address, chosen).status_code == 303
    renamed = {**ward, "name": "UBND phường Mới", "from_day": "01/12/2026"}
    assert admin.post(address, renamed).status_code == 303
    assert admin.post(address, {"action": "end", "last_day": "31/12/2026"}).status_code == 422

    page = admin.get("/agencies").text
    assert page.index("UBND phường") < page.index("Một cửa")
    assert "UBND phường Mới" not in page
    assert "UBND phường Mới" in admin.get(address).text


def test_the_counter_keeps_three_places_apart_and_the_list_finds_them(
    app: Flask, database: Database, people: People
) -> None:
    publish_permit(database, people["binh"], NINE)
    day = date(2025, 7, 1)
    pattern = "{agency}-{yymmdd}-{seq:6}"
    with database.transaction() as session:
        ward = agencies.add(
            session,
            AgencyFacts(code="H99.26", name="Phường", dossier_pattern=pattern),
            day,
            actor=people["lan"],
        )
        post = agencies.add(
            session, AgencyFacts(code="H99.B", name="Bưu điện"), day, actor=people["lan"]
        )
        tax = agencies.add(
            session, AgencyFacts(code="G12.9", name="Thuế"), day, actor=people["lan"]
        )
        thu = people["thu"].user_id
        assert thu is not None
        agencies.give_people(session, ward, frozenset({thu}), actor=people["lan"])
    counter = signed_in(app, database, "thu")
    given = {
        **INTAKE,
        "applicant-helped": str(post),
        "applicant-deciding": str(tax),
        "applicant-assisted_by": "Chị Năm",
    }

    assert "H99.B Bưu điện" in counter.post(f"/counter/{KEY}", {**given, "action": "check"}).text
    assert counter.post(f"/counter/{KEY}", {**given, "action": "start"}).status_code == 303

    with database.reading() as session:
        row = session.scalars(select(Dossier)).one()
    assert row.code == "H99.26-261118-000001"
    assert (row.helped_agency_id, row.received_agency_id, row.deciding_agency_id) == (
        post,
        ward,
        tax,
    )
    page = counter.get(f"/dossiers/{row.id}").text
    assert "G12.9 Thuế" in page
    assert "Chị Năm" in page
    assert row.code in counter.get(f"/dossiers?agency={tax}&channel=counter").text
    assert row.code not in counter.get("/dossiers?channel=post").text


def test_fee_and_delivery_are_axes_of_their_own(
    app: Flask, database: Database, people: People, dossier: UUID
) -> None:
    counter = signed_in(app, database, "thu")
    wanted = {"money": "paid", "delivery": "sent", "axes-why": "BL 0012"}
    assert counter.post(f"/dossiers/{dossier}/axes", wanted).status_code == 303
    assert (
        signed_in(app, database, "hanh").post(f"/dossiers/{dossier}/axes", wanted).status_code
        == 403
    )
    work(database, dossier, "Task_ThamDinh", people["hanh"], NINE)

    with database.reading() as session:
        row = session.get_one(Dossier, dossier)
        told = session.scalars(
            select(InstanceEvent).where(InstanceEvent.kind == "dossier.money_changed")
        ).one()
    assert (row.state, row.money_state, row.delivery_state) == (9, "paid", "waiting")
    assert told.data == {"before": "none", "after": "paid", "note": "BL 0012", "how": "counter"}
    page = counter.get(f"/dossiers/{dossier}").text
    assert "BL 0012" in page[page.index('id="timeline"') :]


def test_notes_mention_people_and_only_leaders_instruct(
    app: Flask, database: Database, dossier: UUID
) -> None:
    officer, admin = signed_in(app, database, "hanh"), signed_in(app, database, "lan")
    address = f"/dossiers/{dossier}/notes"

    words = {"text": "@thu xem giúp <b>, @nobody @thu.", "kind": "note"}
    assert officer.post(address, words).status_code == 303
    assert officer.post(address, {"text": " ", "kind": "note"}).status_code == 422
    assert officer.post(address, {"text": "Làm ngay", "kind": "instruction"}).status_code == 403
    assert admin.post(address, {"text": "Làm ngay", "kind": "instruction"}).status_code == 303

    page = officer.get(f"/dossiers/{dossier}").text
    assert "xem giúp &lt;b&gt;" in page
    done = re.search(r'action="(/dossiers/[^"]+/done)"', page)
    assert done is not None
    assert officer.post(done[1]).status_code == 303
    assert "carried out" in officer.get(f"/dossiers/{dossier}").text
    with database.reading() as session:
        noted = session.scalars(
            select(InstanceEvent)
            .where(InstanceEvent.kind == "dossier.noted")
            .order_by(InstanceEvent.id)
        ).all()
    assert [one.data["mentions"] for one in noted] == [["thu"], []]
    assert signed_in(app, database, "mai").post(address, words).status_code == 404


def test_who_looked_at_a_dossier_is_written_once_in_a_while_and_shown_to_administrators(
    app: Flask, database: Database, dossier: UUID
) -> None:
    officer = signed_in(app, database, "hanh")
    for _ in range(3):
        assert "Who looked at it" not in officer.get(f"/dossiers/{dossier}").text

    with database.reading() as session:
        looks = session.scalars(select(DossierLook.user_name)).all()
    assert looks == ["Trần Thị Hạnh"]
    assert "Who looked at it" in signed_in(app, database, "lan").get(f"/dossiers/{dossier}").text
