"""Receiving dossiers at the counter."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.permit import INTAKE, KEY, publish_permit
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Attachment, Dossier, Slip

ADDRESS = f"/counter/{KEY}"


@pytest.fixture
def app(
    database: Database, people: dict[str, Actor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    publish_permit(database, people["binh"], NINE)
    return product(database, data_dir=tmp_path)


@pytest.fixture
def counter(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "thu")


def test_the_counter_lists_published_procedures_with_limit_fee_and_papers(
    counter: Visitor,
) -> None:
    page = counter.get("/counter").text

    assert "Permit" in page
    assert "3 working days" in page
    assert "1 required, 2 in all" in page


def test_the_page_says_when_a_dossier_received_now_would_be_due_and_why(counter: Visitor) -> None:
    page = counter.get(ADDRESS).text

    assert "09:00 Monday 23 Nov 2026" in page
    assert "Limit: 3 working days" in page
    assert "+ 24 hours" in page


def test_a_missing_required_paper_blocks_the_reception_and_says_which(
    counter: Visitor, database: Database
) -> None:
    answer = counter.post(ADDRESS, {**INTAKE, "paper-don": "missing", "action": "start"})

    assert answer.status_code == 422
    assert "A required paper is missing: Application" in answer.text
    assert "<title>Error:" in answer.text
    with database.reading() as session:
        assert session.scalars(select(Dossier)).all() == []


def test_every_complaint_stands_in_the_summary_and_what_was_typed_is_kept(
    counter: Visitor,
) -> None:
    answer = counter.post(ADDRESS, {**INTAKE, "applicant-phone": "12", "dien_tich": "abc"})

    assert answer.status_code == 422
    assert 'href="#applicant-phone"' in answer.text
    assert 'href="#f-dien_tich"' in answer.text
    assert 'value="abc"' in answer.text
    assert 'value="Đặng Hữu Phước"' in answer.text


def test_the_answers_are_shown_for_checking_before_anything_is_stored(
    counter: Visitor, database: Database
) -> None:
    answer = counter.post(ADDRESS, {**INTAKE, "action": "check"})

    assert answer.status_code == 200
    assert "86.4 m²" in answer.text
    with database.reading() as session:
        assert session.scalars(select(Dossier)).all() == []


def test_a_received_dossier_has_a_code_a_promise_and_its_files(
    counter: Visitor, database: Database
) -> None:
    file = (BytesIO(b"%PDF-1.4 scan"), "đơn.pdf")
    uploaded = counter.post(ADDRESS, {**INTAKE, "action": "upload", "file-paper-don": file})
    kept = re.findall(r'name="kept-file" value="([^"]+)"', uploaded.text)

    answer = counter.post(ADDRESS, {**INTAKE, "action": "start", "kept-file": kept})

    assert answer.status_code == 303
    page = counter.get(answer.headers["Location"]).text
    assert "H99.26-261118-0001" in page
    assert "đơn.pdf" in page
    with database.reading() as session:
        dossier = session.scalars(select(Dossier)).one()
        assert dossier.answers == {"dia_diem": "45 Lê Lợi", "dien_tich": 86.4}
        assert session.scalars(select(Attachment)).one().instance_id == dossier.instance_id


def test_a_file_that_is_not_what_it_says_is_refused_beside_the_form(counter: Visitor) -> None:
    file = (BytesIO(b"MZ not a pdf"), "đơn.pdf")

    answer = counter.post(ADDRESS, {**INTAKE, "action": "check", "file-paper-don": file})

    assert answer.status_code == 422
    assert "does not hold what its name says" in answer.text


def test_a_file_kept_for_one_clerk_is_not_found_by_another(
    counter: Visitor, app: Flask, database: Database
) -> None:
    file = (BytesIO(b"%PDF-1.4 scan"), "đơn.pdf")
    page = counter.post(ADDRESS, {**INTAKE, "action": "upload", "file-paper-don": file}).text
    address = re.search(r'href="(/files/[^"]+)"', page)

    assert address is not None
    with counter.get(address[1]) as own:
        assert own.data == b"%PDF-1.4 scan"
        assert own.headers["Content-Security-Policy"].startswith("sandbox")
    assert signed_in(app, database, "hanh").get(address[1]).status_code == 404


def test_an_unknown_procedure_is_not_found(counter: Visitor) -> None:
    assert counter.get("/counter/Process_None").status_code == 404


def test_a_fee_is_taken_at_reception_told_and_given_back_with_a_slip_of_its_own(
    counter: Visitor, database: Database
) -> None:
    half = {**INTAKE, "applicant-fee": "paid", "action": "check"}
    whole = {**half, "applicant-fee_amount": "75.000", "applicant-fee_note": "BL 0012"}

    refused = counter.post(ADDRESS, half)
    checked = counter.post(ADDRESS, whole)
    answer = counter.post(ADDRESS, {**whole, "action": "start"})

    assert refused.status_code == 422
    assert "Enter how much was paid" in refused.text
    assert "Fee paid, 75.000, BL 0012" in checked.text
    address = answer.headers["Location"]
    page = counter.get(address).text
    assert "Fee paid, in person: 75.000 đồng" in page
    assert counter.post(f"{address}/slips/fee").status_code == 303
    back = {"money": "refunded", "amount": "75000", "delivery": "none", "axes-why": "Nộp thừa"}
    assert counter.post(f"{address}/axes", back).status_code == 303
    assert counter.post(f"{address}/slips/fee").status_code == 303
    waived = {"money": "waived", "delivery": "none", "axes-why": "Hộ nghèo"}
    assert counter.post(f"{address}/axes", waived).status_code == 303
    assert counter.post(f"{address}/slips/fee").status_code == 422
    assert counter.post(f"{address}/axes", {**back, "amount": "9" * 14}).status_code == 422
    with database.reading() as session:
        made = session.scalars(select(Slip).order_by(Slip.number)).all()
    told = [(one.symbol, one.content["amount"], one.content["refunded"]) for one in made]
    assert told == [("01/PTLP", "75.000 đồng", False), ("02/PTLP", "75.000 đồng", True)]
    assert made[1].content["voucher"] == "Nộp thừa"
