"""Calls across deployments: instances of their own, on one dossier, in one transaction."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import select

import engine
from tests.webapp.calling import (
    TASK,
    TIMER,
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
from tests.webapp.office import receive, work
from webapp.db import Database
from webapp.errors import ProductError
from webapp.models import (
    Dossier,
    Incident,
    OutsideWait,
    ProcessInstance,
    UserTask,
)
from webapp.operations import deployments, moving, resolving, timers, user_tasks
from webapp.queries.dossiers import timeline
from webapp.queries.inbox import InboxFilter, inbox_page
from webapp.queries.scopes import Scope
from webapp.queries.urgency import Horizons
from webapp.worker.loop import Worker


def test_a_called_process_is_an_instance_of_its_own_on_the_same_dossier(
    database: Database, people: People
) -> None:
    publish(database, people, inner())
    publish(database, people, caller())

    dossier_id = receive(database, "outer", people["thu"], NINE)

    assert instances(database) == [("outer", 1, "active"), ("inner", 1, "active")]
    complete(database, people, "w", result=7)
    assert instances(database) == [("outer", 1, "active"), ("inner", 1, "completed")]
    work(database, dossier_id, "after", people["hanh"], NINE)
    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        outer = session.get_one(ProcessInstance, dossier.instance_id)
        assert dossier.outcome == "Done"
        assert outer.status == "completed"
        kinds = [event.kind for event in timeline(session, dossier.instance_id)]
        assert kinds.count("instance.started") == 2


def test_the_task_of_a_called_process_is_in_the_inbox_once_with_the_dossiers_code(
    database: Database, people: People
) -> None:
    publish(database, people, inner())
    publish(database, people, caller())
    dossier_id = receive(database, "outer", people["thu"], NINE)

    with database.reading() as session:
        horizons = Horizons(NINE, NINE, NINE, NINE)
        for wanted in (InboxFilter(scope=Scope.UNIT), InboxFilter(scope=Scope.UNIT, text="Hường")):
            page = inbox_page(session, people["hanh"], wanted, horizons)
            assert [(row.name, row.dossier_id) for row in page.rows] == [("Inside", dossier_id)]
            assert page.total == 1


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", "Second"),
        ('camunda:calledElementBinding="latest"', "Second"),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="1"', "First"),
        (
            'camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="v1"',
            "First",
        ),
    ],
)
def test_the_binding_chooses_among_the_versions_at_the_moment_of_the_call(
    database: Database, people: People, attributes: str, expected: str
) -> None:
    publish(database, people, inner(tag="v1", name="First"))
    before = TASK.format("before", "Before")
    publish(
        database,
        people,
        model(
            "outer",
            f'<startEvent id="s"/>{before}<callActivity id="c" calledElement="inner" '
            f"{attributes}/>",
            "s before",
            "before c",
        ),
    )
    receive(database, "outer", people["thu"], NINE)
    publish(database, people, inner(tag="v2", name="Second"))

    complete(database, people, "before")

    assert open_tasks(database) == [expected]


def test_a_process_that_is_not_published_is_an_incident_that_can_be_retried(
    database: Database, people: People
) -> None:
    publish(database, people, caller())
    receive(database, "outer", people["thu"], NINE)
    with database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert "inner" in incident.message
    assert incident.element_id == "c"
    worker = Worker(database, {}, now=lambda: NINE)

    with database.transaction() as session:
        resolving.resolve(session, incident.id, actor=people["lan"], at=NINE)
    worker.run_once()
    with database.reading() as session:
        still = session.scalars(select(Incident).where(Incident.resolved_at.is_(None))).one()
        assert still.attempts == 2

    publish(database, people, inner())  # wakes everyone who waits for it
    worker.run_once()

    assert open_tasks(database) == ["Inside"]
    with database.reading() as session:
        assert session.scalars(select(OutsideWait)).all() == []
    Worker(database, {}, now=lambda: NINE + timedelta(minutes=2)).run_once()
    with database.reading() as session:
        assert session.scalars(select(Incident).where(Incident.resolved_at.is_(None))).all() == []


def test_a_call_of_a_version_that_does_not_exist_is_refused_at_publishing(
    database: Database, people: People
) -> None:
    publish(database, people, inner())
    bound = 'camunda:calledElementBinding="version" camunda:calledElementVersion="4"'

    with pytest.raises(deployments.LintFailedError):
        publish(database, people, caller(attributes=bound))


def test_cancelling_the_call_cancels_what_it_called_at_every_level(
    database: Database, people: People
) -> None:
    publish(database, people, inner())
    publish(database, people, caller("middle", "inner"))
    boundary = (
        f'<boundaryEvent id="b" attachedToRef="c">{TIMER}</boundaryEvent>'
        '<endEvent id="f" name="Late"/><sequenceFlow id="b_f" sourceRef="b" targetRef="f"/>'
    )
    publish(database, people, caller("outer", "middle", more=boundary))
    receive(database, "outer", people["thu"], NINE)
    assert len(instances(database)) == 3

    Worker(database, {}, now=lambda: NINE + timedelta(hours=2)).run_once()

    assert instances(database) == [
        ("outer", 1, "completed"),
        ("inner", 1, "cancelled"),
        ("middle", 1, "cancelled"),
    ]
    assert open_tasks(database) == []


def test_an_error_of_the_called_instance_rises_to_the_boundary_of_the_call(
    database: Database, people: People
) -> None:
    failing = model(
        "inner",
        f'<startEvent id="s"/>{TASK.format("w", "Inside")}<endEvent id="e">'
        '<errorEventDefinition errorRef="E"/></endEvent>',
        "s w",
        "w e",
    )
    boundary = (
        '<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="E"/>'
        f"</boundaryEvent>{TASK.format('caught', 'Caught')}"
        '<sequenceFlow id="b_caught" sourceRef="b" targetRef="caught"/>'
    )
    publish(database, people, failing)
    publish(database, people, caller("middle", "inner"))
    publish(database, people, caller("outer", "middle", more=boundary))
    receive(database, "outer", people["thu"], NINE)

    complete(database, people, "w")

    assert open_tasks(database) == ["Caught"]
    assert [status for _, _, status in instances(database)] == ["active", "failed", "failed"]


def test_an_escalation_rises_and_the_called_instance_goes_on(
    database: Database, people: People
) -> None:
    escalating = model(
        "inner",
        '<startEvent id="s"/><intermediateThrowEvent id="x"><escalationEventDefinition '
        f'escalationRef="C"/></intermediateThrowEvent>{TASK.format("w", "Inside")}',
        "s x",
        "x w",
    )
    boundary = (
        '<boundaryEvent id="b" attachedToRef="c" cancelActivity="false">'
        '<escalationEventDefinition escalationRef="C"/></boundaryEvent>'
        f'{TASK.format("told", "Told")}<sequenceFlow id="b_told" sourceRef="b" targetRef="told"/>'
    )
    publish(database, people, escalating)
    publish(database, people, caller(more=boundary))

    receive(database, "outer", people["thu"], NINE)

    assert open_tasks(database) == ["Inside", "Told"]


def test_calls_that_complete_at_once_are_done_in_the_transaction_of_the_caller(
    database: Database, people: People
) -> None:
    again = (
        '<startEvent id="s"/><scriptTask id="t" scriptFormat="feel" camunda:resultVariable="n">'
        "<script>if n = null then 1 else n + 1</script></scriptTask>"
        '<exclusiveGateway id="g" default="g_e"/><callActivity id="c" calledElement="deeper" '
        'camunda:calledElementBinding="latest"/><endEvent id="e"/><sequenceFlow id="g_c" '
        'sourceRef="g" targetRef="c"><conditionExpression>= n &lt; 101</conditionExpression>'
        "</sequenceFlow>"
    )
    publish(database, people, model("deeper", again, "s t", "t g", "g e", "c e"))

    receive(database, "deeper", people["thu"], NINE)

    found = instances(database)
    assert len(found) == 101
    assert {status for _, _, status in found} == {"completed"}


def test_processes_that_call_each_other_for_ever_are_refused_whole(
    database: Database, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_hops", [20])
    publish(
        database,
        people,
        model(
            "loop",
            '<startEvent id="s"/><callActivity id="c" calledElement="loop" '
            'camunda:calledElementBinding="latest"/>',
            "s c",
        ),
    )

    with pytest.raises(engine.ExecutionError, match="for ever"):
        receive(database, "loop", people["thu"], NINE)

    assert instances(database) == []


def test_each_item_of_a_repeated_call_has_an_instance(database: Database, people: People) -> None:
    publish(database, people, inner())
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    publish(
        database,
        people,
        model(
            "outer",
            f'<startEvent id="s"/><callActivity id="c" calledElement="inner">{loop}'
            f"</callActivity>{TASK.format('after', 'After')}",
            "s c",
            "c after",
        ),
    )
    receive(database, "outer", people["thu"], NINE)
    assert open_tasks(database) == ["Inside"] * 3
    with database.reading() as session:
        ids = list(session.scalars(select(UserTask.id)))

    for task_id in ids:
        with database.transaction() as session:
            user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE)
            user_tasks.complete(session, task_id, {}, actor=people["hanh"], at=NINE)

    assert open_tasks(database) == ["After"]


def test_compensation_reaches_into_called_instances_that_have_ended_at_every_level(
    database: Database, people: People
) -> None:
    def undoable(key: str) -> str:
        return (
            f'{TASK.format(key, key)}<boundaryEvent id="b_{key}" attachedToRef="{key}">'
            f'<compensateEventDefinition/></boundaryEvent><userTask id="undo_{key}" name="undo '
            f'{key}" isForCompensation="true" camunda:candidateGroups="xay-dung"/>'
            f'<association id="as_{key}" sourceRef="b_{key}" targetRef="undo_{key}"/>'
        )

    ends = '<startEvent id="s"/><endEvent id="e"/>'
    publish(database, people, model("deep", ends + undoable("x"), "s x", "x e"))
    call = '<callActivity id="c" calledElement="{}"/>'
    middle = ends + call.format("deep") + undoable("m")
    publish(database, people, model("middle", middle, "s c", "c m", "m e"))
    throw = '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
    body = ends + call.format("middle") + TASK.format("a", "a") + throw + TASK.format("z", "z")
    publish(database, people, model("top", body, "s c", "c a", "a t", "t z", "z e"))
    dossier_id = receive(database, "top", people["thu"], NINE)
    for element_id in ("x", "m"):
        complete(database, people, element_id)
    assert [status for _, _, status in instances(database)] == ["active", "completed", "completed"]

    complete(database, people, "a")

    assert open_tasks(database) == ["undo m"]
    assert [status for _, _, status in instances(database)] == ["active", "completed", "active"]
    complete(database, people, "undo_m")
    assert open_tasks(database) == ["undo x"]
    complete(database, people, "undo_x")
    assert open_tasks(database) == ["z"]
    assert [status for _, _, status in instances(database)] == ["active", "completed", "completed"]
    with database.reading() as session:
        root = session.get_one(Dossier, dossier_id).instance_id
        kinds = [event.kind for event in timeline(session, root)]
        ended = session.scalars(
            select(ProcessInstance.ended_at).where(ProcessInstance.root_id.is_not(None))
        ).all()
    assert kinds.count("instance.undone") == 2
    assert None not in ended


def test_the_business_key_of_the_caller_goes_along(database: Database, people: People) -> None:
    publish(database, people, inner())
    publish(
        database,
        people,
        model(
            "outer",
            '<startEvent id="s"/><callActivity id="c" calledElement="inner"><extensionElements>'
            '<camunda:in businessKey="#{execution.processBusinessKey}"/></extensionElements>'
            "</callActivity>",
            "s c",
        ),
    )

    dossier_id = receive(database, "outer", people["thu"], NINE)

    with database.reading() as session:
        code = session.get_one(Dossier, dossier_id).code
        keys = session.scalars(
            select(ProcessInstance.business_key).where(ProcessInstance.root_id.is_not(None))
        )
        assert keys.one() == code


def test_who_cancels_the_caller_and_who_completes_the_called_task_meet_in_order(
    database: Database, people: People
) -> None:
    """One of them is first; the other is told, and nothing is half-written."""
    publish(database, people, inner())
    boundary = (
        f'<boundaryEvent id="b" attachedToRef="c">{TIMER}</boundaryEvent>'
        '<endEvent id="f" name="Late"/><sequenceFlow id="b_f" sourceRef="b" targetRef="f"/>'
    )
    publish(database, people, caller(more=boundary))
    dossier_id = receive(database, "outer", people["thu"], NINE)
    task_id = task_of(database, "w")
    outcome = race(database, people, task_id)

    with database.reading() as session:
        dossier = session.get_one(Dossier, dossier_id)
        called = session.scalars(
            select(ProcessInstance.status).where(ProcessInstance.root_id.is_not(None))
        ).one()
        names = open_tasks(database)
    assert (called, names, dossier.outcome) in [
        ("completed", ["After"], ""),
        ("cancelled", [], "Late"),
    ]
    assert len(outcome) == 1  # the one who came second was refused


def race(database: Database, people: People, task_id: UUID) -> list[str]:
    """Let a timer of the caller and a person in the called instance act at once."""
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE)
        late = NINE + timedelta(hours=2)
    with database.transaction() as session:
        [timer_id] = timers.claim_due(session, at=late)
    start = Barrier(2)
    refused: list[str] = []

    def person() -> None:
        start.wait()
        try:
            with database.transaction() as session:
                user_tasks.complete(session, task_id, {}, actor=people["hanh"], at=late)
        except ProductError as error:
            refused.append(str(error))

    def clock_() -> None:
        start.wait()
        try:
            with database.transaction() as session:
                if not timers.fire(session, timer_id, at=late):
                    refused.append("timer was gone")
        except ProductError as error:
            refused.append(str(error))

    threads = [Thread(target=person), Thread(target=clock_)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return refused
