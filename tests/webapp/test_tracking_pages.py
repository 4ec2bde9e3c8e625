"""What applicants see of their dossier, and what they do not."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier

CODE = "H99.26-261118-0001"
LARGEST_PAGE = 20_000  # bytes before compression; with style sheet and icon well under 45 KB


@pytest.fixture
def app(database: Database, review: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    return product(database)


@pytest.fixture
def dossier_id(app: Flask, database: Database, people: dict[str, Actor], review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


@pytest.fixture
def applicant(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def address(database: Database, dossier_id: UUID) -> str:
    with database.reading() as session:
        return f"/t/{session.get_one(Dossier, dossier_id).tracking_token}"


def test_code_and_four_digits_lead_to_the_dossier(applicant: Visitor, address: str) -> None:
    answer = applicant.post("/tracking", {"code": f" {CODE.lower()} ", "phone": "0123"})

    assert answer.status_code == 303
    assert answer.headers["Location"] == address


@pytest.mark.parametrize(
    ("code", "phone"), [(CODE, "9999"), ("H99.26-261118-0777", "0123"), (CODE, ""), ("", "none")]
)
def test_a_wrong_phone_and_an_unknown_code_get_the_same_answer(
    applicant: Visitor, dossier_id: UUID, code: str, phone: str
) -> None:
    token = applicant.token()

    answer = applicant.post("/tracking", {"code": code, "phone": phone}, token=token)
    other = applicant.post("/tracking", {"code": code, "phone": "5555"}, token=token)

    assert answer.status_code == other.status_code == 422
    assert _without_token(answer.text) == _without_token(other.text)
    assert "No dossier has this code and phone number." in answer.text


def test_the_page_says_in_one_sentence_where_it_is_and_what_to_do(
    applicant: Visitor, address: str
) -> None:
    page = applicant.get(address).text

    assert "An officer is appraising it. You need do nothing now." in page
    assert "09:00 Monday 23 Nov 2026" in page
    assert "3 working days left." in page


def test_a_supplement_is_asked_for_in_plain_words(
    applicant: Visitor,
    address: str,
    dossier_id: UUID,
    database: Database,
    people: dict[str, Actor],
) -> None:
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")

    page = applicant.get(address).text

    assert "The ward waits for papers from you." in page
    assert "What you have to do" in page
    assert "You were asked for a supplement; the clock stopped" in page


def test_a_refused_dossier_does_not_claim_the_stages_it_never_reached(
    applicant: Visitor,
    address: str,
    dossier_id: UUID,
    database: Database,
    people: dict[str, Actor],
) -> None:
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="tu_choi")

    page = applicant.get(address).text

    assert "Appraisal" in page
    assert "Release" not in page


def test_a_moved_date_is_explained(
    applicant: Visitor,
    address: str,
    dossier_id: UUID,
    database: Database,
    people: dict[str, Actor],
) -> None:
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    work(database, dossier_id, "Task_Supplement", people["thu"], NINE + timedelta(hours=2))

    page = applicant.get(address).text

    assert "Why not 23 Nov 09:00, as on my receipt?" in page
    assert "11:00 Monday 23 Nov 2026" in page


def test_no_names_of_staff_and_no_contact_data_are_shown(
    applicant: Visitor,
    address: str,
    dossier_id: UUID,
    database: Database,
    people: dict[str, Actor],
) -> None:
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")

    page = applicant.get(address).text

    for name in ("Trần Thị Hạnh", "Lê Minh Thu", "Đặng Thị Hường", "0900000123"):
        assert name not in page


def test_the_page_is_light_and_needs_no_script(applicant: Visitor, address: str) -> None:
    answer = applicant.get(address)

    assert len(answer.data) < LARGEST_PAGE
    assert "<script" not in answer.text


def test_the_page_is_kept_out_of_caches_and_search_engines(
    applicant: Visitor, address: str
) -> None:
    for path in (address, "/tracking"):
        headers = applicant.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]


def test_an_unknown_token_is_not_found(applicant: Visitor) -> None:
    assert applicant.get("/t/nothing-behind-this").status_code == 404


def test_guessing_is_slowed_down(applicant: Visitor, dossier_id: UUID) -> None:
    token = applicant.token()

    codes = [
        applicant.post(
            "/tracking", {"code": CODE, "phone": f"{number:04d}"}, token=token
        ).status_code
        for number in range(9000, 9022)
    ]

    assert codes[0] == 422
    assert codes[-1] == 429


def test_the_page_speaks_vietnamese_to_those_who_do_not_ask_for_english(
    app: Flask, address: str
) -> None:
    page = Visitor(app, language="fr").get(address).text

    assert "Cán bộ đang thẩm định. Bạn chưa cần làm gì." in page


def test_what_the_ward_wrote_is_shown_while_something_is_asked_for(
    applicant: Visitor,
    database: Database,
    people: dict[str, Actor],
    address: str,
    dossier_id: UUID,
) -> None:
    before = applicant.get(address).text
    work(
        database,
        dossier_id,
        "Task_Appraise",
        people["hanh"],
        NINE,
        ket_qua="bo_sung",
        can_bo_sung="Thiếu mặt đứng",
        noi_bo="Chỉ nội bộ đọc",
    )
    asked = applicant.get(address).text
    work(database, dossier_id, "Task_Supplement", people["thu"], NINE + timedelta(hours=2))
    after = applicant.get(address).text

    assert "Thiếu mặt đứng" in asked
    assert "Chỉ nội bộ đọc" not in asked
    assert "What the ward wrote to you" not in before + after


def test_staff_see_the_page_as_applicants_do(
    app: Flask, database: Database, applicant: Visitor, address: str
) -> None:
    staff = signed_in(app, database, "thu").get(address).text

    assert "Lê Minh Thu" not in staff
    assert _words(staff) == _words(applicant.get(address).text)


def _words(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def _without_token(page: str) -> str:
    """Take out the form's token, which carries the second it was signed in."""
    return re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", page)
