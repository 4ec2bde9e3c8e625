"""What a person handed in before need not be brought again."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.permit import INTAKE, KEY, publish_permit
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Attachment, Dossier, InstanceEvent

ADDRESS = f"/counter/{KEY}"
HOA = {**INTAKE, "applicant-identity": "001085000123"}
SCAN = b"%PDF-1.4 the same paper\n%%EOF"


@pytest.fixture
def counter(
    database: Database, people: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Visitor:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    publish_permit(database, people["binh"], NINE)
    app: Flask = product(database, data_dir=tmp_path)
    return signed_in(app, database, "thu")


def test_a_paper_of_an_earlier_dossier_is_used_again_and_logged(
    counter: Visitor, database: Database
) -> None:
    _hand_in(counter)

    offered = counter.post(ADDRESS, {**HOA, "action": "look"}).text
    button = re.search(r'value="(reuse:don:[^"]+)"', offered)
    assert button
    taken = counter.post(ADDRESS, {**HOA, "paper-don": "", "action": button[1]}).text
    kept = re.findall(r'name="kept-file" value="([^"]+)"', taken)
    started = counter.post(ADDRESS, {**HOA, "kept-file": kept, "action": "start"})

    assert "Handed in before:" in offered
    assert "1 file found" in offered
    assert "used again" in taken
    assert 'value="reuse:don:' not in taken
    assert started.status_code == 303
    with database.reading() as session:
        first, second = session.scalars(select(Attachment).order_by(Attachment.reused_from.desc()))
        assert first.sha256 == second.sha256
        event = session.scalars(
            select(InstanceEvent).where(InstanceEvent.kind == "dossier.paper_reused")
        ).one()
        codes = set(session.scalars(select(Dossier.code)))
        assert event.data["from_code"] in codes
        assert event.data["sha256"] == first.sha256
    page = counter.get(started.headers["Location"]).text
    assert "A paper of an earlier dossier was used again" in page


def test_papers_of_other_people_are_neither_offered_nor_taken(
    counter: Visitor, database: Database
) -> None:
    _hand_in(counter)
    other = {**HOA, "applicant-identity": "001085000999"}
    offered = counter.post(ADDRESS, {**HOA, "action": "look"}).text
    button = re.search(r'value="(reuse:don:[^"]+)"', offered)
    assert button
    kept = re.findall(
        r'name="kept-file" value="([^"]+)"',
        counter.post(ADDRESS, {**HOA, "action": button[1]}).text,
    )

    shown = counter.post(ADDRESS, {**other, "action": "look"}).text
    forced = counter.post(ADDRESS, {**other, "action": button[1]})
    swapped = counter.post(ADDRESS, {**other, "kept-file": kept, "action": "start"})
    nobody = counter.post(ADDRESS, {**other, "applicant-identity": "", "kept-file": kept})

    assert "None found." in shown
    assert forced.status_code == 404
    for answer in (swapped, nobody):
        assert answer.status_code == 422
        assert 'href="#applicant-identity"' in answer.text
        assert "“don.pdf” was handed in by a person with another identity number" in answer.text
        assert kept[0] in re.findall(r'name="kept-file" value="([^"]+)"', answer.text)
    with database.reading() as session:
        assert len(session.scalars(select(Dossier)).all()) == 1


def _hand_in(counter: Visitor) -> None:
    file = (BytesIO(SCAN), "don.pdf")
    uploaded = counter.post(ADDRESS, {**HOA, "action": "upload", "file-paper-don": file}).text
    kept = re.findall(r'name="kept-file" value="([^"]+)"', uploaded)
    assert counter.post(ADDRESS, {**HOA, "kept-file": kept, "action": "start"}).status_code == 303
