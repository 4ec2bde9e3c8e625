"""Messages and signals between instances: at once where it is little, else by the worker."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.webapp.conftest import NINE
from tests.webapp.test_worker import Clock
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.models import Delivery, Incident, ProcessDefinition, ProcessInstance
from webapp.operations import beginning, deliveries, deployments, moving, resolving
from webapp.worker.loop import Worker

People = dict[str, Actor]
MINUTE = timedelta(minutes=1)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">
<signal id="S" name="opened"/><message id="M" name="told"/>"""
WAITING = (
    _HEAD
    + """<process id="listener" isExecutable="true"><startEvent id="Start"/>
<sequenceFlow id="a" sourceRef="Start" targetRef="Wait"/><intermediateCatchEvent id="Wait">
<signalEventDefinition signalRef="S"/></intermediateCatchEvent>
<sequenceFlow id="b" sourceRef="Wait" targetRef="Way"/><exclusiveGateway id="Way"/>
<sequenceFlow id="c" sourceRef="Way" targetRef="End">
<conditionExpression xsi:type="tFormalExpression">=duong</conditionExpression></sequenceFlow>
<endEvent id="End"/></process></definitions>"""
)
THROWING = (
    _HEAD
    + """<process id="thrower" isExecutable="true"><startEvent id="Start"/>
<sequenceFlow id="a" sourceRef="Start" targetRef="Throw"/><intermediateThrowEvent id="Throw">
<signalEventDefinition signalRef="S"/></intermediateThrowEvent>
<sequenceFlow id="b" sourceRef="Throw" targetRef="End"/><endEvent id="End"/>
</process></definitions>"""
)
STARTED = (
    _HEAD
    + """<process id="started" isExecutable="true">
<startEvent id="Start"><signalEventDefinition signalRef="S"/></startEvent>
<sequenceFlow id="b" sourceRef="Start" targetRef="Way"/><exclusiveGateway id="Way"/>
<sequenceFlow id="c" sourceRef="Way" targetRef="End">
<conditionExpression xsi:type="tFormalExpression">=false</conditionExpression></sequenceFlow>
<endEvent id="End"/></process></definitions>"""
)


@pytest.fixture
def clock() -> Clock:
    return Clock(NINE)


def publish(database: Database, analyst: Actor, *models: str) -> None:
    for model in models:
        with database.transaction() as session:
            draft = deployments.save_draft(
                session, {"m.bpmn": model.encode()}, "m.zip", actor=analyst, at=NINE
            )
            deployments.publish(session, draft, note="", actor=analyst, at=NINE)


def begin(database: Database, key: str, **variables: object) -> None:
    with database.transaction() as session:
        definition_id = session.scalars(
            select(ProcessDefinition.id).where(ProcessDefinition.key == key)
        ).one()
        instance, outcome = beginning.begin(
            session, definition_id, variables, actor=SYSTEM, at=NINE
        )
        moving.settle(session, instance, outcome, actor=SYSTEM, at=NINE)


def completed(database: Database) -> int:
    with database.reading() as session:
        query = select(func.count()).where(ProcessInstance.status == "completed")
        return session.scalar(query) or 0


def underway(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery)) or 0


def test_a_signal_for_many_is_brought_to_some_at_once_and_to_the_others_by_the_worker(
    database: Database, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "MAX_HOPS", 2)
    publish(database, people["binh"], WAITING, THROWING)
    for _ in range(5):
        begin(database, "listener", duong=True)

    begin(database, "thrower")
    at_once = completed(database) - 1
    kept = underway(database)
    brought = Worker(database, {}, now=clock).run_once()

    assert (at_once, kept, brought) == (2, 3, 3)
    assert (completed(database), underway(database)) == (6, 0)


def test_a_receiver_that_cannot_go_on_does_not_hold_up_the_sender(
    database: Database, people: People, clock: Clock
) -> None:
    publish(database, people["binh"], WAITING, THROWING)
    begin(database, "listener", duong=False)
    begin(database, "listener", duong=True)

    begin(database, "thrower")
    before = completed(database)
    worker = Worker(database, {}, now=clock)
    tries = []
    for _ in range(8):
        clock.at += MINUTE
        tries.append(worker.run_once())

    assert before == 2
    assert sum(tries) == 5
    with database.reading() as session:
        incident = session.scalars(select(Incident)).one()
        assert incident.kind == "delivery"
        assert "No condition is true" in incident.message
    with database.transaction() as session:
        resolving.resolve(session, incident.id, actor=people["lan"], at=clock.at)
    assert worker.run_once() == 1
    assert underway(database) == 1


def test_a_start_that_fails_leaves_nothing_but_its_delivery(
    database: Database, people: People, clock: Clock
) -> None:
    publish(database, people["binh"], STARTED, THROWING)

    begin(database, "thrower")

    assert (completed(database), underway(database)) == (1, 1)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProcessInstance)) == 1
    clock.at += MINUTE
    assert Worker(database, {}, now=clock).run_once() == 1


def test_a_delivery_is_claimed_once_and_to_nobody_it_is_over(
    database: Database, people: People
) -> None:
    publish(database, people["binh"], WAITING, THROWING)
    begin(database, "listener", duong=False)
    begin(database, "thrower")
    later = NINE + MINUTE

    def claim() -> int:
        with database.transaction() as session:
            return len(deliveries.claim_due(session, at=later))

    assert [claim(), claim()] == [1, 0]
    with database.transaction() as session:
        delivery_id = session.scalars(select(Delivery.id)).one()
        session.get_one(Delivery, delivery_id).token_id = "999"
    with database.transaction() as session:
        assert deliveries.deliver(session, delivery_id, at=later) is False
    with database.transaction() as session:
        assert deliveries.deliver(session, delivery_id, at=later) is False
    assert underway(database) == 0
