"""People are told of what concerns them, once, in the page and by e-mail, and nothing is lost."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive
from tests.webapp.visitor import product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.config import Outside
from webapp.db import Database
from webapp.models import Mail, Notice, UserAccount, UserTask
from webapp.operations import delegating, notifying, noting, user_tasks
from webapp.operations.notifying import Kind, Way
from webapp.operations.outbox import LEASE, PAUSES, Due
from webapp.worker.telling import Teller

People = dict[str, Actor]
HOUR = timedelta(hours=1)


@pytest.fixture
def dossier(database: Database, people: People, review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


def test_the_people_of_a_desk_who_wish_it_are_told_of_a_new_task_once(
    database: Database, people: People, dossier: UUID
) -> None:
    _wish(database, people["hanh"], {Kind.FOR_MY_DESK: Way.PAGE})

    Teller(database).work(NINE)
    Teller(database).work(NINE + HOUR)

    assert _told(database) == [("hanh", "for_my_desk")]


def test_whoever_has_an_overdue_task_is_told_once(
    database: Database, people: People, dossier: UUID
) -> None:
    task_id = _taken(database, people, dossier)
    with database.reading() as session:
        due_at = session.get_one(UserTask, task_id).due_at
    assert due_at is not None

    for at in (due_at - HOUR, due_at + HOUR, due_at + 2 * HOUR):
        Teller(database).work(at)

    assert _told(database) == [("hanh", "overdue")]


def test_mentions_instructions_and_tasks_in_other_hands_are_told_with_what_happened(
    database: Database, people: People, dossier: UUID
) -> None:
    task_id = _taken(database, people, dossier)
    mai = people["mai"].user_id
    assert mai is not None
    with database.transaction() as session:
        noting.note(session, dossier, "@mai xem giúp", actor=people["hanh"], at=NINE)
        noting.note(session, dossier, "Làm ngay", actor=people["lan"], at=NINE, is_instruction=True)
        delegating.delegate(session, task_id, mai, "", actor=people["hanh"], at=NINE)
        delegating.give_back(session, task_id, "", actor=people["mai"], at=NINE)

    assert sorted(_told(database)) == [
        ("hanh", "instructed"),
        ("hanh", "returned"),
        ("mai", "lent"),
        ("mai", "mentioned"),
    ]


def test_what_is_rolled_back_is_told_to_nobody(
    database: Database, people: People, dossier: UUID
) -> None:
    with database.transaction() as session:
        noting.note(session, dossier, "@mai xem giúp", actor=people["hanh"], at=NINE)
        session.rollback()

    assert _told(database) == []


def test_an_e_mail_stays_in_the_outbox_until_the_server_took_it(
    database: Database, people: People, dossier: UUID
) -> None:
    _wish(database, people["mai"], {Kind.MENTIONED: Way.MAIL})
    with database.transaction() as session:
        noting.note(session, dossier, "@mai xem giúp", actor=people["hanh"], at=NINE)
    taken: list[Due] = []

    def down(_mail: Due) -> None:
        raise OSError("the server is down")

    Teller(database, down).work(NINE)
    with database.reading() as session:
        assert session.scalars(select(Mail.last_error)).all() == ["the server is down"]
    Teller(database, taken.append).work(NINE)
    assert taken == []
    Teller(database, taken.append).work(NINE + PAUSES[0])
    Teller(database, taken.append).work(NINE + PAUSES[0] + LEASE)

    assert [(one.address, one.subject) for one in taken] == [
        ("mai@example.org", "Trần Thị Hạnh nhắc đến bạn trong ghi chú của hồ sơ H99.26-261118-0001")
    ]


def test_a_digest_gathers_the_notices_of_a_day_into_one_e_mail(
    database: Database, people: People, dossier: UUID
) -> None:
    _wish(database, people["mai"], {Kind.MENTIONED: Way.DIGEST})
    with database.transaction() as session:
        for _ in range(3):
            noting.note(session, dossier, "@mai xem", actor=people["hanh"], at=NINE)
    taken: list[Due] = []

    for hours in (0, 1, 24, 25):
        Teller(database, taken.append).work(NINE + hours * HOUR)

    assert [one.body.count("\n- ") + 1 for one in taken] == [3]


def test_a_person_reads_notices_and_chooses_how_to_be_told(
    database: Database, people: People, dossier: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _app(database, monkeypatch)
    visitor = signed_in(app, database, "mai")
    with database.transaction() as session:
        noting.note(session, dossier, "@mai xem", actor=people["hanh"], at=NINE)
        notice_id = session.scalars(select(Notice.id)).one()

    assert "mentioned you in a note" in visitor.get("/notices").text
    assert ">1<span" in visitor.get("/inbox").text
    answer = visitor.post("/notices/read", {"notice": str(notice_id)})
    assert answer.headers["Location"] == f"/dossiers/{dossier}"
    assert ">1<span" not in visitor.get("/notices").text
    assert visitor.post("/notices/settings", {"for_me": "mail"}).status_code == 422
    wished = {"for_me": "mail", "email": "mai@example.org", "digest_hour": "8"}
    assert visitor.post("/notices/settings", wished).status_code == 303
    assert 'value="mai@example.org"' in visitor.get("/notices/settings").text
    other = signed_in(app, database, "long")
    assert other.post("/notices/read", {"notice": str(notice_id)}).headers["Location"] == "/notices"


def _app(database: Database, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    return product(database, outside=Outside(smtp_host="mail.example.org"))


def _taken(database: Database, people: People, dossier: UUID) -> UUID:
    task_id = open_task(database, dossier, "Task_Appraise")
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE + HOUR)
    return task_id


def _wish(database: Database, person: Actor, choices: dict[Kind, Way]) -> None:
    with database.transaction() as session:
        notifying.choose(
            session,
            {str(kind): way for kind, way in choices.items()},
            email=f"{person.username}@example.org",
            language="vi",
            digest_hour=7,
            actor=person,
        )


def _told(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.execute(
            select(UserAccount.username, Notice.kind).join(
                UserAccount, UserAccount.id == Notice.user_id
            )
        ).all()
    return [(row.username, row.kind) for row in rows]
