"""Keys of programs on their page."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.programs import Program
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.operations import api_keys

_SECRET = re.compile(r'id="secret">(mck_[^<]+)<')


@pytest.fixture
def app(database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> Flask:
    assert people
    api_keys.forget_known()
    monkeypatch.setattr(clock, "now", lambda: NINE)
    return product(database)


@pytest.fixture
def lan(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "lan")


def test_a_key_is_shown_once_used_listed_and_revoked(
    app: Flask, lan: Visitor, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: dict[str, object] = {
        "account": str(people["thu"].user_id),
        "name": "payments",
        "roles": ["counter"],
        "days": "30",
        "once": "one-render",
    }
    made = lan.post("/api-keys", sent)
    [secret] = _SECRET.findall(made.text)
    program = Program(app, secret)

    assert program.get("/v1/dossiers").status_code == 200
    assert program.get("/v1/procedures").status_code == 403
    assert lan.post("/api-keys", sent).status_code == 303
    page = lan.get("/api-keys").text
    assert "You sent this" in page
    assert page.count("<strong>payments</strong>") == 1
    assert secret not in page
    assert "until 18/12/2026" in page or "until 18 Dec 2026" in page
    assert "never" not in page

    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(minutes=1))
    revoked = lan.post(re.findall(r'action="(/api-keys/[^"]+/revoke)"', page)[0])
    assert revoked.status_code == 303
    assert program.get("/v1/dossiers").status_code == 401
    assert "revoked on" in lan.get("/api-keys").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("account", "", "Choose the account"),
        ("account", "2ae92c34-0d16-40fb-9b53-618d97752116", "There is no such person."),
        ("name", " ", "Say what the key is for."),
        ("days", "soon", "Days are a whole number from 1 to 3650."),
        ("days", "99999", "Days are a whole number from 1 to 3650."),
        ("roles", "admin", "does not have the role"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    lan: Visitor, people: dict[str, Actor], field: str, value: str, said: str
) -> None:
    given: dict[str, object] = {"account": str(people["thu"].user_id), "name": "payments"}

    answer = lan.post("/api-keys", {**given, field: value})

    assert answer.status_code in {404, 422}
    assert said in answer.text
    assert "<strong>payments</strong>" not in answer.text
