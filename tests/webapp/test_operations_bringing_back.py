"""An error that nothing catches: told once, where it began; a retry brings the dossier back."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

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
    task_of,
)
from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from webapp.cli.checks import problems
from webapp.db import Database
from webapp.errors import ConflictError
from webapp.models import (
    Dossier,
    Incident,
    InstanceBeforeEnd,
    InstanceEvent,
    ProcessInstance,
    UserTask,
    UserTaskStatus,
)
from webapp.operations import (
    jobs,
    modifying,
    rebuilding,
    resolving,
    user_tasks,
)
from webapp.queries.incident_details import get_incident
from webapp.queries.incidents import Wanted
from webapp.queries.incidents import incidents as incident_list
from webapp.queries.modifications import get_instance

ERROR = '<errorEventDefinition errorRef="E"/>'
FAILING = model(
    "inner",
    '<startEvent id="s"/><exclusiveGateway id="x" default="x_e"/><endEvent id="e"/>'
    f'{TASK.format("w", "Inside")}<endEvent id="bad" name="Bad">{ERROR}</endEvent>',
    "s w",
    "w x",
    "x e",
).replace(
    b"</process>",
    b'<sequenceFlow id="x_bad" sourceRef="x" targetRef="bad"><conditionExpression>= broken'
    b"</conditionExpression></sequenceFlow></process>",
)
BOTH = model(
    "outer",
    '<startEvent id="s"/><parallelGateway id="f"/><parallelGateway id="j"/><endEvent id="e"/>'
    '<callActivity id="c" calledElement="inner"/><callActivity id="k" calledElement="sister"/>'
    f"{TASK.format('own', 'Own')}{TASK.format('after', 'After')}",
    *("s f", "f c", "c j", "f k", "k j", "f own", "own j", "j after", "after e"),
)


def the_incident(database: Database) -> Incident:
    with database.reading() as session:
        open_ones = select(Incident).where(Incident.resolved_at.is_(None))
        return session.scalars(open_ones).one()


def settle(database: Database, people: People, *, retry: bool = True) -> None:
    """Retry the one open incident, or close it."""
    with database.transaction() as session:
        resolving.resolve(
            session, the_incident(database).id, actor=people["lan"], at=NINE, retry=retry
        )


def kept(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(InstanceBeforeEnd.instance_id))) or 0


def dossier_of(database: Database, dossier_id: UUID) -> Dossier:
    with database.reading() as session:
        return session.get_one(Dossier, dossier_id)


def is_sound(database: Database) -> bool:
    """Whether waits fit the snapshots, and timings what the log gives."""
    with database.transaction() as session:
        ids = session.scalars(select(ProcessInstance.id)).all()
        assert rebuilding.rebuild_timings(session, ids) == 0
    return problems(database) == []


@pytest.mark.parametrize("middle", [(), ("middle",)], ids=["two levels", "three levels"])
def test_a_failed_call_tree_is_told_where_it_began_and_brought_back_as_a_whole(
    database: Database, people: People, middle: tuple[str, ...]
) -> None:
    publish(database, people, FAILING)
    for key in middle:
        publish(database, people, caller(key, "inner"))
    publish(database, people, caller("outer", middle[0] if middle else "inner"))
    dossier_id = receive(database, "outer", people["thu"], NINE)
    state = dossier_of(database, dossier_id).state

    complete(database, people, "w", broken=True)

    assert {status for _, _, status in instances(database)} == {"failed"}
    incident = the_incident(database)
    assert (incident.kind, incident.element_id, incident.attempts) == ("failed", "bad", 1)
    assert "refused" in incident.message
    with database.reading() as session:
        assert get_incident(session, incident.id).line.dossier_id == dossier_id
        assert [row.dossier_id for row in incident_list(session, Wanted()).rows] == [dossier_id]
        root_id = session.get_one(Dossier, dossier_id).instance_id
        assert len(get_instance(session, root_id).incidents) == 1
    dossier = dossier_of(database, dossier_id)
    assert (dossier.ended_at, dossier.decided_at, dossier.state) == (None, None, state)
    assert is_sound(database)

    settle(database, people)

    assert {status for _, _, status in instances(database)} == {"active"}
    assert (open_tasks(database), kept(database)) == (["Inside"], 0)
    complete(database, people, "w", broken=False)
    for _level in ("outer", *middle):
        complete(database, people, "after")
    assert {status for _, _, status in instances(database)} == {"completed"}
    assert dossier_of(database, dossier_id).outcome == "Done"
    assert is_sound(database)


def test_sister_calls_and_joins_are_as_they_were_and_people_keep_what_they_typed(
    database: Database, people: People
) -> None:
    publish(database, people, FAILING)
    task = TASK.format("v", "Sister")
    sister_model = model("sister", f'<startEvent id="s"/>{task}<endEvent id="e"/>', "s v", "v e")
    publish(database, people, sister_model)
    publish(database, people, BOTH)
    receive(database, "outer", people["thu"], NINE)
    complete(database, people, "own")  # waits at the join
    with database.transaction() as session:
        sister = session.scalars(select(UserTask).where(UserTask.name == "Sister")).one()
        user_tasks.claim(session, sister.id, actor=people["long"], at=NINE)
        draft = {"note": "half"}
        user_tasks.save_draft(session, sister.id, draft, actor=people["long"], at=NINE)
    with database.transaction() as session:
        (sister_id,) = session.scalars(
            select(UserTask.instance_id).where(UserTask.name == "Sister")
        )
        modifying.suspend(session, sister_id, reason="why", actor=people["lan"], at=NINE)

    complete(database, people, "w", broken=True)
    assert [status for _, _, status in instances(database)] == ["failed", "failed", "cancelled"]
    settle(database, people)

    assert {status for _, _, status in instances(database)} == {"active"}
    assert open_tasks(database) == ["Inside", "Sister"]
    with database.transaction() as session:
        again = session.get_one(UserTask, task_of(database, "w"))
        assert again.assignee_id == people["hanh"].user_id
        restored = session.get_one(ProcessInstance, sister_id)
        assert restored.suspension_reason == "why"
        modifying.resume(session, sister_id, reason="w", actor=people["lan"], at=NINE)
        task = session.scalars(
            select(UserTask).where(
                UserTask.name == "Sister", UserTask.status == UserTaskStatus.OPEN
            )
        ).one()
        assert (task.assignee_id, task.draft) == (people["long"].user_id, {"note": "half"})
        user_tasks.complete(session, task.id, {}, actor=people["long"], at=NINE)
    complete_claimed(database, people, "w")
    assert open_tasks(database) == ["After"]
    assert is_sound(database)


def complete_claimed(database: Database, people: People, element_id: str) -> None:
    task_id = task_of(database, element_id)
    with database.transaction() as session:
        user_tasks.complete(session, task_id, {"broken": False}, actor=people["hanh"], at=NINE)


def test_a_called_process_that_failed_as_it_began_is_begun_anew(
    database: Database, people: People
) -> None:
    publish(database, people, inner("inner"))
    publish(database, people, caller("outer", "inner", more=""))
    broken = model("inner", f'<startEvent id="s"/><endEvent id="bad">{ERROR}</endEvent>', "s bad")
    asks_first = model(
        "outer",
        f'<startEvent id="s"/>{TASK.format("w", "First")}<endEvent id="e"/>'
        '<callActivity id="c" calledElement="inner"/>',
        *("s w", "w c", "c e"),
    )
    publish(database, people, broken)
    publish(database, people, asks_first)
    receive(database, "outer", people["thu"], NINE)
    complete(database, people, "w")
    assert instances(database) == [("outer", 2, "failed"), ("inner", 2, "failed")]

    settle(database, people)  # it fails once more, which is told once more
    assert the_incident(database).resolved_at is None
    publish(database, people, inner("inner"))
    settle(database, people)

    assert instances(database)[0] == ("outer", 2, "active")
    assert open_tasks(database) == ["Inside"]  # nobody did the first task again
    assert is_sound(database)


def test_an_error_that_the_caller_catches_is_no_incident(
    database: Database, people: People
) -> None:
    catch = f'<boundaryEvent id="b" attachedToRef="c">{ERROR}</boundaryEvent>'
    publish(database, people, FAILING)
    publish(
        database,
        people,
        model(
            "outer",
            f'<startEvent id="s"/><callActivity id="c" calledElement="inner"/>{catch}'
            f'{TASK.format("after", "After")}<endEvent id="e"/><endEvent id="e2"/>',
            *("s c", "c e", "b after", "after e2"),
        ),
    )
    receive(database, "outer", people["thu"], NINE)

    complete(database, people, "w", broken=True)

    with database.reading() as session:
        assert session.scalars(select(Incident)).all() == []
    assert (open_tasks(database), kept(database)) == (["After"], 0)


def test_a_failure_that_is_closed_ends_the_dossier_as_stopped(
    database: Database, people: People
) -> None:
    publish(database, people, FAILING)
    dossier_id = receive(database, "inner", people["thu"], NINE)
    complete(database, people, "w", broken=True)

    settle(database, people, retry=False)

    dossier = dossier_of(database, dossier_id)
    assert (dossier.state, dossier.ended_at) == (8, NINE)
    assert kept(database) == 0
    assert is_sound(database)


def test_what_went_on_otherwise_or_failed_as_it_began_is_not_brought_back(
    database: Database, people: People
) -> None:
    publish(database, people, FAILING)
    receive(database, "inner", people["thu"], NINE)
    complete(database, people, "w", broken=True)
    first = the_incident(database)
    with database.transaction() as session:
        modifying.restart(
            session,
            first.instance_id,
            [engine.Target("w")],
            reason="why",
            actor=people["lan"],
            at=NINE,
        )
    with database.transaction() as session, pytest.raises(ConflictError, match="closed itself"):
        resolving.resolve(session, first.id, actor=people["lan"], at=NINE)
    assert kept(database) == 0
    publish(
        database,
        people,
        model("early", f'<startEvent id="s"/><endEvent id="bad">{ERROR}</endEvent>', "s bad"),
    )
    receive(database, "early", people["thu"], NINE)

    with pytest.raises(ConflictError, match="failed as it began"):
        settle(database, people)
    settle(database, people, retry=False)


def test_of_many_incidents_one_that_is_refused_does_not_undo_the_others(
    database: Database, people: People
) -> None:
    publish(database, people, FAILING)
    publish(
        database,
        people,
        model("early", f'<startEvent id="s"/><endEvent id="bad">{ERROR}</endEvent>', "s bad"),
    )
    for key in ("inner", "early", "inner"):
        receive(database, key, people["thu"], NINE)
        if key == "inner":
            complete(database, people, "w", broken=True)
    with database.reading() as session:
        ids = list(session.scalars(select(Incident.id).order_by(Incident.created_at)))

    with database.transaction() as session:
        done = resolving.resolve_all(session, ids, actor=people["lan"], at=NINE)

    assert (done.number, open_tasks(database)) == (2, ["Inside", "Inside"])
    assert [error.code for error in done.refused.values()] == ["conflict"]
    assert "failed as it began" not in the_incident(database).message
    with database.reading() as session:
        logged = select(InstanceEvent).where(InstanceEvent.kind == "incident.resolved")
        assert len(session.scalars(logged).all()) == 2
    with database.transaction() as session:
        assert jobs.claim_due(session, ["x"], at=NINE + timedelta(minutes=1)) == ()
