"""Who may enter where, and what every answer carries."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask

from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor, Role
from webapp.db import Database
from webapp.pages.guard import ROOMS

VALUES = {
    "uuid": UUID(int=7),
    "int": 1,
    "key": "Process_Review",
    "name": "review.bpmn",
    "form_id": "appraise",
    "code": "en",
    "element_id": "Task_Appraise",
    "purpose": "receipt",
    "action": "suspend",
    "token": "no-such-token",
    "kind": "csv",
}
PEOPLE = {
    None: frozenset(),
    "binh": frozenset({Role.ANALYST}),
    "thu": frozenset({Role.COUNTER, Role.OFFICER}),
    "hanh": frozenset({Role.OFFICER}),
    "lan": frozenset({Role.ADMIN}),
}


@pytest.fixture
def app(database: Database, review: str) -> Flask:
    return product(database)


@pytest.mark.parametrize("username", PEOPLE)
def test_every_route_opens_for_its_roles_and_for_nobody_else(
    app: Flask, database: Database, people: dict[str, Actor], username: str | None
) -> None:
    visitor = signed_in(app, database, username) if username else Visitor(app)
    token = visitor.token()

    wrong = []
    for room, method, path in _routes(app):
        answer = visitor.get(path) if method == "GET" else visitor.post(path, token=token)
        allowed = ROOMS[room] is None or bool(ROOMS[room] & PEOPLE[username])
        at_the_door = answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
        if allowed:
            good = answer.status_code < 500 and answer.status_code != 403
            good = good and not (at_the_door and ROOMS[room] is not None)
        else:
            good = answer.status_code == 403 if username else at_the_door
        if not good:
            wrong.append((method, path, answer.status_code))

    assert wrong == []


def test_every_room_of_the_app_has_its_roles_written_down(app: Flask) -> None:
    assert set(app.blueprints) == set(ROOMS)


@pytest.mark.parametrize("username", ["binh", "thu", "lan"])
def test_every_answer_carries_the_strict_policy(
    app: Flask, database: Database, people: dict[str, Actor], username: str
) -> None:
    visitor = signed_in(app, database, username)

    for _, method, path in _routes(app):
        if method == "GET":
            headers = visitor.get(path).headers
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none';")
            assert "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_kept_out_of_caches(app: Flask, database: Database) -> None:
    visitor = signed_in(app, database, "lan")

    assert visitor.get("/people").headers["Cache-Control"] == "no-store"


def test_no_page_has_inline_styles_handlers_or_scripts(app: Flask, database: Database) -> None:
    visitors = [Visitor(app)] + [signed_in(app, database, name) for name in ("binh", "thu", "lan")]

    for visitor in visitors:
        for _, method, path in _routes(app):
            if method == "GET":
                text = visitor.get(path).text
                assert not re.search(r"<[a-z][^>]* (?:style|on[a-z]+)=", text), path
                assert not re.search(r"<script(?![^>]* (?:src=|type=\"application/json\"))", text)


def test_a_form_without_its_token_is_refused_with_a_page(app: Flask, database: Database) -> None:
    visitor = signed_in(app, database, "lan")

    answer = visitor.post("/groups", {"key": "x-y", "name": "X"}, token="")

    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_too_many_tries_to_sign_in_are_refused_for_a_while(app: Flask) -> None:
    visitor = Visitor(app)
    token = visitor.token()

    codes = [
        visitor.post("/sign-in", {"username": f"nobody{n}", "password": "x"}, token=token)
        for n in range(32)
    ]

    assert codes[0].status_code == 422
    assert codes[-1].status_code == 429
    assert "Too many attempts" in codes[-1].text


def test_an_unknown_address_gets_a_page_in_the_readers_language(app: Flask) -> None:
    answer = Visitor(app, "vi").get("/khong-co")

    assert answer.status_code == 404
    assert "Không có trang này" in answer.text


def test_a_mistake_of_the_program_shows_a_page_and_no_details(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setitem(app.view_functions, "health.live", broken)

    answer = Visitor(app).get("/health/live")

    assert answer.status_code == 500
    assert "The program made a mistake" in answer.text
    assert "secret detail" not in answer.text


def test_part_of_a_page_gets_a_part_when_it_is_refused(app: Flask, database: Database) -> None:
    visitor = signed_in(app, database, "hanh")

    answer = visitor.get("/people", **{"HX-Request": "true"})

    assert answer.status_code == 403
    assert "<html" not in answer.text


def _routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {
            name: VALUES.get(_kind(rule.rule, name)) or VALUES.get(name, "any")
            for name in rule.arguments
        }
        room = rule.endpoint.split(".")[0]
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.endpoint != "session.sign_out":  # it would end the walk
                yield room, method, adapter.build(rule.endpoint, values, method=method)


def _kind(rule: str, name: str) -> str:
    found = re.search(rf"<(\w+):{name}>", rule)
    return found[1] if found else name
