"""The leader's pages, the substitution calendar, lending: as people without scripts use them."""

import re
from uuid import UUID

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive
from tests.webapp.visitor import product, signed_in
from webapp import clock
from webapp.actors import LEADERS, SYSTEM, Actor
from webapp.db import Database
from webapp.models import UserAccount, UserGroup, UserTask
from webapp.operations import agencies, user_tasks
from webapp.operations import people as people_operations
from webapp.operations.agencies import AgencyFacts

People = dict[str, Actor]


@pytest.fixture
def app(database: Database, people: People, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE)
    return product(database)


@pytest.fixture
def task(database: Database, people: People, review: str) -> UUID:
    dossier_id = receive(database, review, people["thu"], NINE)
    task_id = open_task(database, dossier_id, "Task_Appraise")
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=people["hanh"], at=NINE)
    return task_id


def test_a_leader_gives_the_tasks_of_one_person_to_another(
    app: Flask, database: Database, people: People, task: UUID
) -> None:
    leader, long = signed_in(app, database, "lan"), people["long"].user_id
    hanh = people["hanh"].user_id
    assert f'href="/team/people/{hanh}"' in leader.get("/team").text
    page = leader.get(f"/team/people/{hanh}").text
    assert f'name="tasks" value="{task}"' in page
    sent = {"tasks": [str(task)], "holder": str(hanh), "to": str(long), "note": "gấp"}

    assert leader.post("/team/assign", {**sent, "to": ""}).status_code == 422
    assert leader.post("/team/assign", {**sent, "tasks": []}).status_code == 422
    assert leader.post("/team/assign", sent).status_code == 303
    late = leader.post("/team/assign", {**sent, "to": str(people["mai"].user_id)})

    assert late.status_code == 409
    assert "Ngô Hải Long has this task" in late.text
    assert "gấp" in signed_in(app, database, "long").get(f"/user-tasks/{task}").text


def test_what_nobody_of_a_desk_took_is_given_to_a_person(
    app: Flask, database: Database, people: People, review: str
) -> None:
    task_id = open_task(database, receive(database, review, people["thu"], NINE), "Task_Appraise")
    leader = signed_in(app, database, "lan")
    sent = {"tasks": [str(task_id)], "desk": "xay-dung", "to": str(people["long"].user_id)}

    assert str(task_id) in leader.get("/team/desks/xay-dung").text
    assert leader.post("/team/assign", sent).status_code == 303

    assert _holder(database, task_id) == people["long"].user_id
    assert leader.post("/team/assign", sent).status_code == 303  # has it already


def test_a_leader_opens_what_is_to_be_given_though_no_desk_of_the_leaders_works_in_it(
    app: Flask, database: Database, people: People, task: UUID
) -> None:
    long = people["long"]
    with database.transaction() as session:
        session.add(UserGroup(key=LEADERS, name="Lãnh đạo"))
        session.flush()
        assert long.user_id is not None
        people_operations.set_groups(session, long.user_id, [LEADERS], actor=people["lan"])
    leader = signed_in(app, database, "long")

    page = leader.get(f"/team/people/{people['hanh'].user_id}").text
    found = re.search(r'href="(/dossiers/[^"]+)"', page)

    assert found is not None
    assert leader.get(found[1]).status_code == 200
    assert found[1] in leader.get("/dossiers").text


def test_a_leader_has_no_reach_into_another_agency(
    app: Flask, database: Database, people: People, task: UUID
) -> None:
    long, hanh, mai = (people[name].user_id for name in ("long", "hanh", "mai"))
    with database.transaction() as session:
        session.add(UserGroup(key=LEADERS, name="Lãnh đạo"))
        session.flush()
        assert long is not None
        people_operations.set_groups(session, long, [LEADERS], actor=people["lan"])
        ward, other = (
            agencies.add(session, AgencyFacts(code=code, name=code), NINE.date(), actor=SYSTEM)
            for code in ("H99.26", "H99.27")
        )
        for user_id, agency in ((long, ward), (mai, ward), (hanh, other)):
            session.get_one(UserAccount, user_id).agency_id = agency
    leader = signed_in(app, database, "long")
    sent = {"tasks": [str(task)], "holder": str(hanh)}

    taken = leader.post("/team/assign", {**sent, "to": str(mai)})
    given = leader.post("/team/assign", {**sent, "to": str(hanh)})
    rescued = leader.post(f"/team/stranded/{task}", {"to": str(mai)})

    assert [one.status_code for one in (taken, given, rescued)] == [404, 404, 403]
    assert leader.get(f"/team/people/{hanh}").status_code == 404
    assert _holder(database, task) == hanh
    with database.transaction() as session:
        session.get_one(UserAccount, hanh).agency_id = ward
    assert leader.post("/team/assign", {**sent, "to": str(mai)}).status_code == 303


