"""A small process that waits for something at the element Job_1."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.webapp.conftest import NINE
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.models import ProcessDefinition
from webapp.operations import beginning, deployments, moving

_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">
<error id="Error_1" errorCode="full"/>{top}
<process id="waiting" name="Chờ" isExecutable="true">
<startEvent id="Start"/><sequenceFlow id="a" sourceRef="Start" targetRef="Job_1"/>
{body}
<sequenceFlow id="b" sourceRef="Job_1" targetRef="End"/><endEvent id="End"/>
</process></definitions>"""


def deploy(database: Database, analyst: Actor, body: str, top: str = "") -> UUID:
    """Publish the process with ``body`` (an element Job_1 and its company); return its id."""
    files = {"waiting.bpmn": _MODEL.format(body=body, top=top).encode()}
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, "waiting.zip", actor=analyst, at=NINE)
        deployments.publish(session, draft, note="", actor=analyst, at=NINE)
    with database.reading() as session:
        newest = select(ProcessDefinition.id).order_by(ProcessDefinition.version.desc())
        return session.scalars(newest.where(ProcessDefinition.key == "waiting")).first() or UUID()


def start(database: Database, variables: Mapping[str, Any] | None = None) -> UUID:
    """Start the newest version; return the instance's id."""
    with database.transaction() as session:
        newest = select(ProcessDefinition.id).order_by(ProcessDefinition.version.desc())
        definition_id = session.scalars(newest.where(ProcessDefinition.key == "waiting")).first()
        assert definition_id is not None
        instance, outcome = beginning.begin(
            session, definition_id, variables or {}, actor=SYSTEM, at=NINE
        )
        moving.settle(session, instance, outcome, actor=SYSTEM, at=NINE)
        return instance.id
