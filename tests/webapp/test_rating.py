"""Applicants say how satisfied they are; reports count it, and how fees were paid."""

from uuid import UUID

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.test_reports import numbers, order_of
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.models import Dossier
from webapp.operations import noting, progress

DIGITS = "0123"
People = dict[str, Actor]


@pytest.fixture
def app(database: Database, review: str, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    return product(database)


@pytest.fixture
def dossier_id(app: Flask, database: Database, people: People, review: str) -> UUID:
    return receive(database, review, people["thu"], NINE)


def found(database: Database, dossier_id: UUID) -> Dossier:
    with database.reading() as session:
        return session.get_one(Dossier, dossier_id)


def rate(visitor: Visitor, token: str, rating: int = 1, phone: str = DIGITS) -> int:
    told = {"rating": str(rating), "rating-text": "Chậm", "rating-phone": phone}
    return visitor.post(f"/t/{token}/rating", told).status_code


def test_an_applicant_rates_a_dossier_that_is_over_and_may_change_it(
    app: Flask, database: Database, people: People, dossier_id: UUID
) -> None:
    visitor, token = Visitor(app), found(database, dossier_id).tracking_token
    assert "How satisfied are you?" not in visitor.get(f"/t/{token}").text
    assert rate(visitor, token) == 409  # while it is worked on
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="tu_choi")

    assert rate(visitor, token, 3) == 303
    assert "You said: satisfied" in visitor.get(f"/t/{token}").text
    assert rate(visitor, token, 1) == 303

    assert found(database, dossier_id).rating == 1
    page = signed_in(app, database, "hanh").get(f"/dossiers/{dossier_id}").text
    assert "The applicant is: dissatisfied" in page
    index = numbers(database, order_of(database, "766/QĐ-TTg"))
    assert (index["14"], index.get("15"), index["16"], index["17"]) == (1, None, 1, 1)


def test_neither_staff_nor_strangers_nor_nonsense_rates(
    app: Flask, database: Database, people: People, dossier_id: UUID
) -> None:
    token = found(database, dossier_id).tracking_token
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="tu_choi")

    assert rate(signed_in(app, database, "hanh"), token) == 403
    assert rate(Visitor(app), token, phone="9999") == 422
    assert rate(Visitor(app), token, rating=7) == 422
    assert rate(Visitor(app), "nobody") == 404
    assert found(database, dossier_id).rating is None


def test_a_fee_is_paid_online_where_staff_note_it_or_a_program_tells_it(
    database: Database, people: People, review: str, app: Flask
) -> None:
    paid = [receive(database, review, people["thu"], NINE) for _ in range(2)]
    with database.transaction() as session:
        for how, one in zip(noting.HOW, paid, strict=True):
            noting.set_money(session, one, "paid", "", actor=people["thu"], at=NINE, how=how)

    report = numbers(database, order_of(database, "07a/BTP"))
    page = signed_in(app, database, "hanh").get(f"/dossiers/{paid[1]}").text

    assert (report["16"], report["16a"], report["16b"]) == (2, 1, 1)
    assert "Fee paid, online" in page
    assert [progress.how_paid("paid", one) for one in (people["thu"], SYSTEM)] == [
        "counter",
        "online",
    ]
