"""Handing several dossiers over with one list; being told of a dossier received twice."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.blocks import publish_block, staff
from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.permit import INTAKE, KEY, publish_permit
from tests.webapp.visitor import product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import InstanceEvent, Slip

People = dict[str, Actor]


@pytest.fixture
def app(
    database: Database, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    staff(database, people)
    return product(database, data_dir=tmp_path)


def test_two_dossiers_go_with_one_list_and_only_the_other_desk_accepts_it(
    app: Flask, database: Database, people: People
) -> None:
    key = publish_block(database, "rut-ho-so", people["binh"], NINE)
    both = [str(receive(database, key, people["thu"], NINE)) for _ in range(2)]
    counter, officer = signed_in(app, database, "thu"), signed_in(app, database, "hanh")
    wanted = {"dossiers": both, "to": "chuyen-mon", "note": "2 bản vẽ"}

    assert counter.post("/handovers", {"to": "chuyen-mon"}).status_code == 422
    assert counter.post("/handovers", wanted).status_code == 303
    assert counter.post("/handovers", wanted).status_code == 422
    assert "Everything came" not in counter.get("/handovers").text
    accepting = re.search(r'action="(/handovers/[^"]+/accept)"', officer.get("/handovers").text)
    assert accepting is not None
    assert counter.post(accepting[1]).status_code == 403
    assert officer.post(accepting[1]).status_code == 303

    printing = accepting[1].replace("/accept", "/print")
    assert counter.post(printing).status_code == 303
    assert signed_in(app, database, "mai").post(printing).status_code in {403, 404}
    with database.reading() as session:
        content = session.scalars(select(Slip.content)).one()
        told = session.scalars(
            select(InstanceEvent.data).where(InstanceEvent.kind == "dossier.handed_over")
        ).all()
    assert [row[1] for row in content["rows"]] == [
        "H99.26-261118-0001",
        "H99.26-261118-0002",
    ]
    assert sorted(one["accepted"] for one in told) == [False, False, True, True]


def test_the_counter_is_told_when_the_same_person_has_an_open_dossier(
    app: Flask, database: Database, people: People
) -> None:
    publish_permit(database, people["binh"], NINE)
    counter = signed_in(app, database, "thu")
    first = counter.post(f"/counter/{KEY}", {**INTAKE, "action": "check"})
    assert "has an open dossier" not in first.text
    assert counter.post(f"/counter/{KEY}", {**INTAKE, "action": "start"}).status_code == 303

    again = {**INTAKE, "applicant-name": "ĐẶNG HỮU PHƯỚC", "action": "check"}
    other = {**INTAKE, "applicant-name": "Đặng Hữu Lộc", "action": "check"}

    assert "H99.26-261118-0001" in counter.post(f"/counter/{KEY}", again).text
    assert "has an open dossier" not in counter.post(f"/counter/{KEY}", other).text
