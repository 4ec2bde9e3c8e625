"""Several tasks of the inbox at once; four eyes, kept where tasks are taken and completed."""

from uuid import UUID

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.review import REVIEW_BPMN, REVIEW_FILES
from tests.webapp.visitor import product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import NotAllowedError
from webapp.models import UserTask
from webapp.operations import delegating, deployments, user_tasks

People = dict[str, Actor]


@pytest.fixture
def app(database: Database, people: People, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    return product(database)


def test_chosen_tasks_are_taken_and_those_that_ask_for_nothing_completed_at_once(
    app: Flask, database: Database, people: People, review: str
) -> None:
    dossiers = [receive(database, review, people["thu"], NINE) for _ in range(2)]
    asking = [str(open_task(database, one, "Task_Appraise")) for one in dossiers]
    officer, counter = signed_in(app, database, "hanh"), signed_in(app, database, "thu")

    assert f'name="tasks" value="{asking[0]}"' in officer.get("/inbox?scope=unclaimed").text
    assert officer.post("/inbox/chosen", {"tasks": asking, "action": "claim"}).status_code == 303
    assert "You took 2 tasks" in officer.get("/inbox").text
    assert officer.post("/inbox/chosen", {"action": "claim"}).status_code == 422
    officer.post("/inbox/chosen", {"tasks": asking, "action": "complete"})
    assert "asks for answers; open it" in officer.get("/inbox").text

    for dossier_id, task_id in zip(dossiers, asking, strict=True):
        with database.transaction() as session:
            user_tasks.complete(
                session, UUID(task_id), {"ket_qua": "bo_sung"}, actor=people["hanh"], at=NINE
            )
        assert open_task(database, dossier_id, "Task_Supplement")
    simple = [str(open_task(database, one, "Task_Supplement")) for one in dossiers]
    counter.post("/inbox/chosen", {"tasks": simple, "action": "claim"})
    counter.get("/inbox")
    counter.post("/inbox/chosen", {"tasks": simple, "action": "complete"})

    assert "2 tasks are completed" in counter.get("/inbox").text
    with database.reading() as session:
        assert session.get_one(UserTask, UUID(simple[0])).status == "completed"


def test_who_did_one_task_neither_takes_nor_is_given_the_other(
    database: Database, people: People
) -> None:
    text = REVIEW_BPMN.replace(
        'name="Chờ bổ sung" camunda:candidateGroups="mot-cua"',
        'name="Chờ bổ sung" camunda:candidateGroups="xay-dung" motcua:notSameAs="Task_Appraise"',
    )
    with database.transaction() as session:
        files = {**REVIEW_FILES, "review.bpmn": text.encode()}
        draft = deployments.save_draft(session, files, "r.zip", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)
    dossier_id = receive(database, "Process_Review", people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    task_id = open_task(database, dossier_id, "Task_Supplement")
    hanh, long = people["hanh"].user_id, people["long"].user_id
    assert hanh is not None

    with pytest.raises(NotAllowedError, match="four eyes"), database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE)
    with pytest.raises(NotAllowedError, match="four eyes"), database.transaction() as session:
        delegating.assign(session, [task_id], hanh, "", actor=people["lan"], at=NINE)
    with database.transaction() as session:
        session.get_one(UserTask, task_id).assignee_id = hanh  # however it came about
    with pytest.raises(NotAllowedError, match="four eyes"), database.transaction() as session:
        user_tasks.complete(session, task_id, {}, actor=people["hanh"], at=NINE)
    with database.transaction() as session:
        session.get_one(UserTask, task_id).assignee_id = long
        user_tasks.complete(session, task_id, {}, actor=people["long"], at=NINE)
