"""Changing dossiers by hand and moving them to a new version, through the pages."""

import re
from datetime import UTC, datetime
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.webapp.calling import caller, inner, publish
from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.test_operations_migrating import NEW_BPMN, _published
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier, ProcessInstance, Timer
from webapp.operations import modifying
from webapp.worker import migrations

People = dict[str, Actor]
WHY = "the file lay on the wrong desk"


@pytest.fixture
def dossier(database: Database, people: People, review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


@pytest.fixture
def lan(database: Database, people: People) -> Visitor:
    return signed_in(product(database), database, "lan")


def test_an_administrator_moves_a_token_and_the_history_says_why(
    database: Database, people: People, dossier: UUID, lan: Visitor
) -> None:
    address = _address(database, dossier)
    page = lan.get(address).text
    assert "Thẩm định" in page

    answer = lan.post(
        f"{address}/move", {**_hidden(page), "element": "Task_Release", "reason": WHY}
    )

    assert answer.status_code == 303
    assert open_task(database, dossier, "Task_Release")
    history = lan.get(f"/dossiers/{dossier}").text
    assert f"{WHY} (moved from “Thẩm định” to “Ban hành”)" in history
    assert "Changed by hand" in history


def test_a_change_that_cannot_be_is_refused_with_a_sentence_beside_the_forms(
    database: Database, people: People, dossier: UUID, lan: Visitor
) -> None:
    address = _address(database, dossier)
    sent = {**_hidden(lan.get(address).text), "element": "Timer_Late", "reason": WHY}

    answer = lan.post(f"{address}/start", sent)

    assert answer.status_code == 409
    assert "listens only while its activity runs" in answer.text
    assert "What is under way" in answer.text


@pytest.mark.parametrize(
    ("value", "said"),
    [("yes", "Write texts in quotes"), ('"yes', "is no value"), ("1 +", "is no value")],
)
def test_a_value_that_is_none_is_not_taken(
    database: Database, people: People, dossier: UUID, lan: Visitor, value: str, said: str
) -> None:
    address = _address(database, dossier)
    sent = {**_hidden(lan.get(address).text), "name": "x", "value": value, "token": ""}

    answer = lan.post(f"{address}/set", {**sent, "reason": WHY})

    assert answer.status_code == 422
    assert said in answer.text


def test_a_variable_is_set_and_shown(
    database: Database, people: People, dossier: UUID, lan: Visitor
) -> None:
    address = _address(database, dossier)
    sent = {**_hidden(lan.get(address).text), "name": "ket_qua", "value": '"dat"', "token": ""}

    lan.post(f"{address}/set", {**sent, "reason": WHY})

    assert "&#34;dat&#34;" in lan.get(address).text


def test_a_timer_is_set_to_another_instant_and_the_history_says_so(
    database: Database, people: People, dossier: UUID, lan: Visitor
) -> None:
    address = _address(database, dossier)
    page = lan.get(address).text
    timer_id = re.search(r'name="timer" value="([^"]+)"', page)
    assert timer_id is not None
    sent = {**_hidden(page), "timer": timer_id[1], "reason": WHY}

    refused = lan.post(f"{address}/timer", {**sent, "due": "tomorrow"})
    done = lan.post(f"{address}/timer", {**sent, "due": "01/12/2026 08:30"})

    assert refused.status_code == 422
    assert "“tomorrow” is no moment" in refused.text
    assert re.search(rf"<details[^>]* open.{{1,700}}{timer_id[1]}", refused.text, re.DOTALL)
    assert refused.text.count(f">{WHY}</textarea>") == 1
    assert done.status_code == 303
    assert "due 08:30 Tuesday 1 Dec 2026" in lan.get(address).text
    with database.reading() as session:
        assert session.scalars(select(Timer.due_at)).one() == datetime(
            2026, 12, 1, 1, 30, tzinfo=UTC
        )
    assert (
        "timer “Timer_Late” due 08:30 Tuesday 1 Dec 2026, not"
        in lan.get(f"/dossiers/{dossier}").text
    )


def test_who_comes_second_hears_who_was_first(
    database: Database, people: People, dossier: UUID, lan: Visitor
) -> None:
    address = _address(database, dossier)
    sent = {**_hidden(lan.get(address).text), "reason": WHY}
    lan.post(f"{address}/move", {**sent, "element": "Task_Release"})

    second = lan.post(f"{address}/cancel", {**sent, "reason": "my long reason"})
    lan.post(f"{address}/suspend", {"reason": WHY})
    again = lan.post(f"{address}/suspend", {"reason": "me too"})

    assert second.status_code == again.status_code == 409
    assert "Hồ Ngọc Lan has changed the dossier at" in second.text
    assert second.text.count(">my long reason</textarea>") == 1
    assert "Hồ Ngọc Lan suspended this dossier already, at" in again.text


def test_a_variable_is_shown_by_its_type_and_taken_into_the_form(
    database: Database, people: People, dossier: UUID, lan: Visitor
) -> None:
    address = _address(database, dossier)
    sent = {**_hidden(lan.get(address).text), "token": "", "reason": WHY}
    token = _hidden(lan.get(address).text)["token"]
    values = {"gia": "12.5", "ngay": 'date("2026-12-01")', "co": "true", "ds": "[1, 2]"}
    for name, value in values.items():
        sent |= {**_hidden(lan.get(address).text), "token": token if name == "gia" else ""}
        assert lan.post(f"{address}/set", {**sent, "name": name, "value": value}).status_code == 303

    page = lan.get(f"{address}?variable=ngay").text
    for words in ("number", "date", "yes or no", "list", "text", "context"):
        assert f'class="mc-muted">{words}</td>' in page
    assert 'name="name" value="ngay"' in page
    assert ">date(&#34;2026-12-01&#34;)</textarea>" in page
    assert "kept by the program" in page
    mine = lan.get(f"{address}?variable=gia&token={token}").text
    assert f'<option value="{token}" selected>' in mine
    assert ">12.5</textarea>" in mine


def test_a_suspended_dossier_says_so_to_whoever_works_on_it(
    database: Database, people: People, dossier: UUID, lan: Visitor
) -> None:
    address = _address(database, dossier)
    hanh = signed_in(product(database), database, "hanh")
    task = f"/user-tasks/{open_task(database, dossier, 'Task_Appraise')}"
    assert lan.post(f"{address}/suspend", {"reason": WHY}).status_code == 303

    for page in (hanh.get(task), hanh.get(f"/dossiers/{dossier}"), lan.get(address)):
        assert WHY in page.text

    assert lan.post(f"{address}/resume", {"reason": WHY}).status_code == 303
    assert WHY not in hanh.get(task).text


def test_the_page_leads_to_the_caller_and_to_what_was_called(
    lan: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    publish(database, people, inner())
    publish(database, people, caller())
    dossier_id = receive(database, "outer", people["thu"], NINE)
    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        outer, code = dossier.instance_id, dossier.code
        called = session.scalars(
            select(ProcessInstance.id).where(ProcessInstance.parent_id == outer)
        ).one()

    assert f'href="/instances/{called}"' in lan.get(f"/instances/{outer}").text
    page = lan.get(f"/instances/{called}").text
    assert f'href="/instances/{outer}"' in page
    assert code in page


def test_a_cancelled_dossier_is_let_go_on_from_its_page(
    database: Database, people: People, dossier: UUID, lan: Visitor
) -> None:
    address = _address(database, dossier)
    sent = {**_hidden(lan.get(address).text), "reason": WHY}
    assert lan.post(f"{address}/cancel", sent).status_code == 303
    sent = {**_hidden(lan.get(address).text), "reason": WHY, "element": "Task_Appraise"}

    assert lan.post(f"{address}/restart", sent).status_code == 303

    assert open_task(database, dossier, "Task_Appraise")


@pytest.mark.parametrize("path", ["{instance}", "/migrations", "/migrations/new?key=x"])
def test_the_pages_are_for_administrators_only(
    database: Database, people: People, dossier: UUID, path: str
) -> None:
    binh = signed_in(product(database), database, "binh")

    assert binh.get(path.format(instance=_address(database, dossier))).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/instances/00000000-0000-0000-0000-000000000000", 404),
        ("/migrations/00000000-0000-0000-0000-000000000000", 404),
        ("/migrations/new?key=nothing&before=1&after=2", 404),
        ("/migrations/new?key=nothing&before=x", 404),
    ],
)
def test_what_is_not_there_is_not_found(lan: Visitor, path: str, status: int) -> None:
    assert lan.get(path).status_code == status


