"""A procedure that decides by a table: drawn, tried by examples, explained on the dossier."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from tests.engine.decision_files import decision, model, table
from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.review import REVIEW_BPMN, REVIEW_FILES
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database

TASK = (
    '<businessRuleTask id="Job_Number" name="Tính lệ phí" camunda:decisionRef="Fee"'
    ' camunda:resultVariable="le_phi" camunda:mapDecisionResult="singleEntry"/>'
)
_AT = REVIEW_BPMN.index("<serviceTask"), REVIEW_BPMN.index("/>", REVIEW_BPMN.index("<serviceTask"))
DECIDING_BPMN = REVIEW_BPMN[: _AT[0]] + TASK + REVIEW_BPMN[_AT[1] + 2 :]
FEES = model(
    decision(
        "Fee",
        table(
            ["ket_qua"],
            ["Lệ phí"],
            [['"dat"', "8000", "Điều 5"], ["-", "0", "Điều 6 <b>"]],
            "FIRST",
        ),
    )
)
DECIDING_FILES = {**REVIEW_FILES, "review.bpmn": DECIDING_BPMN.encode(), "fees.dmn": FEES}


@pytest.fixture
def app(database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=1))
    return product(database)


@pytest.fixture
def analyst(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "binh")


def examples(expected: int) -> bytes:
    one = {"decision": "Fee", "inputs": {"ket_qua": "dat"}, "expected": expected}
    return json.dumps({"tests": [one]}).encode()


def publish(analyst: Visitor, **more: bytes) -> int:
    files = DECIDING_FILES | {name.replace("__", "."): content for name, content in more.items()}
    draft = analyst.upload("/procedures/upload", files).headers["Location"]
    return analyst.post(f"{draft}/publish", {"note": "fees"}).status_code


def test_a_table_is_drawn_with_its_policy_its_rules_and_their_articles(analyst: Visitor) -> None:
    assert publish(analyst) == 303

    page = analyst.get("/procedures/Process_Review/versions/1").text

    assert "F: the first rule that matches counts" in page
    for text in ("ket_qua", "→ Lệ phí", "<strong>8000</strong>", "Điều 5", "Điều 6 &lt;b&gt;"):
        assert text in page


def test_an_example_that_fails_blocks_publishing(analyst: Visitor) -> None:
    draft = analyst.upload(
        "/procedures/upload", DECIDING_FILES | {"fees.tests.json": examples(1)}
    ).headers.get("Location", "")

    refused = analyst.post(f"{draft}/publish", {"note": "fees"}) if draft else None

    assert refused is None or refused.status_code >= 400
    assert publish(analyst, fees__tests__json=examples(8000)) == 303


def test_the_dossier_tells_which_rule_counted_by_which_article(
    app: Flask, analyst: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    publish(analyst)
    dossier_id = receive(database, "Process_Review", people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")

    page = signed_in(app, database, "hanh").get(f"/dossiers/{dossier_id}").text

    assert "Decided: Tính lệ phí" in page
    assert "8000 · Rule 1 (Điều 5)" in page
