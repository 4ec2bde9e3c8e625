from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.webapp.conftest import NINE, PASSWORD
from tests.webapp.office import open_task, receive
from tests.webapp.permit import KEY, publish_permit
from tests.webapp.programs import Program, program
from tests.webapp.review import REVIEW_FILES
from tests.webapp.test_operations_messages import PAYING, WAITING
from tests.webapp.visitor import product
from webapp.actors import SYSTEM, Actor, Role
from webapp.db import Database
from webapp.models import Dossier, ProcessInstance, UserAccount
from webapp.operations import api_keys, deployments
from webapp.operations import people as people_operations

People = dict[str, Actor]


@pytest.fixture
def app(database: Database) -> Flask:
    api_keys.forget_known()
    return product(database)


@pytest.fixture
def robot(app: Flask, database: Database) -> Program:
    """A program with a key of the role for programs."""
    with database.transaction() as session:
        user_id = people_operations.create_user(
            session,
            username="robot",
            name="Robot",
            password=PASSWORD,
            roles=[Role.PROGRAM],
            actor=SYSTEM,
            at=NINE,
        )
        actor = people_operations.actor_of(session.get_one(UserAccount, user_id))
    return program(app, database, actor)


@pytest.fixture
def waiting(database: Database, people: People) -> str:
    """The key of a process that waits for the message tax-paid with its receipt."""
    for name, model in (("waiting.bpmn", WAITING), ("paying.bpmn", PAYING)):
        with database.transaction() as session:
            draft = deployments.save_draft(
                session, {name: model.encode()}, name, actor=people["binh"], at=NINE
            )
            deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)
    return "waiting"


def test_a_dossier_is_received_worked_and_read_over_the_api(
    app: Flask, database: Database, people: People, review: str
) -> None:
    thu, hanh = (program(app, database, people[name]) for name in ("thu", "hanh"))
    request = {"process_key": review, "applicant_name": "Hường", "answers": {"noi_dung": "Sửa nhà"}}

    received = thu.post("/v1/dossiers", request)

    assert received.status_code == 201
    assert received.json["code"].startswith("H99.26-")
    dossier = thu.get(f"/v1/dossiers/{received.json['id']}").json
    assert (dossier["applicant_name"], dossier["answers"]) == ("Hường", {"noi_dung": "Sửa nhà"})
    assert [one["id"] for one in thu.get("/v1/dossiers", procedure=review).json] == [dossier["id"]]
    task = hanh.get("/v1/user-tasks", scope="unclaimed").json[0]
    assert (task["element_id"], task["code"]) == ("Task_Appraise", dossier["code"])
    path = f"/v1/user-tasks/{task['id']}"
    assert hanh.post(f"{path}/claim").status_code == 204
    assert [one["id"] for one in hanh.get("/v1/user-tasks").json] == [task["id"]]
    answers = {"variables": {"ket_qua": "tu_choi"}}
    assert hanh.post(f"{path}/complete", answers).status_code == 204
    assert hanh.get(path).json["status"] == "completed"
    assert thu.get(f"/v1/dossiers/{dossier['id']}").json["outcome"] == "Từ chối"


def test_answers_with_which_a_dossier_begins_are_checked_by_the_start_form(
    app: Flask, database: Database, people: People
) -> None:
    thu = program(app, database, people["thu"])
    publish_permit(database, people["binh"], NINE)
    request = {"process_key": KEY, "applicant_name": "Hường"}
    wrong = {"dien_tich": 2000, "ten_rieng": "x"}

    refused = thu.post("/v1/dossiers", {**request, "answers": wrong}, Idempotency_Key="k1")
    right = {"dia_diem": "45 Lê Lợi", "dien_tich": "86.40", "ten_rieng": "x"}
    received = thu.post("/v1/dossiers", {**request, "answers": right}, Idempotency_Key="k1")

    assert (refused.status_code, refused.json["code"]) == (422, "answers_rejected")
    assert set(refused.json["errors"]) == {"dia_diem", "dien_tich"}
    assert received.status_code == 201
    dossier = thu.get(f"/v1/dossiers/{received.json['id']}").json
    assert dossier["answers"] == {"dia_diem": "45 Lê Lợi", "dien_tich": 86.4, "ten_rieng": "x"}


