"""An administrator takes lists of communes over: looked at first, then written."""

import re
from io import BytesIO

import pytest
from flask import Flask

from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor
from webapp.db import Database

LIST = """code,parent,name,valid_from,valid_to,merged_into
31120,92,Phường Cái Khế,2025-07-01,,
00001,92,Phường An Hòa,2025-01-01,2025-06-30,31120
"""


@pytest.fixture
def app(database: Database, people: dict[str, Actor]) -> Flask:
    return product(database)


@pytest.fixture
def lan(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "lan")


def test_a_list_is_shown_first_and_written_when_that_was_confirmed(lan: Visitor) -> None:
    shown = _send(lan, LIST)
    before = lan.get("/places/92").text
    taken = lan.post("/places", {"action": "take", "name": "cantho.csv", "list": LIST})
    again = _send(lan, LIST).text
    renamed = _send(lan, LIST.replace("Phường Cái Khế", "Phường Cái Khế mới")).text

    assert shown.status_code == 200
    assert "2 added, 0 changed, 0 as before" in shown.text
    assert "No communes of this province are known" in before
    assert taken.status_code == 303
    assert "merged into Phường Cái Khế" in lan.get("/places/92").text
    assert "cantho.csv" in lan.get("/places").text
    assert "0 added, 0 changed, 2 as before" in again
    assert 'value="take"' not in again
    assert re.search(
        r"Phường Cái Khế<br><span[^>]*>from 01/07/2025</span>.*Phường Cái Khế mới<br>", renamed
    )
    assert "2025-07-01" not in renamed.partition("<h2")[2]


def test_every_wrong_line_is_told_and_nothing_can_be_taken_over(lan: Visitor) -> None:
    broken = LIST + "abc,92,X,2025-07-01,,\n00002,92,Y,1/7/2025,,\n"

    shown = _send(lan, broken)
    forced = lan.post("/places", {"action": "take", "name": "x.csv", "list": broken})
    binary = lan.post("/places", {"list": (BytesIO(b"\xff\xfe\x00"), "x.csv")})

    assert shown.status_code == 422
    assert "Line 4" in shown.text
    assert "“abc” is not 2 to 6 digits" in shown.text
    assert "“1/7/2025” in the column valid_from is no day" in shown.text
    assert 'value="take"' not in shown.text
    assert (forced.status_code, binary.status_code) == (422, 422)
    assert "No list yet." in lan.get("/places").text


def test_the_shipped_list_can_be_had_and_taken_over(lan: Visitor) -> None:
    text = lan.get("/places/lists/92-can-tho.csv").data.decode("utf-8-sig")

    assert "103 added, 0 changed" in _send(lan, text).text
    assert lan.get("/places/lists/nothing.csv").status_code == 404
    assert lan.get("/places/00").status_code == 404


def test_only_administrators_see_the_lists(app: Flask, database: Database) -> None:
    assert signed_in(app, database, "thu").get("/places").status_code == 403


def _send(visitor: Visitor, text: str):  # type: ignore[no-untyped-def]
    return visitor.post(
        "/places", {"action": "check", "list": (BytesIO(text.encode()), "cantho.csv")}
    )
