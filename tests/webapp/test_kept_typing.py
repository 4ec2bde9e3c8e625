"""A session that ends while somebody types costs them a password, not what they typed."""

import re
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.webapp.conftest import NINE
from tests.webapp.permit import INTAKE, KEY, publish_permit
from tests.webapp.visitor import PASSWORD, Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.pages.guard import SESSION_COOKIE

ADDRESS = f"/counter/{KEY}"
TYPED = {**INTAKE, "dien_tich": "nhiều", "dia_diem": "\n45 Lê Lợi", "action": "check"}
_HIDDEN = re.compile(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', re.DOTALL)


@pytest.fixture
def app(database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    publish_permit(database, people["binh"], NINE)
    return product(database)


@pytest.fixture
def clerk(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "thu")


def test_what_was_typed_goes_through_the_door_and_on(clerk: Visitor) -> None:
    token = clerk.token()
    clerk.client.delete_cookie(SESSION_COOKIE)
    scan = (BytesIO(b"%PDF"), "don.pdf")

    sent = clerk.post(ADDRESS, {**TYPED, "file-paper-don": scan}, token=token)
    scan = (BytesIO(b"%PDF"), "don.pdf")
    door = clerk.post(sent.headers["Location"], {**TYPED, "file-paper-don": scan}, token=token)
    wrong = _enter(clerk, door, token, "no")
    inside = _enter(clerk, wrong, token, PASSWORD)
    again = clerk.post(ADDRESS, _fields(inside), token=_token(inside))

    assert sent.status_code == 307
    assert (door.status_code, wrong.status_code, inside.status_code) == (200, 422, 200)
    for page in (door, wrong, inside):
        assert "choose them again: don.pdf" in page.text
    assert _fields(inside) == TYPED
    assert again.status_code == 422
    assert "must be a number" in again.text
    assert 'value="Đặng Hữu Phước"' in again.text


def test_a_page_older_than_the_session_offers_to_send_it_again(clerk: Visitor) -> None:
    stale = clerk.post(ADDRESS, dict(TYPED), token="of another session")
    again = clerk.post(ADDRESS, _fields(stale), token=_token(stale))
    foreign = clerk.post(ADDRESS, dict(TYPED), token="x", **{"Sec-Fetch-Site": "cross-site"})
    other = clerk.post(ADDRESS, dict(TYPED), token="x", Origin="https://elsewhere.example")

    assert stale.status_code == 400
    assert _fields(stale) == TYPED
    assert again.status_code == 422
    for answer in (foreign, other):
        assert (answer.status_code, _fields(answer)) == (400, {})


def test_secrets_are_never_written_into_a_page(app: Flask, database: Database) -> None:
    lan = signed_in(app, database, "lan")

    page = lan.post("/people/new", {"name": "An", "password": "quite-secret"}, token="x")

    assert _fields(page) == {"name": "An"}
    assert "quite-secret" not in page.text


def test_nothing_typed_is_sent_to_another_site(clerk: Visitor) -> None:
    token = clerk.token()
    clerk.client.delete_cookie(SESSION_COOKIE)

    door = clerk.post("/sign-in/kept?to=//elsewhere.example", dict(TYPED), token=token)
    forged = {"username": "thu", "password": PASSWORD, "kept-to": "//elsewhere.example"}
    entered = clerk.post("/sign-in", {**forged, "kept:a": "b"}, token=token)

    assert door.headers["Location"] == "/sign-in"
    assert entered.headers["Location"] == "/counter"


def test_who_goes_back_finds_what_they_typed_until_they_sign_out(clerk: Visitor) -> None:
    page, checked = clerk.get(ADDRESS), clerk.post(ADDRESS, dict(TYPED))
    other, out = clerk.get("/dossiers"), clerk.post("/sign-out")

    for one in (page, checked):
        assert one.headers["Cache-Control"] == "private, no-cache"
    assert other.headers["Cache-Control"] == "no-store"
    assert out.headers["Clear-Site-Data"] == '"cache"'


def _enter(clerk: Visitor, page: TestResponse, token: str, password: str) -> TestResponse:
    names = re.findall(r'name="kept-file-name" value="([^"]+)"', page.text)
    kept = {"kept-to": ADDRESS, "kept-file-name": names[0], **_fields(page)}
    assert f'name="kept-to" value="{ADDRESS}"' in page.text
    return clerk.post("/sign-in", {"username": "thu", "password": password, **kept}, token=token)


def _fields(page: TestResponse) -> dict[str, object]:
    return {unescape(name): unescape(value) for name, value in _HIDDEN.findall(page.text)}


def _token(page: TestResponse) -> str:
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page.text))
    return str(token)
