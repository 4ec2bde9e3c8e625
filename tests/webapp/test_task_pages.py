"""Working a user task: claim, form, draft, files, check page, completion, lost races."""

import re
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive
from tests.webapp.permit import KEY, publish_permit
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import UserTask
from webapp.operations import user_tasks
from webapp.scanning import Scanner

ANSWERS = {"mat_do": "72,5", "ngay": "17/11/2026", "ket_luan": "dat"}


@pytest.fixture
def app(
    database: Database, people: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    publish_permit(database, people["binh"], NINE)
    return product(database, data_dir=tmp_path)


@pytest.fixture
def dossier_id(app: Flask, database: Database, people: dict[str, Actor]) -> UUID:
    return receive(database, KEY, people["thu"], NINE)


@pytest.fixture
def address(database: Database, dossier_id: UUID) -> str:
    return f"/user-tasks/{open_task(database, dossier_id, 'Task_Check')}"


@pytest.fixture
def officer(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "hanh")


@pytest.fixture
def claimed(officer: Visitor, address: str) -> str:
    officer.post(f"{address}/claim")
    return address


def test_a_task_can_be_read_and_claimed_by_its_candidates(officer: Visitor, address: str) -> None:
    page = officer.get(address).text
    answer = officer.post(f"{address}/claim")

    assert "Nobody has taken this task yet." in page
    assert "Conclusion" in page
    assert answer.headers["Location"] == address
    assert "Check and complete" in officer.get(address).text


def test_a_task_of_another_desk_looks_like_a_task_that_does_not_exist(
    app: Flask, database: Database, address: str
) -> None:
    stranger = signed_in(app, database, "mai")

    forbidden, unknown = stranger.get(address), stranger.get(f"/user-tasks/{UUID(int=9)}")

    assert forbidden.status_code == unknown.status_code == 404
    assert _words(forbidden.text) == _words(unknown.text)
    assert stranger.post(f"{address}/claim").status_code == 404


def test_the_draft_keeps_what_was_typed_as_it_was_typed(officer: Visitor, claimed: str) -> None:
    officer.post(claimed, {"mat_do": "bảy hai", "action": "save"})

    page = officer.get(claimed).text
    assert 'value="bảy hai"' in page
    assert "Draft saved." in page


def test_wrong_answers_come_back_with_a_summary_that_leads_to_the_fields(
    officer: Visitor, claimed: str
) -> None:
    answer = officer.post(claimed, {"mat_do": "172", "ngay": "31/2/2026", "action": "check"})

    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert '<a href="#f-mat_do">Mật độ must be at most 100</a>' in answer.text
    assert "Ngày kiểm tra must be a real date" in answer.text
    assert '<a href="#f-ket_luan-1">Choose conclusion</a>' in answer.text


def test_complaints_are_complete_in_vietnamese(
    app: Flask, database: Database, officer: Visitor, claimed: str
) -> None:
    visitor = signed_in(app, database, "hanh", "vi")

    answer = visitor.post(claimed, {"mat_do": "172", "action": "check"})

    assert "<title>Lỗi:" in answer.text
    assert "Mật độ không được quá 100" in answer.text
    assert "Chọn kết luận" in answer.text


def test_a_field_shown_by_an_answer_is_asked_for_on_the_next_submit(
    officer: Visitor, claimed: str
) -> None:
    before = officer.get(claimed).text
    answer = officer.post(claimed, {**ANSWERS, "ket_luan": "khong", "action": "check"})

    assert 'name="ly_do"' not in before
    assert answer.status_code == 422
    assert 'name="ly_do"' in answer.text
    assert "Enter lý do" in answer.text


def test_a_preview_draws_the_fields_without_complaining_or_saving(
    officer: Visitor, claimed: str, database: Database
) -> None:
    answer = officer.post(claimed, {"ket_luan": "khong", "action": "preview"})

    assert answer.status_code == 200
    assert 'name="ly_do"' in answer.text
    with database.reading() as session:
        assert session.get_one(UserTask, _id(claimed)).draft is None


def test_a_hidden_answer_is_not_among_the_answers(
    officer: Visitor, claimed: str, database: Database
) -> None:
    officer.post(claimed, {**ANSWERS, "ly_do": "đã ẩn", "action": "check"})
    officer.post(f"{claimed}/check")

    with database.reading() as session:
        assert session.get_one(UserTask, _id(claimed)).answers == {
            "mat_do": 72.5,
            "ngay": "2026-11-17",
            "ket_luan": "dat",
            "thuc_dia": False,
            "bien_ban": [],
        }


def test_the_check_page_shows_the_answers_and_completing_says_where_the_dossier_went(
    officer: Visitor, claimed: str
) -> None:
    answer = officer.post(claimed, {**ANSWERS, "action": "check"})
    page = officer.get(answer.headers["Location"]).text
    done = officer.post(f"{claimed}/check")

    assert "72.5" in page
    assert "Approve" in page
    assert done.headers["Location"] == "/inbox"
    assert "It went on to: Seal (Văn thư)." in officer.get("/inbox").text


def test_an_attached_file_survives_errors_and_can_be_taken_away(
    officer: Visitor, claimed: str
) -> None:
    file = (BytesIO(b"%PDF-1.4 x"), "biên bản.pdf")
    failed = officer.post(claimed, {"mat_do": "abc", "file-bien_ban": file, "action": "check"})
    kept = re.search(r'value="(remove-file:[^"]+)"', failed.text)

    assert failed.status_code == 422
    assert "biên bản.pdf" in failed.text
    assert kept is not None
    officer.post(claimed, {"action": kept[1]})
    assert "biên bản.pdf" not in officer.get(claimed).text


@pytest.mark.parametrize(
    ("down", "status", "said"),
    [("refuse", 422, "the virus scanner does not answer"), ("hold", 303, "")],
)
def test_while_the_scanner_is_down_files_are_refused_or_held(
    database: Database, claimed: str, tmp_path: Path, down: str, status: int, said: str
) -> None:
    scanner = Scanner(command=str(tmp_path / "scanner"), holds=down == "hold")
    visitor = signed_in(product(database, data_dir=tmp_path, scanner=scanner), database, "hanh")
    file = (BytesIO(b"%PDF-1.4 x"), "a.pdf")

    answer = visitor.post(claimed, {"file-bien_ban": file, "action": "upload"})

    assert answer.status_code == status
    assert said in answer.text
    link = re.search(r'href="(/[a-z/]*files/[^"]+)"', visitor.get(claimed).text)
    assert bool(link) == (down == "hold")
    if link:
        assert "waits for the virus scanner" in visitor.get(link[1]).text
        (tmp_path / "scanner").write_text("#!/bin/sh\ncat >/dev/null")
        (tmp_path / "scanner").chmod(0o700)
        with visitor.get(link[1]) as answer:
            assert answer.data == b"%PDF-1.4 x"


def test_a_file_that_the_scanner_finds_bad_is_not_kept(
    database: Database, claimed: str, tmp_path: Path
) -> None:
    scanner = Scanner(command="sh -c 'cat >/dev/null; echo Eicar; exit 1'")
    visitor = signed_in(product(database, data_dir=tmp_path, scanner=scanner), database, "hanh")
    file = (BytesIO(b"%PDF-1.4 x"), "a.pdf")

    answer = visitor.post(claimed, {"file-bien_ban": file, "action": "upload"})

    assert answer.status_code == 422
    assert "a.pdf was not kept: the virus scanner found Eicar." in answer.text
    assert not (tmp_path / "files").exists()


def test_a_draft_saved_over_a_newer_one_is_told_and_replaced_only_knowingly(
    officer: Visitor, claimed: str
) -> None:
    first = _revision(officer.get(claimed).text)
    officer.post(claimed, {"mat_do": "11", "draft-revision": first, "action": "save"})

    answer = officer.post(claimed, {"mat_do": "22", "draft-revision": first, "action": "save"})
    newer = _revision(answer.text)
    kept = officer.get(claimed).text
    officer.post(claimed, {"mat_do": "22", "draft-revision": newer, "action": "save"})

    assert answer.status_code == 409
    assert "Trần Thị Hạnh saved another draft of this task at 18 Nov 09:00." in answer.text
    assert 'value="22"' in answer.text
    assert 'value="11"' in kept
    assert 'value="22"' in officer.get(claimed).text


def test_a_page_with_mistakes_to_mend_stands_on_the_draft_it_saved(
    officer: Visitor, claimed: str
) -> None:
    first = _revision(officer.get(claimed).text)
    wrong = officer.post(claimed, {"draft-revision": first, "action": "check"})

    again = {**ANSWERS, "draft-revision": _revision(wrong.text), "action": "check"}
    answer = officer.post(claimed, again)

    assert wrong.status_code == 422
    assert answer.headers["Location"] == f"{claimed}/check"


def test_a_draft_changed_after_the_check_page_is_checked_again(
    officer: Visitor, claimed: str
) -> None:
    officer.post(claimed, {**ANSWERS, "action": "check"})
    seen = _revision(officer.get(f"{claimed}/check").text)
    officer.post(claimed, {**ANSWERS, "mat_do": "60", "action": "save"})

    answer = officer.post(f"{claimed}/check", {"draft-revision": seen})

    assert answer.headers["Location"] == f"{claimed}/check"
    assert "changed meanwhile" in officer.get(f"{claimed}/check").text


def _revision(page: str) -> str:
    return re.findall(r'name="draft-revision" value="([0-9]+)"', page)[0]


def test_a_colleague_who_was_first_is_named_and_nothing_typed_is_lost(
    app: Flask, database: Database, people: dict[str, Actor], officer: Visitor, claimed: str
) -> None:
    with database.transaction() as session:
        user_tasks.release(session, _id(claimed), actor=people["hanh"], at=NINE)
    with database.transaction() as session:
        user_tasks.claim(session, _id(claimed), actor=people["long"], at=NINE)

    answer = officer.post(claimed, {**ANSWERS, "action": "check"})

    assert answer.status_code == 409
    assert "Ngô Hải Long took this task at 18 Nov 09:00." in answer.text
    assert "72,5" in answer.text


def test_a_task_completed_in_another_tab_is_refused_with_who_and_when(
    officer: Visitor, claimed: str
) -> None:
    officer.post(claimed, {**ANSWERS, "action": "check"})
    officer.post(f"{claimed}/check")

    again = officer.post(claimed, {**ANSWERS, "action": "check"})

    assert again.status_code == 409
    assert "Trần Thị Hạnh completed this task at 18 Nov 09:00." in again.text
    assert "17/11/2026" in again.text


def test_a_task_without_a_form_is_completed_with_a_remark(
    app: Flask, database: Database, officer: Visitor, claimed: str, dossier_id: UUID
) -> None:
    officer.post(claimed, {**ANSWERS, "action": "check"})
    officer.post(f"{claimed}/check")
    clerk = signed_in(app, database, "mai")
    seal = f"/user-tasks/{open_task(database, dossier_id, 'Task_Remark')}"
    clerk.post(f"{seal}/claim")

    clerk.post(seal, {"ghi_chu": "Đã đóng dấu", "action": "check"})
    clerk.post(f"{seal}/check")

    assert "The dossier is finished: Đã cấp." in clerk.get("/inbox").text
    assert "Đã đóng dấu" in clerk.get(f"/dossiers/{dossier_id}").text


def test_giving_a_task_back_keeps_its_draft_for_the_next_one(
    app: Flask, database: Database, officer: Visitor, claimed: str
) -> None:
    officer.post(claimed, {"mat_do": "50", "action": "save"})
    officer.post(f"{claimed}/release")

    colleague = signed_in(app, database, "long")
    colleague.post(f"{claimed}/claim")
    assert 'value="50"' in colleague.get(claimed).text


def _id(address: str) -> UUID:
    return UUID(address.rsplit("/", 1)[-1])


def _words(page: str) -> str:
    return re.sub(r"[0-9a-f-]{36}|<[^>]+>", "", page)
