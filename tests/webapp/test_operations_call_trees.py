"""What administrators do to instances that called others, or were called: both sides follow."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

import engine
from tests.webapp.calling import (
    TASK,
    People,
    caller,
    complete,
    inner,
    instances,
    model,
    open_tasks,
    publish,
)
from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.errors import ConflictError
from webapp.models import (
    Dossier,
    InstanceEvent,
    Job,
    MigrationItem,
    ProcessDefinition,
    ProcessInstance,
)
from webapp.operations import jobs, migrating, modifying
from webapp.worker.loop import Worker

WHY = "the law changed"
SERVICE = '<serviceTask id="j" camunda:type="external" camunda:topic="ledger"/>'


@pytest.fixture
def tree(database: Database, people: People) -> Iterator[dict[str, UUID]]:
    """The instances of a dossier of three levels, by the key of their process."""
    publish(
        database,
        people,
        model(
            "inner",
            '<startEvent id="s"/><parallelGateway id="g"/>'
            f'{TASK.format("w", "Inside")}{SERVICE}<endEvent id="e"/>',
            "s g",
            "g w",
            "g j",
            "w e",
        ),
    )
    publish(database, people, caller("middle", "inner"))
    publish(database, people, caller("outer", "middle"))
    receive(database, "outer", people["thu"], NINE)
    yield ids(database)
    assert problems(database) == []


def ids(database: Database) -> dict[str, UUID]:
    with database.reading() as session:
        rows = session.execute(
            select(ProcessDefinition.key, ProcessInstance.id)
            .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
            .order_by(ProcessInstance.started_at)
        ).all()
        return {row.key: row.id for row in rows}


def act(database: Database, people: People, name: str, instance_id: UUID) -> None:
    with database.transaction() as session:
        getattr(modifying, name)(session, instance_id, reason=WHY, actor=people["lan"], at=NINE)


def events(database: Database, kind: str) -> dict[UUID, str]:
    """The reasons in the logs, by instance."""
    with database.reading() as session:
        rows = session.scalars(select(InstanceEvent).where(InstanceEvent.kind == kind))
        return {row.instance_id: row.data["reason"] for row in rows}


def suspended(database: Database) -> set[UUID]:
    with database.reading() as session:
        found = session.scalars(
            select(ProcessInstance.id).where(ProcessInstance.suspended_at.is_not(None))
        )
        return set(found)


def claimed_jobs(database: Database) -> int:
    with database.transaction() as session:
        return len(jobs.claim_due(session, ["ledger"], at=NINE + timedelta(minutes=5)))


def token_at(database: Database, instance_id: UUID, element_id: str) -> str:
    with database.reading() as session:
        found = modifying.live_tokens(session, instance_id, at=NINE)
    return next(one.token_id for one in found if one.element_id == element_id)


def restart(database: Database, people: People, instance_id: UUID, element_id: str) -> None:
    with database.transaction() as session:
        modifying.restart(
            session,
            instance_id,
            [engine.Target(element_id)],
            reason=WHY,
            actor=people["lan"],
            at=NINE,
        )


def test_suspending_the_caller_suspends_everything_it_called(
    database: Database, people: People, tree: dict[str, UUID]
) -> None:
    act(database, people, "suspend", tree["outer"])

    assert suspended(database) == set(tree.values())
    assert events(database, "instance.suspended") == dict.fromkeys(tree.values(), WHY)
    assert claimed_jobs(database) == 0
    with pytest.raises(ConflictError, match="suspended this dossier"):
        complete(database, people, "w")

    act(database, people, "resume", tree["outer"])

    assert suspended(database) == set()
    assert events(database, "instance.resumed") == dict.fromkeys(tree.values(), WHY)
    assert claimed_jobs(database) == 1


def test_what_was_suspended_for_its_own_reasons_stays_so(
    database: Database, people: People, tree: dict[str, UUID]
) -> None:
    act(database, people, "suspend", tree["inner"])
    with database.transaction() as session:
        later = NINE + timedelta(hours=1)
        modifying.suspend(session, tree["outer"], reason="audit", actor=people["lan"], at=later)
    with pytest.raises(ConflictError, match="Resume that one"):
        act(database, people, "resume", tree["middle"])

    act(database, people, "resume", tree["outer"])

    assert suspended(database) == {tree["inner"]}
    act(database, people, "resume", tree["inner"])
    assert suspended(database) == set()


def test_suspending_the_middle_leaves_the_caller_running(
    database: Database, people: People, tree: dict[str, UUID]
) -> None:
    act(database, people, "suspend", tree["middle"])

    assert suspended(database) == {tree["middle"], tree["inner"]}


def test_what_a_suspended_instance_calls_begins_suspended(
    database: Database, people: People, tree: dict[str, UUID]
) -> None:
    act(database, people, "suspend", tree["middle"])
    with database.transaction() as session:
        change = engine.StartToken(engine.Target("c"))
        modifying.modify(
            session, tree["middle"], [change], reason=WHY, actor=people["lan"], at=NINE
        )

    with database.reading() as session:
        count = len(session.scalars(select(ProcessInstance.id)).all())
    assert count == 4
    assert len(suspended(database)) == 3
    act(database, people, "resume", tree["middle"])
    assert suspended(database) == set()


def test_cancelling_the_dossier_ends_everything_it_called_even_if_suspended(
    database: Database, people: People, tree: dict[str, UUID]
) -> None:
    act(database, people, "suspend", tree["inner"])

    act(database, people, "cancel", tree["outer"])

    assert {status for _, _, status in instances(database)} == {"cancelled"}
    assert open_tasks(database) == []
    assert suspended(database) == set()
    assert set(events(database, "instance.cancelled")) == set(tree.values())
    with database.reading() as session:
        assert set(session.scalars(select(Job.status))) == {"cancelled"}


@pytest.mark.parametrize("how", ["take", "move"])
def test_taking_the_call_away_by_hand_ends_what_it_called(
    database: Database, people: People, tree: dict[str, UUID], how: str
) -> None:
    token = token_at(database, tree["outer"], "c")
    after = engine.Target("after")
    changes: list[engine.Change] = (
        [engine.StartToken(after), engine.CancelToken(token)]
        if how == "take"
        else [engine.MoveToken(token, (after,))]
    )
    with database.transaction() as session:
        modifying.modify(session, tree["outer"], changes, reason=WHY, actor=people["lan"], at=NINE)

    assert [status for _, _, status in instances(database)] == ["active", *["cancelled"] * 2]
    assert open_tasks(database) == ["After"]


def test_a_called_instance_that_was_cancelled_goes_on_and_reports_to_its_caller(
    database: Database, people: People, tree: dict[str, UUID]
) -> None:
    act(database, people, "cancel", tree["middle"])
    assert [status for _, _, status in instances(database)] == ["active", *["cancelled"] * 2]

    restart(database, people, tree["middle"], "after")
    Worker(database, {}, now=lambda: NINE + timedelta(minutes=1)).run_once()

    assert len(instances(database)) == 3  # nothing was started in its place
    complete(database, people, "after")
    with database.reading() as session:
        assert session.get_one(ProcessInstance, tree["middle"]).status == "completed"
    assert open_tasks(database) == ["After"]


def test_a_called_instance_that_nobody_waits_for_cannot_go_on(
    database: Database, people: People
) -> None:
    failing = model(
        "inner",
        f'<startEvent id="s"/>{TASK.format("w", "Inside")}<endEvent id="e">'
        '<errorEventDefinition errorRef="E"/></endEvent>',
        "s w",
        "w e",
    )
    publish(database, people, failing)
    publish(database, people, caller())
    receive(database, "outer", people["thu"], NINE)
    complete(database, people, "w")
    found = ids(database)
    assert [status for _, _, status in instances(database)] == ["failed", "failed"]

    with pytest.raises(ConflictError, match="does not wait for it"):
        restart(database, people, found["inner"], "w")
    restart(database, people, found["outer"], "c")

    assert sorted(instances(database)) == [
        ("inner", 1, "active"),
        ("inner", 1, "failed"),
        ("outer", 1, "active"),
    ]
    assert open_tasks(database) == ["Inside"]


def test_a_called_instance_moves_to_a_new_version_and_still_reports_to_its_caller(
    database: Database, people: People
) -> None:
    publish(database, people, inner())
    publish(database, people, caller())
    receive(database, "outer", people["thu"], NINE)
    publish(database, people, inner(name="Inside, anew"))
    publish(database, people, caller(more=TASK.format("more", "More")))

    for key in ("inner", "outer"):
        migrate(database, people, key)

    assert instances(database) == [("outer", 2, "active"), ("inner", 2, "active")]
    assert open_tasks(database) == ["Inside, anew"]
    migrated = events(database, "instance.migrated")
    assert set(migrated) == set(ids(database).values())
    complete(database, people, "w")
    assert open_tasks(database) == ["After"]
    with database.reading() as session:
        newest = session.scalars(
            select(ProcessDefinition.id).where(
                ProcessDefinition.key == "outer", ProcessDefinition.version == 2
            )
        ).one()
        assert session.scalars(select(Dossier.definition_id)).one() == newest


def migrate(database: Database, people: People, key: str) -> None:
    """Move all running instances of a process from its first to its second version."""
    lan = people["lan"]
    with database.transaction() as session:
        before, after = session.scalars(
            select(ProcessDefinition.id)
            .where(ProcessDefinition.key == key)
            .order_by(ProcessDefinition.version)
        ).all()
        mapping = {
            line.element_id: line.target_id for line in migrating.plan_lines(session, before, after)
        }
        plan = migrating.create(
            session, before, after, mapping, recompute=False, reason=WHY, actor=lan, at=NINE
        )
    worker = Worker(database, {}, now=lambda: NINE)
    worker.run_once()
    with database.transaction() as session:
        migrating.execute(session, plan, actor=lan, at=NINE)
    worker.run_once()
    with database.reading() as session:
        found = session.scalars(
            select(MigrationItem.status).where(MigrationItem.migration_id == plan)
        )
        assert set(found) == {"moved"}
