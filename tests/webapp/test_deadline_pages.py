"""The page of a dossier's clock, for staff, applicants and programs; calendars on pages."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import agency_calendars
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier

People = dict[str, Actor]


@pytest.fixture
def dossier_id(database: Database, review: str, people: People) -> UUID:
    return receive(database, review, people["thu"], NINE)


def _visitor(database: Database, username: str) -> Visitor:
    return signed_in(product(database), database, username)


def _token(database: Database, dossier_id: UUID) -> str:
    with database.reading() as session:
        return session.get_one(Dossier, dossier_id).tracking_token


def test_staff_read_each_line_with_its_article(database: Database, dossier_id: UUID) -> None:
    page = _visitor(database, "hanh").get(f"/dossiers/{dossier_id}/clock").text

    assert "Limit: 3 working days" in page
    assert "Decree 118/2025" in page
    assert "09:00 Mon 23/11/2026" in page


def test_an_applicant_reads_the_same_in_vietnamese(database: Database, dossier_id: UUID) -> None:
    visitor = Visitor(product(database), "vi")

    answer = visitor.get(f"/t/{_token(database, dossier_id)}/clock")

    assert "Thời hạn: 3 ngày làm việc" in answer.text
    assert "Nghị định 118/2025/NĐ-CP" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert visitor.get("/t/nobody/clock").status_code == 404


def test_programs_read_the_clock_as_json(database: Database, dossier_id: UUID) -> None:
    data = _visitor(database, "hanh").get(f"/dossiers/{dossier_id}/clock.json").json

    assert data is not None
    counted = data["clocks"][0]
    assert counted["limit"]["amount"] == "P3D"
    assert counted["due_at"] == "2026-11-23T02:00:00+00:00"
    assert counted["lines"][0]["what"] == "Received"
    assert data["forecast"] is None
    assert Visitor(product(database)).get(f"/dossiers/{dossier_id}/clock.json").status_code == 303


def test_who_may_not_see_a_dossier_sees_no_clock(database: Database, dossier_id: UUID) -> None:
    assert _visitor(database, "mai").get(f"/dossiers/{dossier_id}/clock").status_code == 404


def test_the_forecast_says_on_how_many_cases_it_rests(
    database: Database, dossier_id: UUID, review: str, people: People
) -> None:
    for _ in range(5):
        other = receive(database, review, people["thu"], NINE)
        later = NINE + timedelta(hours=2)
        work(database, other, "Task_Appraise", people["hanh"], later, ket_qua="tu_choi")

    data = _visitor(database, "hanh").get(f"/dossiers/{dossier_id}/clock.json").json
    page = _visitor(database, "hanh").get(f"/dossiers/{dossier_id}/clock").text

    assert data is not None
    assert data["forecast"]["cases"] == 5
    assert "Going by 5 earlier dossiers" in page
    shown = _visitor(database, "hanh").get(f"/dossiers/{dossier_id}").text
    assert "Forecast: half by" in shown.split("Promised</dt>")[1].split("</dd>")[0]


def test_an_administrator_sets_a_day_and_takes_it_back(database: Database, people: People) -> None:
    lan = _visitor(database, "lan")
    assert "Cả nước" in lan.get("/calendars").text
    day = {"day": "25/11/2026", "kind": "off", "name": "Nghỉ bão", "year": "2026"}

    assert lan.post("/calendars/VN/days", day).status_code == 422  # no decision
    assert lan.post("/calendars/VN/days", {**day, "decision": "CV 12"}).status_code == 303

    page = lan.get("/calendars/VN?year=2026").text
    assert "Nghỉ bão" in page
    assert "CV 12" in page
    gone = {"day": "2026-11-25", "decision": "CV 13", "year": "2026"}
    assert lan.post("/calendars/VN/days/remove", gone).status_code == 303
    with database.reading() as session:
        calendar = agency_calendars.current(session)
    assert calendar.is_working_day(calendar.local(NINE + timedelta(days=7)).date())


def test_a_year_is_taken_over_by_pasting_and_mistakes_are_named(
    database: Database, people: People
) -> None:
    lan = _visitor(database, "lan")
    lan.get("/calendars")
    pasted = {"lines": "24/11/2026;nghỉ;Ngày Văn hóa\n99/99/2026;nghỉ;x", "decision": "TB 1"}

    refused = lan.post("/calendars/VN/import", {**pasted, "source": "lines"})
    assert (refused.status_code, "Line 2" in refused.text) == (422, True)
    pasted["lines"] = "28/11/2026;làm bù;Bù 24/11;07:30-11:30"
    assert lan.post("/calendars/VN/import", {**pasted, "source": "lines"}).status_code == 303
    seed = {"source": "seed", "year": "2027", "decision": "TB 2"}
    assert lan.post("/calendars/VN/import", seed).status_code == 303


def test_a_week_changes_from_a_day_on(database: Database, people: People) -> None:
    lan = _visitor(database, "lan")
    lan.get("/calendars")
    lan.post("/calendars", {"code": "H99.26", "name": "Phường", "parent": "VN"})
    week = {f"day-{number}": "08:00-12:00 13:00-17:00" for number in range(5)}
    told = {**week, "day-5": "08:00-11:00", "day-6": "", "valid_from": "1/12/2026"}

    refused = lan.post("/calendars/H99.26/week", {**told, "day-0": "9", "decision": "QĐ 1"})
    assert refused.status_code == 422
    assert lan.post("/calendars/H99.26/week", {**told, "decision": "QĐ 1"}).status_code == 303

    with database.reading() as session:
        calendar = agency_calendars.current(session, "H99.26")
    december = calendar.local(NINE + timedelta(days=17)).date()
    assert len(calendar.sessions_on(december)) == 1  # a Saturday


def test_an_outage_needs_its_moments_and_its_reason(database: Database, people: People) -> None:
    lan = _visitor(database, "lan")
    lan.get("/calendars")
    told = {"from": "18/11/2026 09:00", "to": "18/11/2026 11:00", "reason": "Mất điện"}

    assert lan.post("/calendars/VN/outages", {**told, "from": "gestern"}).status_code == 422
    assert lan.post("/calendars/VN/outages", {**told, "to": told["from"]}).status_code == 422
    assert lan.post("/calendars/VN/outages", told).status_code == 303
    assert "Mất điện" in lan.get("/calendars/VN").text


def test_only_administrators_keep_calendars(database: Database, people: People) -> None:
    assert _visitor(database, "hanh").get("/calendars").status_code == 403
