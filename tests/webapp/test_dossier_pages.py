"""The list of dossiers, one dossier, its receipt."""

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

DAY = timedelta(days=1)


@pytest.fixture
def app(database: Database, review: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE + DAY)
    return product(database, base_url="https://motcua.example.vn")


@pytest.fixture
def dossier_id(app: Flask, database: Database, people: dict[str, Actor], review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


@pytest.fixture
def officer(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "hanh")


def test_the_dossier_says_who_asks_where_it_is_and_until_when(
    officer: Visitor, dossier_id: UUID
) -> None:
    page = officer.get(f"/dossiers/{dossier_id}").text

    assert "Đặng Thị Hường" in page
    assert "Thẩm định, Xây dựng" in page
    assert "09:00 Monday 23 Nov 2026" in page
    assert "Open the waiting task" in page


def test_the_promised_date_is_explained_with_its_pause(
    officer: Visitor, dossier_id: UUID, database: Database, people: dict[str, Actor]
) -> None:
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    work(database, dossier_id, "Task_Supplement", people["thu"], NINE + timedelta(hours=2))

    page = officer.get(f"/dossiers/{dossier_id}").text

    assert "Limit: 3 working days" in page
    assert "+ 2 h" in page
    assert "The clock stopped: Waiting for a supplement" in page
    assert "11:00 Monday 23 Nov 2026" in page


def test_the_timeline_tells_what_people_and_the_program_did_newest_first(
    officer: Visitor, dossier_id: UUID, database: Database, people: dict[str, Actor]
) -> None:
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="tu_choi")

    told = re.findall(r"<h3>([^<]+)</h3>", officer.get(f"/dossiers/{dossier_id}").text)

    assert told == [
        "The dossier is finished",
        "Completed “Thẩm định”",
        "Took the task “Thẩm định”",
        "Dossier received, receipt issued",
    ]


def test_the_answers_of_completed_tasks_are_shown_in_words(
    officer: Visitor, dossier_id: UUID, database: Database, people: dict[str, Actor]
) -> None:
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")

    page = officer.get(f"/dossiers/{dossier_id}").text

    assert "<dt>Kết quả</dt>" in page
    assert "Bổ sung" in page
    assert "<dt>Nội dung</dt>" in page


def test_a_dossier_of_other_desks_looks_like_one_that_does_not_exist(
    app: Flask, database: Database, dossier_id: UUID
) -> None:
    stranger = signed_in(app, database, "mai")

    for path in ("", "/receipt"):
        forbidden = stranger.get(f"/dossiers/{dossier_id}{path}")
        unknown = stranger.get(f"/dossiers/{UUID(int=9)}{path}")
        assert forbidden.status_code == unknown.status_code == 404


def test_the_list_shows_the_dossiers_of_ones_desks_only(
    app: Flask, database: Database, officer: Visitor, dossier_id: UUID
) -> None:
    administrator = signed_in(app, database, "lan")
    stranger = signed_in(app, database, "mai")

    for visitor in (officer, administrator):
        assert "H99.26-261118-0001" in visitor.get("/dossiers").text
    assert "H99.26-261118-0001" not in stranger.get("/dossiers").text


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [("q=huong", 1), ("q=khac", 0), ("state=4", 1), ("state=9", 0), ("procedure=None", 0)],
)
def test_the_list_can_be_narrowed_down(
    officer: Visitor, dossier_id: UUID, narrowed: str, found: int
) -> None:
    page = officer.get(f"/dossiers?{narrowed}").text

    assert page.count('class="mc-code"') == found
    assert 'class="mc-chip"' in page


def test_the_receipt_has_the_official_contents_and_the_code_of_the_tracking_page(
    officer: Visitor, dossier_id: UUID
) -> None:
    page = officer.get(f"/dossiers/{dossier_id}/receipt").text

    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in page
    assert "09 giờ 00 phút, ngày 18 tháng 11 năm 2026" in page
    assert "09 giờ 00 phút, ngày 23 tháng 11 năm 2026" in page
    assert "ĐẶNG THỊ HƯỜNG" in page
    assert "Lê Minh Thu" in page
    assert 'src="data:image/svg+xml' in page
    assert "motcua.example.vn/tracking" in page


def test_the_page_names_elements_and_states_in_vietnamese(
    app: Flask, database: Database, dossier_id: UUID
) -> None:
    page = signed_in(app, database, "hanh", "vi").get(f"/dossiers/{dossier_id}").text

    assert "Đang xử lý" in page
    assert "09:00 thứ Hai 23/11/2026" in page
    assert "Thời hạn: 3 ngày làm việc" in page
