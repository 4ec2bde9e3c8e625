"""Forms that are sent twice: by a double click, by a browser that tries again, by a reload."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive
from tests.webapp.permit import INTAKE, KEY, publish_permit
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Attachment, Dossier, IdempotencyKey, InstanceEvent
from webapp.operations import user_tasks
from webapp.pages import repeats

ADDRESS = f"/counter/{KEY}"
START = {**INTAKE, "action": "start", "once": "one-render"}
_CODE = re.compile(r"H99\.26-261118-\d{4}")


@pytest.fixture
def app(
    database: Database, people: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    monkeypatch.setattr(repeats, "PATIENCE_SECONDS", 30.0)  # a machine under load is slow
    publish_permit(database, people["binh"], NINE)
    return product(database, data_dir=tmp_path)


@pytest.fixture
def counter(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "thu")


def dossiers(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Dossier)) or 0


def completions(database: Database) -> int:
    with database.reading() as session:
        counted = select(func.count()).where(InstanceEvent.kind == "user_task.completed")
        return session.scalar(counted) or 0


def both_at_once(send: Callable[[Visitor], TestResponse], *who: Visitor) -> list[TestResponse]:
    """Let two browsers, or two clicks in one, send at the same moment."""
    start, answers = Barrier(len(who)), list[TestResponse]()

    def click(visitor: Visitor) -> None:
        start.wait()
        answers.append(send(visitor))

    threads = [Thread(target=click, args=(one,)) for one in who]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def test_every_form_of_a_page_carries_the_key_of_its_render(counter: Visitor) -> None:
    keys = [re.findall(r'name="once" value="([^"]+)"', counter.get(ADDRESS).text) for _ in "ab"]

    assert all(len(set(one)) == 1 for one in keys)
    assert keys[0] != keys[1]


def test_the_page_for_checking_has_a_key_of_its_own(counter: Visitor) -> None:
    page = counter.post(ADDRESS, {**START, "action": "check"}).text

    keys = re.findall(r'name="once" value="([^"]+)"', page)
    assert len(set(keys)) == 1
    assert "one-render" not in keys


def test_a_double_click_receives_one_dossier_and_both_land_on_it(
    app: Flask, database: Database
) -> None:
    clicks = [signed_in(app, database, "thu") for _ in "ab"]
    for one in clicks:
        one.token()  # looked up before the race

    answers = both_at_once(lambda one: one.post(ADDRESS, START), *clicks)

    assert dossiers(database) == 1
    assert [one.status_code for one in answers] == [303, 303]
    assert len({one.headers["Location"] for one in answers}) == 1
    for one in clicks:
        assert "The dossier was received." in one.get(answers[0].headers["Location"]).text


def test_a_reload_an_hour_later_is_told_that_it_was_sent_already(
    counter: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = counter.post(ADDRESS, START)
    counter.get(first.headers["Location"])
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(hours=1))

    again = counter.post(ADDRESS, START)

    assert again.headers["Location"] == first.headers["Location"]
    assert dossiers(database) == 1
    page = counter.get(again.headers["Location"]).text
    assert "You sent this at 09:00 18/11/2026 already. Nothing was done a second time." in page


def test_who_goes_back_and_changes_something_means_another_dossier(
    counter: Visitor, database: Database
) -> None:
    first = counter.post(ADDRESS, START)
    second = counter.post(ADDRESS, {**START, "applicant-name": "Phan Thị Mơ"})

    assert dossiers(database) == 2
    assert first.headers["Location"] != second.headers["Location"]


def test_keys_belong_to_people(app: Flask, database: Database) -> None:
    with database.transaction() as session:
        from_lan = session.scalars(select(IdempotencyKey.scope)).all()
    assert from_lan == []
    for who in ("thu", "thu"):
        signed_in(app, database, who).post(ADDRESS, START)

    assert dossiers(database) == 1
    refused = signed_in(app, database, "hanh").post(ADDRESS, START)
    assert refused.status_code == 403


def test_a_refused_form_can_be_sent_again(counter: Visitor, database: Database) -> None:
    refused = counter.post(ADDRESS, {**START, "applicant-phone": "12"})
    assert refused.status_code == 422

    counter.post(ADDRESS, START)

    assert dossiers(database) == 1
    with database.reading() as session:
        assert len(session.scalars(select(IdempotencyKey)).all()) == 1


def test_a_file_that_is_sent_twice_is_kept_once(counter: Visitor, database: Database) -> None:
    for _ in "ab":
        file = (BytesIO(b"%PDF-1.4 scan"), "don.pdf")
        page = counter.post(ADDRESS, {**START, "action": "upload", "file-paper-don": file})
        assert len(set(re.findall(r'name="kept-file" value="([^"]+)"', page.text))) == 1

    with database.reading() as session:
        assert len(session.scalars(select(Attachment)).all()) == 1


def test_a_task_that_is_completed_twice_goes_on_to_the_same_place(
    app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    task_id = _claimed(database, people)
    clicks = [signed_in(app, database, "hanh") for _ in "ab"]
    for one in clicks:
        one.token()
    address, sent = f"/user-tasks/{task_id}/check", {"once": "one-render"}
    clicks[0].post(f"/user-tasks/{task_id}", {"ket_luan": "dat", "mat_do": "72", "action": "save"})

    answers = both_at_once(lambda one: one.post(address, sent), *clicks)
    later = clicks[0].post(address, sent)

    assert completions(database) == 1
    assert {one.status_code for one in (*answers, later)} == {303}
    assert len({one.headers["Location"] for one in (*answers, later)}) == 1


def test_without_an_answer_the_repeat_goes_back_to_where_the_form_stood(
    counter: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.post(ADDRESS, START)
    with database.transaction() as session:  # as if the first had been killed after its commit
        session.scalars(select(IdempotencyKey)).one().outcome = None
    monkeypatch.setattr(repeats, "PATIENCE_SECONDS", 0.0)

    answers = [
        counter.client.post(
            ADDRESS, data={**START, "csrf_token": counter.token()}, headers={"Referer": origin}
        )
        for origin in ("http://localhost/dossiers?page=2", "http://elsewhere.example/x")
    ]

    assert [one.headers["Location"] for one in answers] == ["/dossiers?page=2", "/"]
    assert dossiers(database) == 1


def _claimed(database: Database, people: dict[str, Actor]) -> UUID:
    dossier_id = receive(database, KEY, people["thu"], NINE)
    task_id = open_task(database, dossier_id, "Task_Check")
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE)
    return task_id
