"""Decisions published alone, with versions, and asked from processes of other deployments."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.engine.decision_files import decision, given, model, table
from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.test_operations_calls import model as process_model
from tests.webapp.visitor import product, signed_in
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import ConflictError
from webapp.models import Incident, InstanceEvent
from webapp.operations import deployments
from webapp.worker.loop import Worker

People = dict[str, Actor]


def fees(amount: str, tag: str = "") -> bytes:
    rules = table(["copies"], ["fee"], [["-", amount, "Điều 4"]])
    made = model(given("copies"), decision("Fee", rules, ["copies"]))
    tagged = f'<decision camunda:versionTag="{tag}" ' if tag else "<decision "
    return made.replace(b"<decision ", tagged.encode(), 1).replace(
        b"<definitions ", b'<definitions xmlns:camunda="http://camunda.org/schema/1.0/dmn" ', 1
    )


def publish(database: Database, people: People, files: dict[str, bytes]) -> None:
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, "m", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="n", actor=people["binh"], at=NINE)


def asking(attributes: str = "") -> dict[str, bytes]:
    body = (
        '<startEvent id="s"/><businessRuleTask id="t" name="Fee" camunda:decisionRef="Fee" '
        f'camunda:mapDecisionResult="singleEntry" camunda:resultVariable="fee" {attributes}/>'
    )
    return {"p.bpmn": process_model("asks", body, "s t")}


def made(database: Database) -> list[tuple[Any, Any]]:
    with database.reading() as session:
        rows = session.scalars(
            select(InstanceEvent.data).where(InstanceEvent.kind == "decision.made")
        ).all()
        return [(row["output"], row.get("version")) for row in rows]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", (2, 2)),
        ('camunda:decisionRefBinding="version" camunda:decisionRefVersion="1"', (1, 1)),
        ('camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="old"', (1, 1)),
    ],
)
def test_a_task_asks_the_version_of_a_decision_that_it_is_bound_to(
    database: Database, people: People, attributes: str, expected: tuple[int, int]
) -> None:
    publish(database, people, {"fees.dmn": fees("1", "old")})
    publish(database, people, {"fees.dmn": fees("2")})
    publish(database, people, asking(attributes))

    receive(database, "asks", people["thu"], NINE)

    assert made(database) == [expected]


def test_a_decision_that_is_not_published_is_an_incident_until_it_is(
    database: Database, people: People
) -> None:
    publish(database, people, asking())
    receive(database, "asks", people["thu"], NINE)
    with database.reading() as session:
        assert "Fee" in session.scalars(select(Incident)).one().message
    assert made(database) == []

    publish(database, people, {"fees.dmn": fees("3")})
    Worker(database, {}, now=lambda: NINE).run_once()

    assert made(database) == [(3, 1)]


def test_the_same_decisions_are_published_once(database: Database, people: People) -> None:
    publish(database, people, {"fees.dmn": fees("1")})

    with pytest.raises(ConflictError):
        publish(database, people, {"fees.dmn": fees("1")})


def test_an_analyst_uploads_and_reads_decisions_alone(database: Database, people: People) -> None:
    publish(database, people, {"fees.dmn": fees("1", "old")})
    publish(database, people, {"fees.dmn": fees("2")})
    visitor = signed_in(product(database), database, "binh")

    assert "/procedures/decisions/Fee" in visitor.get("/procedures").text
    newest = visitor.get("/procedures/decisions/Fee").text
    first = visitor.get("/procedures/decisions/Fee/versions/1").text

    assert "Version 2" in newest
    assert "old" in first
    assert visitor.get("/procedures/decisions/Fee/versions/9").status_code == 404
    assert visitor.get("/procedures/decisions/Other").status_code == 404
