"""Applicants answer a supplement request from their phone; the desk that waits has it at once."""

import re
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Attachment, Dossier, InstanceEvent
from webapp.operations import user_tasks

PDF = b"%PDF-1.4\n%%EOF\n"
DIGITS = "0123"


@pytest.fixture
def app(database: Database, review: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    return product(database)


@pytest.fixture
def dossier_id(app: Flask, database: Database, people: dict[str, Actor], review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


@pytest.fixture
def asked(database: Database, people: dict[str, Actor], dossier_id: UUID) -> UUID:
    """Return a dossier whose applicant was asked for a supplement."""
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    return dossier_id


def _address(database: Database, dossier_id: UUID) -> str:
    with database.reading() as session:
        return f"/t/{session.get_one(Dossier, dossier_id).tracking_token}"


def _kept(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        files = session.scalar(select(func.count(Attachment.id)))
        events = session.scalar(
            select(func.count()).where(InstanceEvent.kind == "dossier.supplied")
        )
        return files or 0, events or 0


def test_what_an_applicant_sends_lies_on_the_desk_that_waits(
    app: Flask, database: Database, people: dict[str, Actor], asked: UUID
) -> None:
    applicant, address = Visitor(app), _address(database, asked)

    answer = applicant.post(
        f"{address}/supplement",
        {"text": "The plan, signed.", "phone": DIGITS, "files": (BytesIO(PDF), "plan.pdf")},
    )

    assert answer.status_code == 303
    page = applicant.get(address).text
    assert "The ward has what you sent." in page
    assert "plan.pdf" in page
    assert re.findall(r'<script src="/static/(\w+)', page) == ["files"]  # and nothing heavier
    task_id = open_task(database, asked, "Task_Supplement")
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["thu"], at=NINE)
    desk = signed_in(app, database, "thu").get(f"/user-tasks/{task_id}").text
    assert "What the applicant sent" in desk
    assert "The plan, signed." in desk
    assert "plan.pdf" in desk
    told = signed_in(app, database, "thu").get(f"/dossiers/{asked}").text
    assert "Sent a supplement" in told


@pytest.mark.parametrize("digits", ["9999", "", "123"])
def test_who_does_not_know_the_phone_number_sends_nothing(
    app: Flask, database: Database, asked: UUID, digits: str
) -> None:
    answer = Visitor(app).post(
        f"{_address(database, asked)}/supplement", {"text": "Mine instead.", "phone": digits}
    )

    assert answer.status_code == 422
    assert "These are not the last four digits" in answer.text
    assert "Mine instead." in answer.text  # what was typed is not lost
    assert _kept(database) == (0, 0)


@pytest.mark.parametrize(
    ("text", "files", "said"),
    [
        ("", {}, "Add a file, or write what you supply."),
        ("", {"plan.exe": b"MZ"}, "plan.exe is of a kind that is not accepted."),
        ("", {"plan.pdf": b"MZ"}, "plan.pdf does not hold what its name says."),
        ("a" * 2_001, {}, "Write at most 2000 characters."),
        ("", {f"{number}.pdf": PDF for number in range(11)}, "Send at most 10 files"),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why_and_keeps_nothing(
    app: Flask, database: Database, asked: UUID, text: str, files: dict[str, bytes], said: str
) -> None:
    sent = [(BytesIO(content), name) for name, content in files.items()]

    answer = Visitor(app).post(
        f"{_address(database, asked)}/supplement", {"phone": DIGITS, "text": text, "files": sent}
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert _kept(database) == (0, 0)


def test_an_applicant_can_fill_a_disk_no_further_than_thirty_files(
    app: Flask, database: Database, asked: UUID
) -> None:
    applicant, address = Visitor(app), f"{_address(database, asked)}/supplement"
    for _ in range(3):
        files = [(BytesIO(PDF), f"{n}.pdf") for n in range(10)]
        assert applicant.post(address, {"phone": DIGITS, "files": files}).status_code == 303

    answer = applicant.post(address, {"phone": DIGITS, "files": (BytesIO(PDF), "more.pdf")})

    assert answer.status_code == 422
    assert "You sent 30 files already." in answer.text


def test_nothing_can_be_sent_where_nothing_is_asked(
    app: Flask, database: Database, dossier_id: UUID
) -> None:
    applicant, address = Visitor(app), _address(database, dossier_id)

    answer = applicant.post(f"{address}/supplement", {"text": "Here.", "phone": DIGITS})

    assert 'name="files"' not in applicant.get(address).text
    assert answer.status_code == 409
    assert "Nothing is asked of you any more" in answer.text
    assert _kept(database) == (0, 0)


def test_an_officer_cannot_take_away_what_the_applicant_sent(
    app: Flask, database: Database, people: dict[str, Actor], asked: UUID
) -> None:
    Visitor(app).post(
        f"{_address(database, asked)}/supplement",
        {"phone": DIGITS, "files": (BytesIO(PDF), "plan.pdf")},
    )
    task_id = open_task(database, asked, "Task_Supplement")
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["thu"], at=NINE)

    with database.reading() as session:
        file_id = session.scalars(select(Attachment.id)).one()

    desk = signed_in(app, database, "thu").post(
        f"/user-tasks/{task_id}", {"action": f"remove-file:{file_id}"}
    )

    assert desk.status_code == 404
    assert _kept(database) == (1, 1)
