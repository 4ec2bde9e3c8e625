import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import CompleteUserTask
from tests.webapp.conftest import NINE
from tests.webapp.office import REQUEST
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.models import Dossier, InstanceEvent, MessageSubscription, UserTask
from webapp.operations import deployments, dossiers, modifying
from webapp.operations.dossiers import DossierRequest
from webapp.operations.moving import locked_instance, move
from webapp.worker.loop import Worker

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


CONVERSATION = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t" id="d">
  <message id="Q" name="question"/><message id="A" name="answer"/>
  <correlationProperty id="no">
    <correlationPropertyRetrievalExpression messageRef="Q"><messagePath>receipt</messagePath>
    </correlationPropertyRetrievalExpression>
    <correlationPropertyRetrievalExpression messageRef="A"><messagePath>receipt</messagePath>
    </correlationPropertyRetrievalExpression>
  </correlationProperty>
  <collaboration id="c"><participant id="a1" processRef="asking"/>
    <participant id="a2" processRef="answering"/>
    <correlationKey id="K"><correlationPropertyRef>no</correlationPropertyRef></correlationKey>
  </collaboration>
  <process id="asking" name="Asking" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="f1" sourceRef="S" targetRef="T"/>
    <sendTask id="T" messageRef="Q"><extensionElements><camunda:inputOutput>
      <camunda:inputParameter name="receipt">${receipt}</camunda:inputParameter>
      </camunda:inputOutput></extensionElements></sendTask>
    <sequenceFlow id="f2" sourceRef="T" targetRef="R"/><receiveTask id="R" messageRef="A"/>
    <sequenceFlow id="f3" sourceRef="R" targetRef="E"/><endEvent id="E" name="Known"/>
  </process>
  <process id="answering" name="Answering" isExecutable="true">
    <startEvent id="B"><messageEventDefinition id="BD" messageRef="Q"/></startEvent>
    <sequenceFlow id="g1" sourceRef="B" targetRef="U"/>
    <userTask id="U" name="Think" camunda:candidateGroups="desk"/>
    <sequenceFlow id="g2" sourceRef="U" targetRef="Z"/>
    <endEvent id="Z"><messageEventDefinition id="ZD" messageRef="A"/></endEvent>
  </process></definitions>"""


def test_pools_of_one_file_talk_by_the_standard_s_own_correlation_key(
    database: Database, people: People
) -> None:
    with database.transaction() as session:
        model = {"talk.bpmn": CONVERSATION.encode()}
        draft = deployments.save_draft(session, model, "talk", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)
    _start(database, people, "asking", "R-1")
    _start(database, people, "asking", "R-2")
    with database.transaction() as session:
        keys = sorted(session.scalars(select(MessageSubscription.correlation_key)))
        assert keys == ["R-1", "R-2"]
        think = session.scalars(select(UserTask).order_by(UserTask.created_at)).all()[1]
        _complete(session, think)

    with database.reading() as session:
        left = list(session.scalars(select(MessageSubscription.correlation_key)))
        assert len(left) == 1


def _complete(session: Session, task: UserTask) -> None:
    instance = locked_instance(session, task.instance_id)
    move(session, instance, CompleteUserTask(task.token_id), actor=SYSTEM, at=NINE)


def _start(database: Database, people: People, key: str, receipt: str) -> None:
    request = DossierRequest(applicant_name=REQUEST.applicant_name, answers={"receipt": receipt})
    with database.transaction() as session:
        dossiers.start(session, key, request, actor=people["thu"], at=NINE)


def test_a_message_for_a_suspended_dossier_is_kept_until_it_is_resumed(
    database: Database, people: People, published: None
) -> None:
    _start(database, people, "waiting", "R-1")
    with database.transaction() as session:
        waits = session.scalars(select(MessageSubscription.instance_id)).one()
        modifying.suspend(session, waits, reason="asked", actor=people["lan"], at=NINE)
    _start(database, people, "paying", "R-1")
    worker = Worker(database, now=lambda: NINE)
    worker.run_once()
    with database.reading() as session:
        assert session.scalars(select(MessageSubscription.correlation_key)).all() == ["R-1"]

    with database.transaction() as session:
        modifying.resume(session, waits, reason="answered", actor=people["lan"], at=NINE)
    worker.run_once()

    with database.reading() as session:
        assert session.scalars(select(MessageSubscription.correlation_key)).all() == []
