"""Who inspects: reads every dossier, report and look, leaves a trace, changes nothing."""

import logging
import re
from pathlib import Path
from uuid import UUID

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
from webapp.models import DossierLook
from webapp.operations import people as people_operations
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


def test_what_an_inspector_reads_stands_in_the_log(
    inspector: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "webapp.pages.guard")

    inspector.get("/reports?since=1")

    paths = [vars(one)["path"] for one in caplog.records if "inspector" in one.message]
    assert paths == ["/reports?since=1"]


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
    pages += ["/timings", f"/timings/{KEY}", "/incidents", "/data-stores"]

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


def test_an_inspector_reads_only_rooms_made_for_reading(inspector: Visitor) -> None:
    assert ROOMS.keys() >= READING
    for closed in ("/people", "/calendars", "/inbox", "/counter", "/procedures/upload"):
        assert inspector.get(closed).status_code == 403


def _main(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return answer.text[answer.text.index("<main") :]
