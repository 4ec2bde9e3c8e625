import pytest
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import Dossier, InstanceEvent, MessageSubscription
from webapp.operations import deployments, dossiers
from webapp.operations.dossiers import DossierRequest

People = dict[str, Actor]

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">'
    '<message id="M" name="tax-paid"><extensionElements>'
    '<zeebe:subscription correlationKey="=receipt"/></extensionElements></message>'
)
WAITING = f"""{_HEAD}
  <process id="waiting" name="Waiting" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="a" sourceRef="S" targetRef="W"/>
    <intermediateCatchEvent id="W"><messageEventDefinition id="WD" messageRef="M"/>
    </intermediateCatchEvent>
    <sequenceFlow id="b" sourceRef="W" targetRef="E"/><endEvent id="E" name="Paid"/>
  </process></definitions>"""
PAYING = f"""{_HEAD}
  <process id="paying" name="Paying" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="a" sourceRef="S" targetRef="T"/>
    <sendTask id="T" name="Tell" messageRef="M"/>
    <sequenceFlow id="b" sourceRef="T" targetRef="E"/><endEvent id="E" name="Told"/>
  </process></definitions>"""


@pytest.fixture
def published(database: Database, people: People) -> None:
    for name, model in (("waiting.bpmn", WAITING), ("paying.bpmn", PAYING)):
        with database.transaction() as session:
            draft = deployments.save_draft(
                session, {name: model.encode()}, name, actor=people["binh"], at=NINE
            )
            deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)


def test_a_message_reaches_the_one_dossier_that_waits_for_its_key(
    database: Database, people: People, published: None
) -> None:
    _start(database, people, "waiting", "R-1")
    _start(database, people, "waiting", "R-2")

    _start(database, people, "paying", "R-2")

    with database.reading() as session:
        keys = list(session.scalars(select(MessageSubscription.correlation_key)))
        ended = session.scalars(select(Dossier.outcome).where(Dossier.ended_at.is_not(None)))
        assert keys == ["R-1"]
        assert sorted(ended) == ["Paid", "Told"]


def test_a_message_that_nobody_waits_for_is_recorded_as_undelivered(
    database: Database, people: People, published: None
) -> None:
    _start(database, people, "paying", "R-9")

    with database.reading() as session:
        sent = session.scalars(
            select(InstanceEvent.data).where(InstanceEvent.kind == "message.sent")
        ).one()
    assert sent["name"] == "tax-paid"
    assert sent["delivered_to"] is None


def _start(database: Database, people: People, key: str, receipt: str) -> None:
    request = DossierRequest(applicant_name=REQUEST.applicant_name, answers={"receipt": receipt})
    with database.transaction() as session:
        dossiers.start(session, key, request, actor=people["thu"], at=NINE)
