"""Conditional start events start an instance when somebody tells how things stand."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from tests.webapp.conftest import NINE
from webapp.actors import SYSTEM, Actor
from webapp.cli import main
from webapp.db import Database
from webapp.models import Dossier, ProcessInstance, UserTask
from webapp.operations import conditions, deployments

FLOOD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t" id="d">
  <process id="flood" name="Flood" isExecutable="true">
    <startEvent id="S"><conditionalEventDefinition id="C">
    <condition>= water &gt; {limit}</condition></conditionalEventDefinition></startEvent>
    <sequenceFlow id="f1" sourceRef="S" targetRef="U"/>
    <userTask id="U" name="Warn the village" camunda:candidateGroups="desk"/>
    <sequenceFlow id="f2" sourceRef="U" targetRef="E"/><endEvent id="E"/>
  </process></definitions>"""


def _publish(database: Database, analyst: Actor, limit: int) -> None:
    with database.transaction() as session:
        files = {"flood.bpmn": FLOOD.format(limit=limit).encode()}
        draft = deployments.save_draft(session, files, "flood", actor=analyst, at=NINE)
        deployments.publish(session, draft, note="", actor=analyst, at=NINE)


def test_a_true_condition_starts_the_newest_version_with_what_was_told(
    database: Database, people: dict[str, Actor]
) -> None:
    _publish(database, people["binh"], 1)
    _publish(database, people["binh"], 3)

    with database.transaction() as session:
        assert conditions.tell(session, {"water": 2}, actor=SYSTEM, at=NINE) == ()
        (begun,) = conditions.tell(session, {"water": 4}, actor=SYSTEM, at=NINE)

    with database.reading() as session:
        (task,) = session.scalars(select(UserTask)).all()
        assert (task.instance_id, task.name) == (begun, "Warn the village")
        assert session.scalar(select(Dossier.instance_id)) == begun


def test_the_command_tells_what_was_started(
    database: Database,
    people: dict[str, Actor],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _publish(database, people["binh"], 3)
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database.url)
    monkeypatch.setenv("MOTCUA_DATA_DIR", str(tmp_path))
    told = tmp_path / "told.json"

    told.write_text(json.dumps({"water": 3}))
    nothing = CliRunner().invoke(main, ["tell", str(told)])
    told.write_text(json.dumps({"water": 3.5}))
    begun = CliRunner().invoke(main, ["tell", str(told)])
    told.write_text("[]")
    refused = CliRunner().invoke(main, ["tell", str(told)])

    assert nothing.output == "No condition is true for these variables.\n"
    with database.reading() as session:
        assert begun.output == f"started {session.scalars(select(ProcessInstance.id)).one()}\n"
    assert refused.exit_code == 1
