"""Coming in, going out, choosing a language."""

import pytest
from flask import Flask
from sqlalchemy import text

from tests.webapp.conftest import NINE
from tests.webapp.visitor import PASSWORD, Visitor, product, signed_in
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.operations import people as people_operations
from webapp.pages.guard import SESSION_COOKIE, safe_next


@pytest.fixture
def app(database: Database, people: dict[str, Actor]) -> Flask:
    return product(database)


def test_a_person_with_the_right_password_comes_to_where_their_work_begins(app: Flask) -> None:
    visitor = Visitor(app)

    answer = visitor.post("/sign-in", {"username": "hanh", "password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox")
    assert visitor.get("/").headers["Location"] == "/inbox"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(app: Flask) -> None:
    answer = Visitor(app).post("/sign-in", {"username": "hanh", "password": PASSWORD})

    cookie = next(
        text for text in answer.headers.getlist("Set-Cookie") if text.startswith(SESSION_COOKIE)
    )

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: Flask) -> None:
    visitor = Visitor(app)

    wrong = visitor.post("/sign-in", {"username": "hanh", "password": "not this one"})
    unknown = visitor.post("/sign-in", {"username": "nobody", "password": "not this one"})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    said = "The user name or the password is not right."
    assert said in wrong.text
    assert said in unknown.text


def test_after_five_wrong_tries_the_right_password_does_not_help(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(5):
        visitor.post("/sign-in", {"username": "hanh", "password": "not this one"})

    answer = visitor.post("/sign-in", {"username": "hanh", "password": PASSWORD})

    assert answer.status_code == 422


def test_signing_out_ends_the_session_on_the_server_too(app: Flask, database: Database) -> None:
    visitor = signed_in(app, database, "hanh")
    cookie = visitor.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None

    visitor.post("/sign-out")
    visitor.client.set_cookie(SESSION_COOKIE, cookie.value)

    assert visitor.get("/inbox").headers["Location"].startswith("/sign-in")


def test_who_was_sent_to_the_door_comes_back_to_the_page(app: Flask) -> None:
    visitor = Visitor(app)
    door = visitor.get("/people?x=1").headers["Location"]

    answer = visitor.post(
        "/sign-in", {"username": "lan", "password": PASSWORD, "next": "/people?x=1"}
    )

    assert door == "/sign-in?next=/people?x%3D1"
    assert answer.headers["Location"] == "/people?x=1"


def test_who_sends_a_form_after_the_session_ended_is_led_back_to_its_page(
    app: Flask, database: Database
) -> None:
    visitor = signed_in(app, database, "hanh")
    token = visitor.token()
    visitor.client.set_cookie(SESSION_COOKIE, "ended")
    sent = {"Referer": "http://localhost/absences?x=1"}

    answer = visitor.post("/absences", token=token, **sent)
    redrawn = visitor.post("/absences", token=token, **{"HX-Request": "true"})

    assert answer.headers["Location"] == "/sign-in?next=/absences"
    assert "Your session has ended." in visitor.get(answer.headers["Location"]).text
    assert redrawn.status_code == 401
    assert redrawn.text == ""


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "/a\\b",
        "javascript:alert(1)",
        "inbox",
        "/in\nbox",
        "",
        None,
    ],
)
def test_nobody_is_led_to_another_site(address: str | None) -> None:
    assert safe_next(address) is None


def test_demo_people_come_in_without_a_password_in_demo_mode(database: Database) -> None:
    with database.transaction() as session:
        people_operations.create_user(
            session,
            username="demo",
            name="Người mẫu",
            password=PASSWORD,
            roles=["analyst"],
            actor=SYSTEM,
            at=NINE,
            is_demo=True,
        )
    visitor = Visitor(product(database, demo=True))

    door = visitor.get("/sign-in")
    answer = visitor.post("/demo-sign-in", {"username": "demo"})

    assert "Người mẫu" in door.text
    assert answer.headers["Location"] == "/procedures"


def test_outside_demo_mode_there_is_no_door_without_a_password(app: Flask) -> None:
    visitor = Visitor(app)

    answer = visitor.post("/demo-sign-in", {"username": "hanh"})

    assert answer.status_code == 404
    assert "Try it as somebody" not in visitor.get("/sign-in").text


@pytest.mark.parametrize(
    ("asked", "given"),
    [("vi-VN,vi;q=0.9", "vi"), ("en-GB,en;q=0.8", "en"), ("fr-FR,fr", "vi"), ("", "vi")],
)
def test_the_browser_decides_the_language_and_vietnamese_is_the_default(
    app: Flask, asked: str, given: str
) -> None:
    assert f'<html lang="{given}"' in Visitor(app, asked).get("/sign-in").text


def test_a_chosen_language_stays_and_leads_back(app: Flask) -> None:
    visitor = Visitor(app, "vi")

    answer = visitor.get("/language/en?next=/sign-in")

    assert answer.headers["Location"] == "/sign-in"
    assert "Please come in" in visitor.get("/sign-in").text


def test_the_language_switch_leads_nowhere_else(app: Flask) -> None:
    answer = Visitor(app).get("/language/en?next=//elsewhere.example/")

    assert answer.headers["Location"] == "/"


def test_machines_learn_that_the_program_is_alive_and_ready(app: Flask) -> None:
    visitor = Visitor(app)

    assert visitor.get("/health/live").json == {"status": "live"}
    assert visitor.get("/health/ready").json == {"status": "ready"}


def test_a_program_whose_tables_are_not_there_yet_is_not_ready(
    database: Database, app: Flask
) -> None:
    with database.transaction() as session:
        newest = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    behind = Visitor(app).get("/health/ready")
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ahead = Visitor(app).get("/health/ready")

    assert newest != "0001"
    assert (behind.status_code, behind.json) == (503, {"status": "migrations missing"})
    assert ahead.status_code == 200  # a newer program made more tables; this one runs on them
