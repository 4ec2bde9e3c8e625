"""What people find in their inbox, how they narrow it down, how they take a task."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST, open_task, receive
from tests.webapp.permit import KEY, publish_permit
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier, UserTask, UserTaskCandidate
from webapp.operations import dossiers, user_tasks
from webapp.queries import scopes, searching

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def app(
    database: Database, review: str, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    publish_permit(database, people["binh"], NINE)
    return product(database)


@pytest.fixture
def officer(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "hanh")


def test_a_new_task_is_unclaimed_for_its_group_and_nobodys_own(
    officer: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    receive(database, KEY, people["thu"], NINE)

    assert "You have no open tasks" in officer.get("/inbox").text
    assert _codes(officer.get("/inbox?scope=unclaimed").text) == ["H99.26-261118-0001"]
    assert _counts(officer.get("/inbox").text) == ["Mine 0", "Unclaimed 1", "Whole unit 1"]


def test_every_page_of_the_inbox_counts_the_same(
    officer: Visitor,
    database: Database,
    people: dict[str, Actor],
    review: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    received = [receive(database, KEY, people["thu"], NINE) for _ in range(4)]
    received.append(receive(database, review, people["thu"], NINE))
    with database.transaction() as session:
        for one in received[:2]:
            task = open_task(database, one, "Task_Check")
            user_tasks.claim(session, task, actor=people["hanh"], at=NINE)
    pages = ("", "?scope=unclaimed", "?scope=unit", "?scope=unclaimed&q=0001")

    for most, counts in (
        (999, ["Mine 2", "Unclaimed 3", "Whole unit 5"]),
        (4, ["Mine 2", "Unclaimed 3", "Whole unit 4+"]),
        (1, ["Mine 1+", "Unclaimed 1+", "Whole unit 1+"]),
    ):
        monkeypatch.setattr(scopes, "COUNTED_UP_TO", most)
        scopes.counting.cache_clear()
        assert [_counts(officer.get(f"/inbox{page}").text) for page in pages] == [counts] * 4
    scopes.counting.cache_clear()


def test_a_claimed_task_moves_to_its_assignee_and_stays_in_the_unit(
    app: Flask, officer: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    task = open_task(database, receive(database, KEY, people["thu"], NINE), "Task_Check")

    answer = officer.post(f"/user-tasks/{task}/claim", {"next": "/inbox?scope=unclaimed"})

    assert answer.headers["Location"] == "/inbox?scope=unclaimed"
    assert _counts(officer.get("/inbox").text) == ["Mine 1", "Unclaimed 0", "Whole unit 1"]
    colleague = signed_in(app, database, "long").get("/inbox?scope=unit").text
    assert "Trần Thị Hạnh" in colleague


def test_a_dossier_whose_legal_limit_is_near_says_so_beside_its_date(
    app: Flask, database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = receive(database, KEY, people["thu"], NINE)
    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        near_at, promised_at = dossier.near_at, dossier.promised_at
    assert near_at is not None
    assert promised_at is not None
    moments = [near_at - SECOND, near_at, promised_at, promised_at + SECOND]

    shown = []
    for at in moments:
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        officer = signed_in(app, database, "hanh")
        page = officer.get("/inbox?scope=unclaimed").text
        narrowed = _codes(officer.get("/inbox?scope=unclaimed&due=limit").text)
        shown.append(("limit near<" in page, "limit over<" in page, len(narrowed)))

    assert shown == [(False, False, 0), (True, False, 1), (True, False, 1), (False, True, 1)]


def test_people_see_nothing_of_other_groups(
    app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    receive(database, KEY, people["thu"], NINE)

    page = signed_in(app, database, "mai").get("/inbox?scope=unit").text

    assert _codes(page) == []
    assert "Nothing waits here for your groups." in page


def test_tasks_stand_in_groups_of_urgency_with_words(
    app: Flask, database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in (0, 1, 6):
        receive(database, KEY, people["thu"], NINE + days * DAY)
    monkeypatch.setattr(clock, "now", lambda: NINE + DAY + timedelta(hours=2))
    officer = signed_in(app, database, "hanh")

    page = officer.get("/inbox?scope=unclaimed").text

    assert re.findall(r'scope="rowgroup"[^>]*>([^<]+)<', page) == [
        "Overdue · 1",
        "Within the next 2 working days · 1",
        "Later · 1",
    ]
    assert "2 h late" in page
    assert "6 h left" in page


@pytest.mark.parametrize("most", [{}, {"LISTED_UP_TO": 1}, {"LISTED_UP_TO": 1, "FOUND_UP_TO": 0}])
def test_text_is_found_without_case_and_diacritics_in_few_tasks_and_in_many(
    officer: Visitor,
    database: Database,
    people: dict[str, Actor],
    monkeypatch: pytest.MonkeyPatch,
    most: dict[str, int],
) -> None:
    for name, value in most.items():
        monkeypatch.setattr(searching, name, value)
    receive(database, KEY, people["thu"], NINE)
    with database.transaction() as session:
        other = replace(REQUEST, applicant_name="Lê Văn Nam")
        dossiers.start(session, KEY, other, actor=people["thu"], at=NINE)

    assert len(_codes(officer.get("/inbox?scope=unclaimed&q=dang+HUONG").text)) == 1
    assert len(_codes(officer.get("/inbox?scope=unclaimed&q=Văn+năm").text)) == 1
    assert _codes(officer.get("/inbox?scope=unclaimed&q=khong+co").text) == []
    assert _codes(officer.get("/inbox?q=dang+HUONG").text) == []  # nobody's own


@pytest.mark.parametrize(
    "narrowed", [f"procedure={KEY}", "task=Thẩm+tra", "due=today", "due=today&q=H99"]
)
def test_filters_narrow_the_list_and_each_can_be_taken_away(
    officer: Visitor, database: Database, people: dict[str, Actor], review: str, narrowed: str
) -> None:
    receive(database, KEY, people["thu"], NINE - DAY)
    receive(database, review, people["thu"], NINE + DAY)

    page = officer.get(f"/inbox?scope=unclaimed&{narrowed}").text

    assert len(_codes(page)) == 1
    assert 'class="mc-chip"' in page
    assert "Clear all" in page


@pytest.mark.parametrize("known", ["all", "some", "none"])
def test_the_filter_lists_offer_what_occurs_also_of_tasks_from_before_an_upgrade(
    officer: Visitor, database: Database, people: dict[str, Actor], review: str, known: str
) -> None:
    old = receive(database, KEY, people["thu"], NINE)
    receive(database, KEY, people["thu"], NINE)
    receive(database, review, people["thu"], NINE)
    forgotten = {
        "all": [],
        "some": [open_task(database, old, "Task_Check")],
        "none": list(_all_open(database)),
    }[known]
    with database.transaction() as session:
        session.execute(
            update(UserTaskCandidate)
            .where(UserTaskCandidate.user_task_id.in_(forgotten))
            .values(definition_id=None, element_id=None)
        )

    offered = officer.get("/inbox?scope=unclaimed").text
    assert _options(offered, "procedure") == ["", KEY, review]
    assert _options(offered, "task") == ["", "Thẩm tra", "Thẩm định"]
    assert _options(officer.get("/inbox").text, "task") == [""]


def test_the_list_can_be_sorted_by_code_and_by_promised_date(
    officer: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    for days in (1, 0):
        receive(database, KEY, people["thu"], NINE + days * DAY)

    by_code = _codes(officer.get("/inbox?scope=unclaimed&sort=code").text)
    by_promise = _codes(officer.get("/inbox?scope=unclaimed&sort=promised").text)

    assert by_code == by_promise == ["H99.26-261118-0001", "H99.26-261119-0001"]


def test_a_page_holds_25_tasks_and_leads_to_the_next(
    officer: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    for _ in range(27):
        receive(database, KEY, people["thu"], NINE)

    first = officer.get("/inbox?scope=unclaimed").text
    second = officer.get("/inbox?scope=unclaimed&page=2").text

    assert len(_codes(first)) == 25
    assert "Page 1 of 2" in first
    assert len(_codes(second)) == 2
    assert set(_codes(first)).isdisjoint(_codes(second))


def test_a_task_that_two_groups_may_take_is_listed_once(
    app: Flask, database: Database, people: dict[str, Actor], review: str
) -> None:
    task = open_task(database, receive(database, review, people["thu"], NINE), "Task_Appraise")
    with database.transaction() as session:
        user_tasks.claim(session, task, actor=people["hanh"], at=NINE)

    page = signed_in(app, database, "long").get("/inbox?scope=unit").text

    assert len(_codes(page)) == 1


def test_english_names_come_from_the_facts_sheet(
    app: Flask, officer: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    receive(database, KEY, people["thu"], NINE)

    assert "Check the request" in officer.get("/inbox?scope=unclaimed").text
    vietnamese = signed_in(app, database, "hanh", "vi").get("/inbox?scope=unclaimed").text
    assert "Thẩm tra" in vietnamese
    assert "Việc chưa ai nhận" in vietnamese


def test_odd_filters_are_ignored(officer: Visitor) -> None:
    answer = officer.get("/inbox?scope=all&due=never&sort=size&page=-3&q=%25")

    assert answer.status_code == 200


def _codes(page: str) -> list[str]:
    return re.findall(r'class="mc-code" href="/user-tasks/[^"]+">([^<]+)<', page)


def _counts(page: str) -> list[str]:
    inside = re.search(r'class="mc-seg".*?</nav>', page, re.DOTALL)
    assert inside is not None
    return [text.strip() for text in re.findall(r">([^<]*\d[^<]*)</a>", inside[0])]


def test_a_full_page_asks_the_database_no_more_than_an_almost_empty_one(
    officer: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    receive(database, KEY, people["thu"], NINE)
    few = _statements(database, officer)
    for _ in range(24):
        receive(database, KEY, people["thu"], NINE)

    assert _statements(database, officer) <= few


def _statements(database: Database, visitor: Visitor) -> int:
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(database.sql_engine, "before_cursor_execute", note)
    assert visitor.get("/inbox?scope=unclaimed").status_code == 200
    event.remove(database.sql_engine, "before_cursor_execute", note)
    return len(asked)


def _all_open(database: Database) -> list[UUID]:
    with database.reading() as session:
        return list(session.scalars(select(UserTask.id).where(UserTask.status == "open")))


def _options(page: str, name: str) -> list[str]:
    """Return the values that a list of the filters offers."""
    (listed,) = re.findall(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', listed)