def test_a_plan_is_made_checked_and_carried_out_from_the_pages(
    database: Database, people: People, review: str, lan: Visitor
) -> None:
    moves = receive(database, review, people["thu"], NINE)
    stays = receive(database, review, people["thu"], NINE)
    work(database, stays, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    source, target = _published(database, people, review, NEW_BPMN)
    assert "Make a plan" in lan.get("/migrations").text
    page = lan.get(f"/migrations/new?key={review}&before=1&after=2").text
    assert "Not in the new version" in page
    assert "needs a look; it comes first" in page or "need a look; they come first" in page
    assert page.index("Not in the new version") < page.index("–</span>")  # sound ones follow
    for element, number in (("Task_Supplement", "1"), ("Task_Appraise", "1"), ("Timer_Late", "1")):
        row = page[page.index(f'for="to-{element}"') :]
        assert re.findall(r'data-label="Dossiers here">([^<]*)<', row)[0] == number

    targets = dict(re.findall(r'name="(to-[^"]+)">.*?value="([^"]+)" selected', page))
    plan = {**targets, "key": review, "before": "1", "after": "2", "reason": WHY}
    looked = lan.post(
        "/migrations/new", {**plan, "to-Task_Supplement": "Task_More", "action": "look"}
    )
    assert "Not in the new version" not in looked.text
    made = lan.post("/migrations/new", {**plan, "recompute": "0", "action": "create"})
    address = made.headers["Location"]
    assert "being checked" in lan.get(address).text
    _work(database)
    checked = lan.get(address).text
    assert "Move 1 dossier" in checked
    assert "“Chờ bổ sung” is not in the new version." in checked
    assert "What cannot move goes on by the old version." in checked

    assert "<strong>1 ×</strong> “Chờ bổ sung” is not in the new version." in checked
    assert "1 ×" not in lan.get(f"{address}?state=fits").text.split("Dossiers</h2>")[1]
    listed = lan.get(f"{address}/dossiers.csv").text
    assert listed.count(",can move,") == listed.count(",cannot move,“Chờ bổ sung” is not in") == 1

    lan.post(address, {"action": "execute"})
    running = lan.get(address).text
    assert re.search(r'<progress class="mc-progress" id="bar" max="1" value="0">', running)
    again = lan.post(address, {"action": "execute"})
    assert again.status_code == 409
    assert "Hồ Ngọc Lan let this plan be carried out already, at" in again.text
    assert "HX-Refresh" not in lan.get(address, **{"HX-Request": "true"}).headers
    _work(database)

    assert lan.get(address, **{"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    done = lan.get(address).text
    assert "carried out" in done
    assert re.search(r"Let be carried out</dt><dd>Hồ Ngọc Lan, ", done)
    copy = lan.get(re.search(r'"(/migrations/new\?like=[^"]+)"', done)[1]).text  # type: ignore[index]
    assert WHY in copy
    assert "Not in the new version" in copy
    with database.reading() as session:
        assert session.get_one(Dossier, moves).definition_id == target
        assert session.get_one(Dossier, stays).definition_id == source
    assert "Moved from version 1 to version 2" in lan.get(f"/dossiers/{moves}").text


def test_a_plan_without_a_reason_is_not_written_down(
    database: Database, people: People, review: str, lan: Visitor
) -> None:
    _published(database, people, review, NEW_BPMN)
    plan = {"key": review, "before": "1", "after": "2", "reason": "", "action": "create"}

    answer = lan.post("/migrations/new", plan)

    assert answer.status_code == 422
    assert "Give a reason." in answer.text


def _work(database: Database) -> None:
    while migrations.work(database, Event(), at=clock.now()):
        pass


def _address(database: Database, dossier_id: UUID) -> str:
    with database.reading() as session:
        instance_id = session.get_one(Dossier, dossier_id).instance_id
        assert modifying.variables(session, instance_id)
    return f"/instances/{instance_id}"


def _hidden(page: str) -> dict[str, object]:
    """The revision that the page showed, and its first token."""
    found = dict(re.findall(r'name="(revision|token)" value="([^"]*)"', page))
    return dict(found)