def test_a_task_that_somebody_else_has_is_a_conflict_that_names_them(
    app: Flask, database: Database, people: People, review: str
) -> None:
    hanh, long = (program(app, database, people[name]) for name in ("hanh", "long"))
    task = open_task(database, receive(database, review, people["thu"], NINE), "Task_Appraise")
    hanh.post(f"/v1/user-tasks/{task}/claim")

    answer = long.post(f"/v1/user-tasks/{task}/complete", {"variables": {}})

    assert (answer.status_code, answer.json["code"]) == (409, "conflict")
    assert "Trần Thị Hạnh" in answer.json["detail"]


def test_a_repeated_request_with_the_same_key_is_carried_out_once(
    app: Flask, database: Database, people: People, review: str
) -> None:
    thu = program(app, database, people["thu"])
    request = {"process_key": review, "applicant_name": "Hường"}

    first = thu.post("/v1/dossiers", request, Idempotency_Key="k1")
    again = thu.post("/v1/dossiers", request, Idempotency_Key="k1")
    other = thu.post("/v1/dossiers", {**request, "subject": "x"}, Idempotency_Key="k1")

    assert first.json == again.json
    assert (other.status_code, other.json["code"]) == (409, "key_reused")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 1


def test_a_completion_sent_twice_with_its_key_succeeds_twice(
    app: Flask, database: Database, people: People, review: str
) -> None:
    hanh = program(app, database, people["hanh"])
    task = open_task(database, receive(database, review, people["thu"], NINE), "Task_Appraise")
    hanh.post(f"/v1/user-tasks/{task}/claim")
    request = {"variables": {"ket_qua": "tu_choi"}}

    answers = [
        hanh.post(f"/v1/user-tasks/{task}/complete", request, Idempotency_Key="c1")
        for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [204, 204]


def test_a_program_starts_an_instance_and_finds_it_by_its_business_key(
    database: Database, robot: Program, waiting: str
) -> None:
    request = {"process_key": waiting, "business_key": "INV-1", "variables": {"receipt": "R-1"}}

    started = robot.post("/v1/process-instances", request)

    assert started.status_code == 201
    instance_id = started.json["id"]
    found = robot.get("/v1/process-instances", business_key="INV-1").json
    assert [(one["id"], one["status"]) for one in found] == [(instance_id, "active")]
    path = f"/v1/process-instances/{instance_id}"
    assert robot.get(path).json["process_key"] == waiting
    assert robot.get(f"{path}/variables").json == {"variables": {"receipt": "R-1"}}


def test_the_next_page_of_instances_goes_on_after_the_last_one(
    robot: Program, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.queries.instances.PAGE_SIZE", 2)
    for number in range(3):
        robot.post(
            "/v1/process-instances", {"process_key": waiting, "variables": {"receipt": str(number)}}
        )

    first = robot.get("/v1/process-instances", process_key=waiting).json
    second = robot.get("/v1/process-instances", after=first[-1]["id"]).json

    assert len({one["id"] for one in first + second}) == 3
    assert (len(first), len(second)) == (2, 1)


def test_a_message_reaches_the_instance_that_waits_for_its_key(
    database: Database, robot: Program, waiting: str
) -> None:
    ids = [
        robot.post(
            "/v1/process-instances", {"process_key": waiting, "variables": {"receipt": receipt}}
        ).json["id"]
        for receipt in ("R-1", "R-2")
    ]

    sent = robot.post("/v1/messages", {"name": "tax-paid", "correlation_key": "R-2"})

    assert (sent.status_code, sent.json) == (200, {"instance_id": ids[1]})
    with database.reading() as session:
        statuses = [session.get_one(ProcessInstance, UUID(one)).status for one in ids]
    assert statuses == ["active", "completed"]
    again = robot.post("/v1/messages", {"name": "tax-paid", "correlation_key": "R-2"})
    assert (again.status_code, again.json["code"]) == (404, "not_found")


def test_a_signal_that_nobody_waits_for_reaches_nobody(robot: Program) -> None:
    assert robot.post("/v1/signals", {"name": "flood"}).json == {"instance_ids": []}


def test_a_condition_that_has_become_true_starts_what_waits_for_it(
    robot: Program, database: Database, people: People
) -> None:
    model = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
        '<process id="flood" isExecutable="true"><startEvent id="S"><conditionalEventDefinition>'
        "<condition>= water &gt; 3</condition></conditionalEventDefinition></startEvent>"
        '<endEvent id="E"/><sequenceFlow id="f" sourceRef="S" targetRef="E"/></process>'
        "</definitions>"
    )
    with database.transaction() as session:
        files, by = {"m.bpmn": model.encode()}, people["binh"]
        draft = deployments.save_draft(session, files, "flood", actor=by, at=NINE)
        deployments.publish(session, draft, note="", actor=by, at=NINE)

    dry = robot.post("/v1/conditions", {"variables": {"water": 2}})
    wet = robot.post("/v1/conditions", {"variables": {"water": 4}})

    assert (dry.json, len(wet.json["instance_ids"])) == ({"instance_ids": []}, 1)


def test_an_analysts_program_checks_and_publishes(
    app: Flask, database: Database, people: People
) -> None:
    binh = program(app, database, people["binh"])

    findings = binh.upload("/v1/lint", _files())
    published = binh.upload("/v1/deployments", _files())

    assert findings.status_code == 200
    assert "error" not in {one["severity"] for one in findings.json}
    assert (published.status_code, published.json) == (201, {"versions": ["Process_Review 1"]})
    listed = binh.get("/v1/procedures").json
    assert [one["process_key"] for one in listed] == ["Process_Review"]


def test_files_with_errors_are_refused_with_findings(
    app: Flask, database: Database, people: People
) -> None:
    binh = program(app, database, people["binh"])
    broken = REVIEW_FILES["review.bpmn"].replace(b'targetRef="Job_Number"', b'targetRef="Nowhere"')

    answer = binh.upload("/v1/deployments", {"files": [(BytesIO(broken), "review.bpmn")]})

    assert answer.status_code == 422
    assert binh.upload("/v1/deployments", {}).status_code == 422
    assert binh.get("/v1/procedures").json == []


@pytest.mark.parametrize(
    ("username", "method", "path"),
    [
        ("hanh", "post", "/v1/process-instances"),
        ("hanh", "post", "/v1/messages"),
        ("hanh", "post", "/v1/conditions"),
        ("hanh", "post", "/v1/deployments"),
        ("binh", "get", "/v1/dossiers"),
        ("lan", "get", "/v1/user-tasks"),
    ],
)
def test_a_key_without_the_role_is_refused(
    app: Flask, database: Database, people: People, username: str, method: str, path: str
) -> None:
    caller = program(app, database, people[username])

    assert getattr(caller, method)(path).status_code == 403


def test_what_a_key_may_not_see_is_not_there(
    app: Flask, database: Database, people: People, review: str
) -> None:
    mai = program(app, database, people["mai"])
    dossier_id = receive(database, review, people["thu"], NINE)

    assert mai.get(f"/v1/dossiers/{dossier_id}").status_code == 404
    assert mai.get(f"/v1/dossiers/{uuid4()}").status_code == 404
    assert mai.get(f"/v1/dossiers/{dossier_id}/clock").status_code == 404


def test_a_program_reads_why_a_date_is_what_it_is_in_both_languages(
    app: Flask, database: Database, people: People, review: str
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)

    told = program(app, database, people["thu"]).get(f"/v1/dossiers/{dossier_id}/clock").json

    counted = told["clocks"][0]
    assert counted["limit"]["amount"] == "P3D"
    assert counted["due_at"] == "2026-11-23T02:00:00+00:00"
    english, vietnamese = (counted["lines"][one] for one in ("en", "vi"))
    assert [one["what"] for one in english[:2]] == ["Received", "Limit: 3 working days"]
    assert vietnamese[1]["what"] == "Thời hạn: 3 ngày làm việc"
    assert "Decree 118/2025" in english[0]["why"]
    assert english[-1]["value"] == "09:00 Mon 23/11/2026"
    assert len(english) == len(vietnamese)


def _files() -> dict[str, list[tuple[BytesIO, str]]]:
    return {"files": [(BytesIO(content), name) for name, content in REVIEW_FILES.items()]}
