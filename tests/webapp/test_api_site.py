import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.webapp.programs import Program, program
from tests.webapp.visitor import product
from webapp.actors import Actor
from webapp.api import guard, site
from webapp.db import Database
from webapp.operations import api_keys

MANUAL = Path(__file__).parents[2] / "docs" / "reference" / "api.md"


@pytest.fixture
def app(database: Database) -> Flask:
    api_keys.forget_known()
    return product(database)


def test_every_route_is_documented_and_no_other(app: Flask) -> None:
    described = Program(app, None).get("/openapi.json").json
    assert described is not None
    routes = {
        f"{method.upper()} /api{path}"
        for path, methods in described["paths"].items()
        for method in methods
        if method != "parameters"
    }

    written = set(re.findall(r"^\| `([A-Z]+ /\S+)`", MANUAL.read_text(encoding="utf-8"), re.M))

    assert described["openapi"] == "3.1.0"
    assert routes
    assert written == routes


def test_every_resource_has_its_roles() -> None:
    assert {one.name for one in site.RESOURCES} == set(guard.ROLES)


@pytest.mark.parametrize("path", ["/v1/nothing", "/", "/v1/user-tasks/no-uuid"])
def test_an_unknown_address_is_a_problem_not_a_page(app: Flask, path: str) -> None:
    answer = Program(app, None).get(path)

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_a_wrong_method_is_told_the_right_one(app: Flask) -> None:
    answer = Program(app, None).delete(f"/v1/user-tasks/{'0' * 8}-0000-0000-0000-{'0' * 12}/claim")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_unknown_fields_and_malformed_json_are_refused(
    app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    hanh = program(app, database, people["hanh"])
    path = f"/v1/user-tasks/{'0' * 8}-0000-0000-0000-{'0' * 12}/complete"

    unknown = hanh.post(path, {"variable": {}})
    key = hanh._headers["Authorization"]
    malformed = app.test_client().post(
        f"/api{path}", data="{", headers={"Authorization": key}, content_type="application/json"
    )

    assert unknown.status_code == 422
    assert unknown.json["errors"] == {"json": {"variable": ["Unknown field."]}}
    assert malformed.status_code == 400
    assert malformed.json["code"] == "malformed"


@pytest.mark.parametrize(
    ("body", "complaints"),
    [
        ({"variables": None}, {"variables": ["Field may not be null."]}),
        ({"variables": []}, {"variables": ["Not a valid mapping type."]}),
        ({"variables": {}, "more": 1}, {"more": ["Unknown field."]}),
        ([{"variables": {}}], {"_schema": ["Invalid input type."]}),
    ],
)
def test_what_is_wrong_with_a_completion_is_told_by_its_field(
    app: Flask, database: Database, people: dict[str, Actor], body: Any, complaints: Any
) -> None:
    path = f"/v1/user-tasks/{'0' * 8}-0000-0000-0000-{'0' * 12}/complete"

    refused = program(app, database, people["hanh"]).post(path, body)

    assert refused.status_code == 422
    assert refused.json["errors"] == {"json": complaints}


def test_refusals_speak_the_language_that_was_asked_for(
    app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    hanh = program(app, database, people["hanh"])
    path = f"/v1/user-tasks/{'0' * 8}-0000-0000-0000-{'0' * 12}/claim"

    answer = hanh.post(path, Accept_Language="vi")

    assert (answer.status_code, answer.json["detail"]) == (404, "Không có việc này.")


def test_the_api_sets_no_cookie(app: Flask) -> None:
    assert "Set-Cookie" not in Program(app, None).get("/openapi.json").headers
