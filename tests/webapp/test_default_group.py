"""Tasks that name nobody go to the group chosen at publishing; dialects are kept as decided."""

import html
import json

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.review import REVIEW_BPMN, REVIEW_FACTS, REVIEW_FILES
from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import RejectedError
from webapp.models import Deployment, ProcessDefinition, UserTask, UserTaskCandidate
from webapp.operations import deployments

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t" id="d">
  <process id="plain" name="Plain" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="f1" sourceRef="S" targetRef="U"/>
    <userTask id="U" name="Anybody"/><sequenceFlow id="f2" sourceRef="U" targetRef="E"/>
    <endEvent id="E"/><sequenceFlow id="f3" sourceRef="S" targetRef="V"/>
    <userTask id="V" name="Somebody" camunda:candidateGroups="xay-dung"/>
    <sequenceFlow id="f4" sourceRef="V" targetRef="E"/>
  </process></definitions>"""
FILES = {"plain.bpmn": MODEL.encode()}


@pytest.fixture
def app(database: Database, people: dict[str, Actor]) -> Flask:
    return product(database)


@pytest.fixture
def analyst(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "binh")


def test_the_draft_asks_for_a_group_where_tasks_name_nobody(analyst: Visitor) -> None:
    plain = analyst.upload("/procedures/upload", FILES)
    named = analyst.upload("/procedures/upload", REVIEW_FILES)

    assert plain.status_code == 303
    assert 'name="default_group"' in analyst.get(plain.headers["Location"]).text
    assert 'name="default_group"' not in analyst.get(named.headers["Location"]).text


def test_such_a_procedure_is_published_with_a_group_and_not_without(
    analyst: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    draft = analyst.upload("/procedures/upload", FILES).headers["Location"]

    without = analyst.post(f"{draft}/publish", {"note": "one"})
    unknown = analyst.post(f"{draft}/publish", {"note": "one", "default_group": "nobody"})
    published = analyst.post(f"{draft}/publish", {"note": "one", "default_group": "mot-cua"})

    assert (without.status_code, unknown.status_code) == (422, 422)
    assert published.status_code == 303
    receive(database, "plain", people["thu"], NINE)
    with database.reading() as session:
        found = session.execute(
            select(UserTask.element_id, UserTaskCandidate.group_key).join(UserTaskCandidate)
        )
        assert sorted((row.element_id, row.group_key) for row in found) == [
            ("U", "mot-cua"),
            ("V", "xay-dung"),
        ]


def test_a_group_is_kept_only_where_it_is_needed(
    database: Database, people: dict[str, Actor]
) -> None:
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, REVIEW_FILES, "r.zip", actor=people["binh"], at=NINE
        )
        deployments.publish(
            session, draft, note="", default_group="mot-cua", actor=people["binh"], at=NINE
        )
        assert session.scalar(select(ProcessDefinition.default_group)) is None


def test_publishing_from_a_program_asks_for_the_group_too(
    database: Database, people: dict[str, Actor]
) -> None:
    with database.transaction() as session:
        draft = deployments.save_draft(session, FILES, "p.bpmn", actor=people["binh"], at=NINE)
        with pytest.raises(RejectedError, match="Choose the group"):
            deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)


def test_the_dialects_decided_at_upload_are_shown_even_if_they_would_be_read_otherwise_now(
    analyst: Visitor, database: Database
) -> None:
    draft = analyst.upload("/procedures/upload", REVIEW_FILES).headers["Location"]
    analyst.post(f"{draft}/publish", {"note": "one"})
    with database.transaction() as session:
        deployment = session.scalars(select(Deployment)).one()
        rows = deployment.expressions or []
        assert {row["dialect"] for row in rows} == {"feel", "literal"}
        deployment.expressions = [{**row, "dialect": "juel"} for row in rows]

    page = analyst.get("/procedures/Process_Review/versions/1").text

    assert page.count(">JUEL</td>") == len(rows)


def test_an_upload_from_before_dialects_were_recorded_is_read_anew(
    analyst: Visitor, database: Database
) -> None:
    draft = analyst.upload("/procedures/upload", REVIEW_FILES).headers["Location"]
    analyst.post(f"{draft}/publish", {"note": "one"})
    with database.transaction() as session:
        session.scalars(select(Deployment)).one().expressions = None

    page = analyst.get("/procedures/Process_Review/versions/1").text

    assert '<td class="mc-nowrap">FEEL</td>' in page


def test_expressions_stand_under_the_english_names_of_the_facts_sheet(analyst: Visitor) -> None:
    named = {"element_names": {"en": {"Gateway_Result": "Which result?"}}}
    facts = json.dumps({**REVIEW_FACTS, **named}, ensure_ascii=False).encode()
    files = {**REVIEW_FILES, "facts.json": facts}

    page = html.unescape(
        analyst.get(analyst.upload("/procedures/upload", files).headers["Location"]).text
    )

    table = page.partition("<h2>Expressions read from the files</h2>")[2].partition("</section>")[0]
    assert "Which result?" in table


def test_a_finding_tells_its_column(analyst: Visitor) -> None:
    broken = REVIEW_BPMN.replace('= ket_qua = "bo_sung"', "= ket_qua = (")

    page = analyst.upload("/procedures/upload", {**REVIEW_FILES, "review.bpmn": broken.encode()})

    assert ", column " in page.text
