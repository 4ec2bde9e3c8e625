"""Incidents on the pages of administrators."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import ExecutionError
from engine.feel import parse
from engine.kernel.variables import Formula
from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.test_worker import Clock
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier, Incident, IncidentKind, InstanceEvent, Job
from webapp.operations import incidents, jobs
from webapp.pages import incident_lines as lines
from webapp.queries import incidents as queries
from webapp.queries.incident_details import get_incident
from webapp.told import told
from webapp.worker.doing import HopelessError
from webapp.worker.loop import Worker


@pytest.fixture
def app(database: Database, people: dict[str, Actor]) -> Flask:
    return product(database)


@pytest.fixture
def admin(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "lan")


@pytest.fixture
def failed(database: Database, people: dict[str, Actor], review: str) -> list[UUID]:
    """The incidents of three dossiers whose numbers could not be given."""
    for _ in range(3):
        dossier_id = receive(database, review, people["thu"], NINE)
        work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")

    def refuse(_s: Session, _j: jobs.ClaimedJob, _at: Any) -> Mapping[str, Any]:
        raise HopelessError("sổ <b>đang</b> khóa")

    Worker(database, {"document-number": refuse}, now=Clock(NINE)).run_once()
    with database.reading() as session:
        return list(session.scalars(select(Incident.id).order_by(Incident.created_at)))


def job_statuses(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Job.status)))


def test_the_list_says_what_happened_to_which_dossier(admin: Visitor, failed: list[UUID]) -> None:
    page = admin.get("/incidents").text

    assert page.count("sổ &lt;b&gt;đang&lt;/b&gt; khóa</strong>") == 3
    assert "document-number" in page
    assert "Đặng Thị Hường" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=khóa", 3),
        ("q=hường", 3),
        ("q=nothing", 0),
        ("kind=job", 3),
        ("kind=timer", 0),
        ("procedure=Process_Review", 3),
        ("procedure=other", 0),
        ("state=resolved", 0),
        ("page=7", 0),
    ],
)
def test_filters_narrow_the_list(
    admin: Visitor, failed: list[UUID], query: str, shown: int
) -> None:
    page = admin.get(f"/incidents?{query}")

    assert page.status_code == 200
    assert page.text.count("khóa</strong>") == shown


def test_an_incident_can_be_read_and_tried_again_with_a_note(
    admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    page = admin.get(f"/incidents/{failed[0]}").text

    answer = admin.post(f"/incidents/{failed[0]}", {"action": "retry", "note": "sổ đã mở"})
    again = admin.post(f"/incidents/{failed[0]}", {"action": "retry"})

    assert "document-number" in page
    assert answer.status_code == again.status_code == 303
    assert job_statuses(database) == ["failed", "failed", "open"]
    assert "sổ đã mở" in admin.get(f"/incidents/{failed[0]}").text
    with database.reading() as session:
        (event,) = session.scalars(
            select(InstanceEvent).where(InstanceEvent.kind == "incident.resolved")
        )
        assert event.actor_name == "Hồ Ngọc Lan"
        assert event.data == {"resolution": "retried", "note": "sổ đã mở"}


def test_several_are_retried_or_closed_at_once(
    admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    nothing = admin.post("/incidents", {"which": "chosen", "incident": "rubbish"})
    admin.post("/incidents", {"incident": str(failed[0]), "action": "dismiss", "note": "tay"})
    admin.post("/incidents?kind=timer", {"which": "all", "action": "retry"})
    before = job_statuses(database)
    admin.post("/incidents?kind=job", {"which": "all", "action": "retry"})

    assert nothing.status_code == 303
    assert before == ["failed"] * 3
    assert job_statuses(database) == ["failed", "open", "open"]
    assert "tay" in admin.get(f"/incidents/{failed[0]}").text
    assert admin.get("/incidents?state=resolved").text.count("khóa</strong>") == 3
    assert "Nothing has failed" in admin.get("/incidents").text


def test_an_incident_that_is_not_there_is_not_found(admin: Visitor) -> None:
    assert admin.get(f"/incidents/{UUID(int=1)}").status_code == 404
    assert admin.post(f"/incidents/{UUID(int=1)}").status_code == 404


def test_others_see_no_incidents(app: Flask, database: Database, failed: list[UUID]) -> None:
    officer = signed_in(app, database, "hanh")

    assert officer.get("/incidents").status_code == 403
    assert officer.post(f"/incidents/{failed[0]}").status_code == 403


def test_what_the_engine_says_is_told_in_the_readers_language(
    admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    endless = Formula("=for i in 1..99999 return i", parse("for i in 1..99999 return i"))
    with pytest.raises(ExecutionError) as raised:
        endless.value({}, "Task_Appraise")
    with database.transaction() as session:
        instance_id = session.scalars(select(Incident.instance_id)).first()
        incident = incidents.Trouble(told(raised.value), instance_id=instance_id)
        incident_id = incidents.open_incident(session, incident, at=NINE)

    pages: dict[str, list[str]] = {}
    for language in ("vi", "en"):
        admin.language = language
        addresses = (f"/incidents/{incident_id}", "/incidents", f"/instances/{instance_id}")
        pages[language] = [admin.get(address).text for address in addresses]

    assert all("99999 return i”: Biểu thức tạo danh sách" in page for page in pages["vi"])
    assert all("cannot be evaluated: The expression makes a list" in page for page in pages["en"])


def test_what_a_bulk_retry_refuses_is_named_with_its_reason(
    admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    admin.post(f"/incidents/{failed[0]}", {"action": "dismiss", "note": "by other means"})
    with database.reading() as session:
        codes = queries.codes(session, failed)

    admin.post("/incidents", {"which": "chosen", "incident": list(map(str, failed))})
    page = admin.get("/incidents").text

    assert "2 incidents are tried again now." in page
    assert "1 incident stays as it was: Hồ Ngọc Lan has closed this incident already, at" in page
    assert f"({codes[failed[0]]})" in page
    assert codes[failed[1]] not in page


def test_a_dossier_says_at_its_top_that_something_in_it_failed(
    app: Flask, admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    with database.reading() as session:
        dossier_id = get_incident(session, failed[0]).line.dossier_id
    officer = signed_in(app, database, "hanh")

    told_officer, told_admin = (one.get(f"/dossiers/{dossier_id}").text for one in (officer, admin))

    assert "Something failed here and waits for an administrator" in told_officer
    assert "Lấy số: sổ &lt;b&gt;đang&lt;/b&gt; khóa" in told_officer
    assert f"/incidents/{failed[0]}" not in told_officer
    assert f"/incidents/{failed[0]}" in told_admin
    by_hand = re.search(r'"(/instances/[^"]+)"', admin.get(f"/incidents/{failed[0]}").text)
    assert by_hand is not None
    assert f"/incidents/{failed[0]}" in admin.get(by_hand[1]).text

    admin.post(f"/incidents/{failed[0]}", {"action": "dismiss", "note": "by other means"})
    assert "waits for an administrator" not in officer.get(f"/dossiers/{dossier_id}").text


def test_an_incident_without_a_job_names_its_element_as_it_is_drawn(
    admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    with database.transaction() as session:
        line = get_incident(session, failed[0])
        incidents.open_incident(
            session,
            incidents.Trouble(
                "refused",
                IncidentKind.FAILED,
                instance_id=line.instance_id,
                element_id="End_Refused",
            ),
            at=NINE + timedelta(days=4),
        )
        incident_id = session.scalars(
            select(Incident.id).where(Incident.element_id == "End_Refused")
        ).one()
        dossier_id = line.line.dossier_id

    for page in ("/incidents", f"/incidents/{incident_id}"):
        assert "Từ chối" in admin.get(page).text
    assert "Từ chối: refused" in admin.get(f"/dossiers/{dossier_id}").text
    admin.language = "vi"
    assert "09:00 Chủ nhật 22/11/2026" in admin.get(f"/incidents/{incident_id}").text


def test_causes_are_counted_and_lead_to_their_incidents_alone(
    admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    with database.transaction() as session:
        incidents.open_incident(session, incidents.Trouble("another"), at=NINE)

    page = admin.get("/incidents").text
    like = re.search(r'href="(/incidents\?like=[^"]+)"><strong>3 ×', page)
    assert like is not None
    alike = admin.get(like[1]).text

    assert "another" in page
    assert "another" not in alike
    assert alike.count("khóa</strong>") == 3
    assert "2 other open incidents say the same" in admin.get(f"/incidents/{failed[0]}").text


def test_filters_and_orders_go_along_into_the_file(
    admin: Visitor, database: Database, failed: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(minutes=3))
    with database.transaction() as session:
        for number, incident_id in enumerate(failed):
            row = session.get_one(Incident, incident_id)
            row.created_at = NINE - timedelta(days=2) * (not number) + timedelta(minutes=number)
            dossier = session.scalars(
                select(Dossier).where(Dossier.instance_id == row.instance_id)
            ).one()
            dossier.applicant_name = f"No {number + 1}"
            dossier.promised_at = None if not number else NINE + timedelta(days=number)

    for query, shown in {
        "procedure=Process_Review@1&element=Job_Number": "123",
        "procedure=Process_Review@2": "",
        "element=Task_Appraise": "",
        "age=older-1": "1",
        "age=1": "23",
        "order=newest": "321",
        "order=due": "231",
        "order=due&page=x&like=x": "231",
    }.items():
        page = admin.get(f"/incidents?{query}").text
        file = admin.get(f"/incidents/list.csv?{query}").text
        assert "".join(re.findall(r"No (\d)</span>", page)) == shown, query
        assert "".join(re.findall(r",No (\d),", file)) == shown, query
    assert admin.get(f"/incidents/list.xlsx?{query}").status_code == 200


def test_a_retry_gives_as_many_tries_as_asked_and_the_page_tells_each_of_them(
    admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    address = f"/incidents/{failed[0]}"
    for tries in ("0", "11", "x"):
        admin.post(address, {"action": "retry", "tries": tries})
        assert "Between 1 and 10 tries can be given." in admin.get(address).text

    admin.post(address, {"action": "retry", "tries": "3"})
    with database.transaction() as session:
        job = session.scalars(select(Job).where(Job.status == "open")).one()
        assert job.retries_left == 3
        jobs.fail(session, job.id, "still locked", at=NINE + timedelta(minutes=1))
    waiting = admin.get(address).text
    with database.transaction() as session:
        jobs.fail(session, job.id, "for good", retries_left=0, at=NINE + timedelta(minutes=2))
    over = admin.get(address).text

    assert "will be tried" in waiting
    assert "still locked <span" in waiting
    assert "(2 tries left)" in waiting
    assert "failed again: see the new incident" in over


def test_the_page_of_an_incident_says_what_each_way_on_leads_to(
    admin: Visitor, database: Database, failed: list[UUID]
) -> None:
    with database.reading() as session:
        instance_id = get_incident(session, failed[0]).instance_id
    for kind in IncidentKind:
        with database.transaction() as session:
            trouble = incidents.Trouble(
                "m", kind, instance_id, element_id="Task_Appraise", subject_id=UUID(int=1)
            )
            incident_id = incidents.open_incident(session, trouble, at=NINE)
        for text in lines.CONSEQUENCES[kind]:
            assert text in admin.get(f"/incidents/{incident_id}").text
    page = admin.get(f"/incidents/{incident_id}").text

    assert "Also open in this dossier" in page
    assert "The legal clock is not stopped by an incident." in page
    assert '"Task_Appraise": {"mark": "error"' in page
