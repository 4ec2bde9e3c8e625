"""Filters kept under a name: who sees them, which comes first, who deletes them."""

import re

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.permit import KEY, publish_permit
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.operations.views import MAX_VIEWS

UNCLAIMED = {"list": "inbox", "name": "Chưa ai nhận", "scope": "unclaimed"}
DESK = {**UNCLAIMED, "name": "Tổ xây dựng", "desk": "xay-dung"}


@pytest.fixture
def app(database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    publish_permit(database, people["binh"], NINE)
    receive(database, KEY, people["thu"], NINE)
    return product(database)


@pytest.fixture
def officer(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "hanh")


def test_a_filter_is_saved_stands_over_the_list_and_is_deleted(officer: Visitor) -> None:
    assert "Saved views" not in officer.get("/inbox?scope=unclaimed").text

    answer = officer.post("/views", dict(UNCLAIMED))
    page = officer.get(answer.headers["Location"]).text

    assert answer.headers["Location"] == "/inbox?scope=unclaimed"
    assert _tabs(page) == ["Everything", "Chưa ai nhận*"]
    officer.post(_action(page, "remove"))
    assert "Saved views" not in officer.get("/inbox").text


def test_a_list_begins_with_the_view_that_comes_first(officer: Visitor) -> None:
    officer.post("/views", dict(UNCLAIMED))
    page = officer.get("/inbox?scope=unclaimed").text

    officer.post(_action(page, "first"))
    first = officer.get("/inbox")
    plain = officer.get("/inbox?view=all").text

    assert (first.status_code, first.headers["Location"]) == (303, "/inbox?scope=unclaimed")
    assert "You have no open tasks" in plain
    assert _tabs(plain) == ["Everything*", "Chưa ai nhận · comes first"]
    assert 'href="/inbox?view=all" aria-keyshortcuts="1"' in plain  # “Mine” stays reachable
    officer.post("/views/plain", {"list": "inbox"})
    assert officer.get("/inbox").status_code == 200


def test_a_view_that_comes_first_and_is_deleted_comes_first_no_more(officer: Visitor) -> None:
    officer.post("/views", dict(UNCLAIMED))
    page = officer.get("/inbox?scope=unclaimed").text
    officer.post(_action(page, "first"))

    officer.post(_action(page, "remove"))

    assert officer.get("/inbox").status_code == 200


def test_a_view_of_a_desk_is_seen_by_its_people_and_deleted_by_its_maker_or_a_leader(
    app: Flask, database: Database, officer: Visitor
) -> None:
    officer.post("/views", dict(DESK))
    colleague, counter = signed_in(app, database, "long"), signed_in(app, database, "thu")

    page = colleague.get("/inbox?scope=unclaimed").text

    assert _tabs(page) == ["Everything", "Tổ xây dựng (Xây dựng)*"]
    assert "Delete the view" not in page
    removing = _action(officer.get("/inbox?scope=unclaimed").text, "remove")
    assert colleague.post(removing).status_code == 403
    assert counter.post(removing).status_code == 404
    assert "Saved views" not in counter.get("/inbox?scope=unclaimed").text
    assert colleague.post("/views", {**DESK, "scope": "unit"}).status_code == 403
    assert officer.post(removing).status_code == 303


def test_saving_under_the_same_name_replaces_the_filter(officer: Visitor) -> None:
    officer.post("/views", dict(UNCLAIMED))

    officer.post("/views", {**UNCLAIMED, "name": "  Chưa  ai nhận ", "q": "thanh thao"})

    assert _tabs(officer.get("/inbox?scope=unclaimed&q=thanh+thao").text) == [
        "Everything",
        "Chưa ai nhận*",
    ]


def test_dossiers_have_views_of_their_own(officer: Visitor) -> None:
    officer.post("/views", {"list": "dossiers", "name": "Đang xử lý", "state": "1", "page": "3"})

    assert _tabs(officer.get("/dossiers?state=1").text) == ["Everything", "Đang xử lý*"]
    assert "Saved views" not in officer.get("/inbox").text


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({**UNCLAIMED, "name": " "}, 422, "at most 40 characters"),
        ({**UNCLAIMED, "name": "n" * 41}, 422, "at most 40 characters"),
        ({"list": "inbox", "name": "Tất cả", "scope": "mine"}, 422, "Filter the list first"),
        ({**UNCLAIMED, "list": "people"}, 422, "no such list"),
        ({**UNCLAIMED, "desk": "lanh-dao"}, 403, "desks of one&#39;s own"),
    ],
)
def test_what_cannot_be_saved_is_told(
    officer: Visitor, sent: dict[str, object], status: int, said: str
) -> None:
    answer = officer.post("/views", sent)

    assert answer.status_code == status
    assert said in answer.text


def test_there_is_an_end_to_the_number_of_views(officer: Visitor) -> None:
    for number in range(MAX_VIEWS):
        officer.post("/views", {**UNCLAIMED, "name": f"Số {number}"})

    answer = officer.post("/views", dict(UNCLAIMED))

    assert answer.status_code == 422
    assert f"{MAX_VIEWS} views" in answer.text


def _tabs(page: str) -> list[str]:
    """Return the words of the tabs, the open one with a star."""
    bar = re.search(r'<nav class="mc-views".*?</nav>', page, re.DOTALL)
    assert bar is not None
    found = re.findall(r"<a href=[^>]*?( aria-current=\"true\")?>(.*?)</a>", bar[0])
    return [re.sub("<[^>]+>", "", words) + ("*" if here else "") for here, words in found]


def _action(page: str, name: str) -> str:
    found = re.search(rf'action="(/views/[^"]+/{name})"', page)
    assert found is not None
    return found[1]
