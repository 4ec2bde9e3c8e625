"""Who inspects: reads every dossier, report and look, leaves a trace, changes nothing."""

import hashlib
import json
import logging
import re
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.permit import KEY, publish_permit
from tests.webapp.test_security_pages import _routes
from tests.webapp.visitor import PASSWORD, Visitor, product, signed_in
from webapp import clock
from webapp.actors import SYSTEM, Actor, Role
from webapp.db import Database
from webapp.models import DossierLook, Slip
from webapp.operations import people as people_operations
from webapp.operations import slips
from webapp.pages.guard import READING, ROOMS

OWN = {"session", "keyboard", "views"}  # what concerns nobody else


@pytest.fixture
def app(
    database: Database, people: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    publish_permit(database, people["binh"], NINE)
    with database.transaction() as session:
        people_operations.create_user(
            session,
            username="tra",
            name="Lê Thanh Trà",
            password=PASSWORD,
            roles=[Role.INSPECTOR],
            actor=SYSTEM,
            at=NINE,
        )
    return product(database, data_dir=tmp_path)


@pytest.fixture
def dossier(app: Flask, database: Database, people: dict[str, Actor]) -> UUID:
    return receive(database, KEY, people["thu"], NINE)


@pytest.fixture
def inspector(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "tra")


def test_an_inspector_reads_dossiers_of_every_desk_and_who_looked_at_them(
    app: Flask, database: Database, dossier: UUID, inspector: Visitor
) -> None:
    signed_in(app, database, "hanh").get(f"/dossiers/{dossier}")
    inspector.get(f"/dossiers/{dossier}")

    page = inspector.get(f"/dossiers/{dossier}").text

    assert f"/dossiers/{dossier}" in inspector.get("/dossiers").text
    assert "Who looked at it" in page
    assert "Lê Thanh Trà" in page  # their own look is written down, too
    with database.reading() as session:
        names = session.scalars(select(DossierLook.user_name)).all()
    assert sorted(names) == ["Lê Thanh Trà", "Trần Thị Hạnh"]


def test_what_an_inspector_reads_stands_in_the_log_but_not_for_whom_they_look(
    inspector: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "webapp.pages.guard")

    inspector.get("/reports?text=Nguyen")

    paths = [vars(one)["path"] for one in caplog.records if "inspector" in one.message]
    assert paths == ["/reports"]


def test_an_inspector_changes_nothing(app: Flask, dossier: UUID, inspector: Visitor) -> None:
    token = inspector.token()

    changed = [
        (path, status)
        for room, method, path in _routes(app)
        if method == "POST" and ROOMS[room] is not None and room not in OWN
        if (status := inspector.post(path, token=token).status_code) != 403
    ]

    assert changed == []


def test_no_page_offers_an_inspector_a_change(
    app: Flask, dossier: UUID, inspector: Visitor
) -> None:
    pages = ["/dossiers", f"/dossiers/{dossier}", f"/dossiers/{dossier}/clock", "/reports"]
    pages += ["/timings", f"/timings/{KEY}", "/incidents", "/data-stores", "/inspection"]
    pages += ["/inspection/looks", "/inspection/changes"]

    offered = {
        path: forms
        for path in pages
        if (
            forms := re.findall(
                r'<form[^>]*method="post"[^>]*action="([^"]*)"', _main(inspector, path)
            )
        )
    }

    assert offered == {}


def test_an_inspector_sees_every_number_and_where_one_is_missing(
    app: Flask, database: Database, dossier: UUID, inspector: Visitor
) -> None:
    counter = signed_in(app, database, "thu")
    for _ in range(3):
        counter.post(f"/dossiers/{dossier}/slips/receipt")
    with database.transaction() as session:
        made = {one.number: one for one in session.scalars(select(Slip))}
        slips.void(session, made[1].id, "In sai tên", actor=SYSTEM, at=NINE)
        session.delete(made[2])

    page = inspector.get("/inspection?year=2026&month=11").text
    listed = inspector.get("/inspection/papers/2026/receipt/H99.26").text

    assert "1 number is missing: 2" in page
    assert page.count("no gap") == 1  # of the dossier codes of the day
    assert [one in listed for one in ("01/TNHS", "02/TNHS", "03/TNHS")] == [True, False, True]
    assert "In sai tên" in listed
    assert "In sai tên" in inspector.get("/inspection/changes").text
    assert inspector.get("/inspection/papers/2026/nothing/H99.26").status_code == 404


def test_a_dossier_is_taken_along_whole_and_that_is_written_down(
    app: Flask, database: Database, dossier: UUID, inspector: Visitor
) -> None:
    counter = signed_in(app, database, "thu")
    counter.post(f"/dossiers/{dossier}/slips/receipt")
    address = f"/inspection/dossiers/{dossier}.zip"

    with inspector.get(address) as answer, ZipFile(BytesIO(answer.data)) as archive:
        told = json.loads(archive.read("dossier.json"))
        names = archive.namelist()
        paper = archive.read(names[1])

    assert told["taken_by"] == "Lê Thanh Trà"
    assert told["dossier"]["applicant_name"]
    assert "tracking_token" not in told["dossier"]
    assert told["events"][0]["kind"] == "dossier.received"
    assert names[1].startswith("papers/001 receipt 01-TNHS")
    assert hashlib.sha256(paper).hexdigest() == told["papers_made"][0]["sha256"]
    looked = inspector.get("/inspection/looks?who=thanh tra").text
    assert "took the whole dossier along" in looked
    assert "Nobody looked" in inspector.get("/inspection/looks?who=nobody").text
    assert counter.get(address).status_code == 403


def test_an_inspector_reads_only_rooms_made_for_reading(inspector: Visitor) -> None:
    assert ROOMS.keys() >= READING
    for closed in ("/people", "/calendars", "/inbox", "/counter", "/procedures/upload"):
        assert inspector.get(closed).status_code == 403


def _main(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return answer.text[answer.text.index("<main") :]
