"""Expressions on pages: listed with their dialect; one without an answer warns staff only."""

import html
from datetime import timedelta

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.review import REVIEW_BPMN, REVIEW_FILES
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier

ASKING = REVIEW_BPMN.replace('= ket_qua = "bo_sung"', "= dien_tich &gt; 100")
FILES = {**REVIEW_FILES, "review.bpmn": ASKING.encode()}


@pytest.fixture
def app(database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=1))
    return product(database)


def test_a_null_condition_is_a_warning_for_staff_and_not_for_the_applicant(
    app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    analyst = signed_in(app, database, "binh")
    draft = _draft(analyst)
    analyst.post(f"{draft}/publish", {"note": "asks for the area"})
    dossier_id = receive(database, "Process_Review", people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")
    with database.reading() as session:
        token = session.get_one(Dossier, dossier_id).tracking_token

    page = html.unescape(signed_in(app, database, "hanh").get(f"/dossiers/{dossier_id}").text)
    tracked = html.unescape(Visitor(app).get(f"/t/{token}").text)

    assert page.count("Warning: a condition at “Kết quả?” had no answer") == 1
    assert "“= dien_tich > 100” gave null and counted as not true." in page
    assert "dien_tich" not in tracked
    assert "Warning" not in tracked


def test_the_expressions_of_a_model_are_listed_with_their_dialect(
    app: Flask, database: Database, people: dict[str, Actor]
) -> None:
    analyst = signed_in(app, database, "binh")

    page = html.unescape(analyst.get(_draft(analyst)).text)
    table = page.partition("<h2>Expressions read from the files</h2>")[2].partition("</section>")[0]

    assert "condition of a flow" in table
    assert '= dien_tich > 100</code></td><td class="mc-nowrap">FEEL</td>' in table
    assert 'P2D</code></td><td class="mc-nowrap">text that stands for itself</td>' in table


def _draft(analyst: Visitor) -> str:
    return analyst.upload("/procedures/upload", FILES).headers["Location"]
