"""Processes that call each other, for tests: an outer one, what it calls, and their tasks."""

from uuid import UUID

from sqlalchemy import select

from tests.webapp.conftest import NINE
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import ProcessDefinition, ProcessInstance, UserTask, UserTaskStatus
from webapp.operations import deployments, user_tasks

People = dict[str, Actor]

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t" id="d">'
    '<error id="E" errorCode="refused"/><escalation id="C" escalationCode="late"/>'
    '<message id="M" name="go"/>'
)
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
TASK = '<userTask id="{0}" name="{1}" camunda:candidateGroups="xay-dung"/>'


def model(key: str, body: str, *flows: str, tag: str = "") -> bytes:
    tagged = f' camunda:versionTag="{tag}"' if tag else ""
    lines = "".join(
        f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a, b in (flow.split() for flow in flows)
    )
    return (
        f'{HEAD}<process id="{key}" name="{key}" isExecutable="true"{tagged}>{body}{lines}'
        "</process></definitions>"
    ).encode()


def caller(
    key: str = "outer", called: str = "inner", attributes: str = "", more: str = ""
) -> bytes:
    after = TASK.format("after", "After")
    return model(
        key,
        f'<startEvent id="s"/><callActivity id="c" name="Ask" calledElement="{called}" '
        f'{attributes}/>{after}<endEvent id="e" name="Done"/>{more}',
        "s c",
        "c after",
        "after e",
    )


def inner(key: str = "inner", tag: str = "", name: str = "Inside") -> bytes:
    return model(
        key,
        f'<startEvent id="s"/>{TASK.format("w", name)}<endEvent id="e"/>',
        "s w",
        "w e",
        tag=tag,
    )


def publish(database: Database, people: People, content: bytes, name: str = "m.bpmn") -> None:
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, {name: content}, name, actor=people["binh"], at=NINE
        )
        deployments.publish(session, draft, note="n", actor=people["binh"], at=NINE)


def instances(database: Database) -> list[tuple[str, int, str]]:
    """Key, version and status of every instance, the outermost first."""
    with database.reading() as session:
        rows = session.execute(
            select(ProcessDefinition.key, ProcessDefinition.version, ProcessInstance.status)
            .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
            .order_by(ProcessInstance.root_id.is_not(None), ProcessDefinition.key)
        ).all()
        return [(row.key, row.version, row.status) for row in rows]


def open_tasks(database: Database) -> list[str]:
    with database.reading() as session:
        found = session.scalars(
            select(UserTask.name)
            .where(UserTask.status == UserTaskStatus.OPEN)
            .order_by(UserTask.name)
        )
        return list(found)


def task_of(database: Database, element_id: str) -> UUID:
    with database.reading() as session:
        return session.scalars(
            select(UserTask.id).where(
                UserTask.element_id == element_id, UserTask.status == UserTaskStatus.OPEN
            )
        ).one()


def complete(database: Database, people: People, element_id: str, **answers: object) -> None:
    task_id = task_of(database, element_id)
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE)
        user_tasks.complete(session, task_id, answers, actor=people["hanh"], at=NINE)