def test_who_does_not_lead_finds_no_team(app: Flask, database: Database, task: UUID) -> None:
    officer = signed_in(app, database, "hanh")

    codes = [officer.get(path).status_code for path in ("/team", "/team/stranded")]

    assert codes == [404, 404]
    assert 'href="/team"' not in officer.get("/inbox").text
    assert 'href="/absences"' in officer.get("/inbox").text


def test_an_officer_enters_an_absence_and_the_colleague_has_the_task(
    app: Flask, database: Database, people: People, task: UUID
) -> None:
    officer = signed_in(app, database, "hanh")
    sent = {
        "from_day": "18/11/2026",
        "to_day": "20/11/2026",
        "substitute": str(people["long"].user_id),
        "reason": "Nghỉ phép",
    }

    wrong = officer.post("/absences", {**sent, "from_day": "hôm nay"})
    assert wrong.status_code == 422
    assert "Nghỉ phép" in wrong.text
    assert officer.post("/absences", sent).status_code == 303
    assert "Ngô Hải Long" in officer.get("/absences").text
    assert re.findall(r"\d+ Nov 2026", officer.get("/absences").text)[:2] == [
        "18 Nov 2026",
        "20 Nov 2026",
    ]
    assert officer.post("/absences", sent).status_code == 409

    assert _holder(database, task) == people["long"].user_id
    colleague = signed_in(app, database, "long")
    assert "You stand in for Trần Thị Hạnh" in colleague.get(f"/user-tasks/{task}").text
    assert "standing in for Trần Thị Hạnh" in colleague.get("/inbox").text
    ending = re.search(r'action="(/absences/[^"]+/cancel)"', officer.get("/absences").text)
    assert ending is not None
    assert colleague.post(ending[1]).status_code == 403
    assert "Back in the last 30 days" not in officer.get("/absences").text
    assert officer.post(ending[1]).status_code == 303
    over = officer.get("/absences").text
    assert "Nobody is entered as away." in over
    assert "back earlier than entered" in over


def test_a_task_is_lent_prepared_and_given_back(
    app: Flask, database: Database, people: People, task: UUID
) -> None:
    owner, colleague = signed_in(app, database, "hanh"), signed_in(app, database, "mai")
    address = f"/user-tasks/{task}"

    assert "Lend to a colleague" in owner.get(address).text
    assert owner.post(f"{address}/lend", {"to": ""}).status_code == 422
    to_mai = {"to": str(people["mai"].user_id), "note": "xem bản vẽ"}
    assert owner.post(f"{address}/lend", to_mai).status_code == 303
    assert "Your task is with Bùi Tuyết Mai" in owner.get(address).text
    page = colleague.get(address).text
    assert "Trần Thị Hạnh lent this task to you" in page
    assert "xem bản vẽ" in page
    assert ">Check and complete</button></div>" not in page
    assert colleague.post(f"{address}/give-back", {"note": "đạt"}).status_code == 303

    assert "đạt" in owner.get(address).text
    assert owner.post(f"{address}/lend", to_mai).status_code == 303
    assert owner.post(f"{address}/fetch").status_code == 303
    assert _holder(database, task) == people["hanh"].user_id


def test_what_nobody_can_act_on_raises_an_alarm_and_is_given_to_somebody(
    app: Flask, database: Database, people: People, task: UUID
) -> None:
    admin = signed_in(app, database, "lan")
    assert "Every live dossier lies where somebody can act" in admin.get("/team/stranded").text
    away = {"person": str(people["hanh"].user_id), "from_day": "18/11/2026", "to_day": "18/11/2026"}
    alone = {
        "person": str(people["long"].user_id),
        "from_day": "18/11/2026",
        "to_day": "18/11/2026",
    }
    admin.post("/absences", away)
    admin.post("/absences", alone)

    assert "nobody can do anything" in admin.get("/team").text
    page = admin.get("/team/stranded").text
    assert "Nobody of these desks is there" in page
    sent = {"to": str(people["mai"].user_id)}
    assert admin.post(f"/team/stranded/{task}", sent).status_code == 303

    assert _holder(database, task) == people["mai"].user_id


def test_an_administrator_lets_a_desk_share_its_work_out(
    app: Flask, database: Database, people: People
) -> None:
    admin = signed_in(app, database, "lan")

    admin.post("/team/desks/xay-dung/sharing", {"shares_out": "1"})

    assert "shared out by load" in admin.get("/team").text


def test_the_team_is_shown_in_vietnamese(app: Flask, database: Database, task: UUID) -> None:
    leader = signed_in(app, database, "lan", "vi")

    assert "Khối lượng việc của từng người" in leader.get("/team").text
    assert "Lịch vắng mặt và người thay thế" in leader.get("/absences").text


def _holder(database: Database, task_id: UUID) -> UUID | None:
    with database.reading() as session:
        return session.get_one(UserTask, task_id).assignee_id
