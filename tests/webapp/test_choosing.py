"""People start the activities of an ad-hoc sub-process from the dossier's page."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import UserTask
from webapp.operations import deployments

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:motcua="https://motcua.org/schema/1" targetNamespace="t" id="d">
  <process id="inquiry" name="Inquiry" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="f1" sourceRef="S" targetRef="Q"/>
    <adHocSubProcess id="Q" name="Look into it" motcua:start="user">
      <userTask id="A" name="Visit the place" camunda:candidateGroups="xay-dung"/>
      <userTask id="B" name="Ask the neighbours" camunda:candidateGroups="xay-dung"/>
    </adHocSubProcess>
    <sequenceFlow id="f2" sourceRef="Q" targetRef="E"/><endEvent id="E"/>
  </process></definitions>"""


@pytest.fixture
def app(database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    with database.transaction() as session:
        files = {"inquiry.bpmn": MODEL.encode()}
        draft = deployments.save_draft(session, files, "i", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)
    return product(database)


@pytest.fixture
def path(app: Flask, database: Database, people: dict[str, Actor]) -> str:
    return f"/dossiers/{receive(database, 'inquiry', people['thu'], NINE)}"


def test_an_activity_is_started_twice_and_the_sub_process_ended(
    app: Flask, database: Database, people: dict[str, Actor], path: str
) -> None:
    boss = signed_in(app, database, "lan")
    page = boss.get(path).text
    assert "What to do next: Look into it" in page
    token = _token(page)

    first = boss.post(f"{path}/choices", {"token": token, "element": "A"})
    boss.post(f"{path}/choices", {"token": token, "element": "A"})

    assert first.status_code == 303
    with database.reading() as session:
        found = session.scalars(select(UserTask.name)).all()
        assert found == ["Visit the place", "Visit the place"]
    assert "Nothing more to do" not in boss.get(path).text


def test_who_has_nothing_to_do_with_it_can_start_nothing(
    app: Flask, database: Database, people: dict[str, Actor], path: str
) -> None:
    token = _token(signed_in(app, database, "lan").get(path).text)
    stranger = signed_in(app, database, "mai")

    refused = stranger.post(f"{path}/choices", {"token": token, "element": "A"})

    assert refused.status_code == 403
    with database.reading() as session:
        assert session.scalars(select(UserTask)).all() == []


def test_without_any_activity_it_can_be_ended_at_once(
    app: Flask, database: Database, people: dict[str, Actor], path: str
) -> None:
    boss = signed_in(app, database, "lan")

    ended = boss.post(f"{path}/choices", {"token": _token(boss.get(path).text)})

    assert ended.status_code == 303
    assert "What to do next" not in boss.get(path).text


def test_what_is_not_offered_is_refused_with_a_sentence(
    app: Flask, database: Database, people: dict[str, Actor], path: str
) -> None:
    boss: Visitor = signed_in(app, database, "lan")

    refused = boss.post(
        f"{path}/choices", {"token": _token(boss.get(path).text), "element": "nothing"}
    )

    assert refused.status_code in (409, 422)
    assert "none of the activities" in refused.text


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]
