"""People, groups and roles, kept by administrators."""

import re

import pytest
from flask import Flask

from tests.webapp.visitor import PASSWORD, Visitor, product, signed_in
from webapp.actors import Actor
from webapp.db import Database


@pytest.fixture
def app(database: Database, people: dict[str, Actor]) -> Flask:
    return product(database)


@pytest.fixture
def admin(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "lan")


def test_the_list_names_everybody_with_roles_and_groups(admin: Visitor) -> None:
    page = admin.get("/people").text

    assert "Trần Thị Hạnh" in page
    assert "Xây dựng" in page
    assert "Who may do what" in page


def test_a_new_person_can_sign_in(admin: Visitor, app: Flask) -> None:
    answer = admin.post(
        "/people/new",
        {
            "username": "moi",
            "name": "Người Mới",
            "title": "Chuyên viên",
            "password": "a long password",
            "roles": ["officer"],
            "groups": ["xay-dung"],
        },
    )

    entered = Visitor(app).post("/sign-in", {"username": "moi", "password": "a long password"})
    assert answer.status_code == 303
    assert entered.headers["Location"] == "/inbox"


@pytest.mark.parametrize(
    ("field", "value", "says", "code"),
    [
        ("password", "short", "at least 10 characters", 422),
        ("username", "Không Được", "A user name has", 422),
        ("username", "hanh", "is taken", 409),
        ("name", " ", "full name", 422),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said_and_the_rest_is_kept(
    admin: Visitor, field: str, value: str, says: str, code: int
) -> None:
    typed = {"username": "moi", "name": "Người Mới", "password": "a long password"}

    answer = admin.post("/people/new", {**typed, "title": "Chuyên viên", field: value})

    assert answer.status_code == code
    assert says in answer.text
    assert 'value="Chuyên viên"' in answer.text
    assert "a long password" not in answer.text


def test_roles_and_groups_can_be_changed(
    admin: Visitor, app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    hanh = people["hanh"].user_id

    admin.post(f"/people/{hanh}", {"name": "Trần Thị Hạnh", "roles": ["analyst"]})

    assert signed_in(app, database, "hanh").get("/procedures").status_code == 200
    assert signed_in(app, database, "hanh").get("/inbox").status_code == 403


def test_a_new_password_replaces_the_old_one_and_ends_the_sessions(
    admin: Visitor, app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    visitor = signed_in(app, database, "hanh")

    admin.post(f"/people/{people['hanh'].user_id}/password", {"password": "quite another one"})

    old = Visitor(app).post("/sign-in", {"username": "hanh", "password": PASSWORD})
    new = Visitor(app).post("/sign-in", {"username": "hanh", "password": "quite another one"})
    assert "/sign-in" in visitor.get("/inbox").headers["Location"]
    assert (old.status_code, new.status_code) == (422, 303)


def test_a_closed_account_cannot_sign_in_until_it_is_opened_again(
    admin: Visitor, app: Flask, people: dict[str, Actor]
) -> None:
    address = f"/people/{people['hanh'].user_id}/active"

    admin.post(address, {"active": "0"})
    closed = Visitor(app).post("/sign-in", {"username": "hanh", "password": PASSWORD})
    admin.post(address, {"active": "1"})
    opened = Visitor(app).post("/sign-in", {"username": "hanh", "password": PASSWORD})

    assert (closed.status_code, opened.status_code) == (422, 303)


def test_the_last_administrator_stays(admin: Visitor, people: dict[str, Actor]) -> None:
    answer = admin.post(f"/people/{people['lan'].user_id}/active", {"active": "0"})

    assert answer.status_code == 422
    assert "At least one active administrator" in answer.text


def test_a_group_is_created_renamed_and_filled(admin: Visitor, people: dict[str, Actor]) -> None:
    admin.post("/groups", {"key": "dat-dai", "name": "Đất đai"})
    admin.post("/groups/dat-dai", {"name": "Tổ đất đai", "members": [str(people["hanh"].user_id)]})

    page = admin.get("/groups").text
    row = re.search(r"Tổ đất đai.*?</tr>", page, re.DOTALL)
    assert row is not None
    assert "Trần Thị Hạnh" in row[0]


def test_taking_a_person_out_of_a_group_leaves_the_other_groups(
    admin: Visitor, people: dict[str, Actor]
) -> None:
    admin.post("/groups", {"key": "dat-dai", "name": "Đất đai"})
    admin.post("/groups/dat-dai", {"name": "Đất đai", "members": [str(people["hanh"].user_id)]})

    admin.post("/groups/dat-dai", {"name": "Đất đai"})

    checked = re.findall(
        r'value="(\S+)" checked', admin.get(f"/people/{people['hanh'].user_id}").text
    )
    assert checked == ["officer", "xay-dung"]


def test_a_group_that_exists_is_not_created_again(admin: Visitor) -> None:
    answer = admin.post("/groups", {"key": "xay-dung", "name": "Xây dựng"})

    assert answer.status_code == 409
    assert "exists already" in answer.text


def test_a_stranger_is_not_found(admin: Visitor) -> None:
    assert admin.get("/people/00000000-0000-0000-0000-000000000007").status_code == 404
    assert admin.get("/groups/none").status_code == 404
