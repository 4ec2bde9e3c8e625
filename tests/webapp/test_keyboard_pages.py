"""The page that lists the keys, and the choice to do without single letters."""

import re
from pathlib import Path

import pytest

from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor
from webapp.db import Database
from webapp.pages.keyboard import GOING, SECTIONS

TEMPLATES = Path(__file__).parents[2] / "webapp" / "templates"
BY_SCRIPT = {"J", "K"}  # lines need no declaration
NATIVE = {"Enter"}


@pytest.fixture
def officer(database: Database, people: dict[str, Actor]) -> Visitor:
    return signed_in(product(database), database, "hanh")


def test_the_keys_listed_are_those_that_pages_declare() -> None:
    pages = "\n".join(one.read_text(encoding="utf-8") for one in TEMPLATES.rglob("*.html"))
    declared = set(re.findall(r'(?:aria-keyshortcuts|data-key)="([^"{]+)"', pages))

    listed = {one.name for _title, shortcuts in SECTIONS for one in shortcuts}

    assert listed - BY_SCRIPT - NATIVE - {"1"} == declared
    assert 'aria-keyshortcuts="{{ loop.index }}"' in pages


def test_the_page_names_the_rooms_of_the_person_only(officer: Visitor) -> None:
    page = officer.get("/keyboard").text

    shown = re.findall(r"<kbd>g</kbd> then <kbd>(\w)</kbd>", page)

    assert shown == [GOING["/inbox"], GOING["/dossiers"]]
    assert 'data-go="d"' in page


def test_single_letters_can_be_switched_off_and_on(officer: Visitor) -> None:
    assert 'data-keys="off"' not in officer.get("/inbox").text

    officer.post("/keyboard", {"single": "off"})
    assert 'data-keys="off"' in officer.get("/inbox").text

    officer.post("/keyboard", {"single": "on"})
    assert 'data-keys="off"' not in officer.get("/inbox").text


def test_strangers_are_asked_to_sign_in_first(database: Database) -> None:
    answer = Visitor(product(database)).get("/keyboard")

    assert answer.status_code == 303
    assert "sign-in" in answer.headers["Location"]
