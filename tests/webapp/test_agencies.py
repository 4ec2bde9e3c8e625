"""Agencies as a tree that changes by date, and the codes of their dossiers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive
from webapp.actors import Actor
from webapp.db import Database
from webapp.errors import ConflictError, NotAllowedError, RejectedError
from webapp.models import Dossier
from webapp.operations import agencies, deployments, user_tasks
from webapp.operations import people as people_operations
from webapp.operations.agencies import AgencyFacts
from webapp.operations.numbers import next_dossier_code
from webapp.queries.dossiers import sees_dossier

People = dict[str, Actor]
JULY, NOVEMBER = date(2025, 7, 1), date(2026, 11, 1)
WARD = AgencyFacts(code="H99.26", name="UBND phường An Hòa")


def test_an_agency_keeps_its_old_name_for_the_days_before_a_change(
    database: Database, people: People
) -> None:
    with database.transaction() as session:
        ward = agencies.add(session, WARD, JULY, actor=people["lan"])
        renamed = AgencyFacts(code="H99.27", name="UBND phường Hòa An", note="NQ 1/2026")
        agencies.change(session, ward, renamed, NOVEMBER, actor=people["lan"])

    with database.reading() as session:
        before = agencies.find(session, ward, date(2026, 10, 31))
        after = agencies.find(session, ward, NOVEMBER)
    assert before is not None
    assert after is not None
    assert (before.name, before.code) == ("UBND phường An Hòa", "H99.26")
    assert (after.name, after.code) == ("UBND phường Hòa An", "H99.27")


def test_two_agencies_may_not_have_one_code_on_one_day(database: Database, people: People) -> None:
    with database.transaction() as session:
        agencies.add(session, WARD, JULY, actor=people["lan"])
        with pytest.raises(ConflictError, match=r"H99\.26"):
            agencies.add(session, WARD, NOVEMBER, actor=people["lan"])


def test_an_agency_cannot_stand_under_itself_however_far_down(
    database: Database, people: People
) -> None:
    admin = people["lan"]
    with database.transaction() as session:
        ward = agencies.add(session, WARD, JULY, actor=admin)
        desk = AgencyFacts(code="H99.26.1", name="Một cửa", kind="centre", parent_id=ward)
        below = agencies.add(session, desk, JULY, actor=admin)
        turned = AgencyFacts(code="H99.26", name="UBND phường", parent_id=below)

        with pytest.raises(RejectedError, match="under itself"):
            agencies.change(session, ward, turned, NOVEMBER, actor=admin)
        with pytest.raises(RejectedError, match="Một cửa"):
            agencies.end(session, ward, NOVEMBER, actor=admin)


def test_only_an_administrator_changes_agencies(database: Database, people: People) -> None:
    with database.transaction() as session, pytest.raises(NotAllowedError):
        agencies.add(session, WARD, JULY, actor=people["thu"])


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("{agency}-{yymmdd}-{seq:4}", "H99.26-261118-0001"),
        ("{agency}-{yyyymmdd}-{seq:7}", "H99.26-20261118-0000001"),
        ("DV/{agency}.{seq:6}.{yymmdd}", "DV/H99.26.000001.261118"),
    ],
)
def test_codes_follow_the_pattern_of_the_agency(
    database: Database, pattern: str, code: str
) -> None:
    with database.transaction() as session:
        assert next_dossier_code(session, "H99.26", NINE, pattern) == code


@pytest.mark.parametrize(
    "pattern",
    ["{agency}-{seq:4}", "{yymmdd}-{seq:4}", "{agency}-{yymmdd}", "{agency} {yymmdd}{seq:4}"],
)
def test_a_pattern_whose_codes_could_meet_is_refused(
    database: Database, people: People, pattern: str
) -> None:
    facts = AgencyFacts(code="H99.26", name="UBND", dossier_pattern=pattern)
    with database.transaction() as session, pytest.raises(RejectedError, match="pattern"):
        agencies.add(session, facts, JULY, actor=people["lan"])


def test_two_desks_at_the_same_moment_get_codes_without_gap_or_double(database: Database) -> None:
    together, rounds = Barrier(2), 4

    def receive(_desk: int) -> list[str]:
        codes = []
        for _ in range(rounds):
            together.wait(timeout=30)
            with database.transaction() as session:
                codes.append(next_dossier_code(session, "H99.26", NINE))
        return codes

    with ThreadPoolExecutor(2) as pool:
        codes = [code for desk in pool.map(receive, range(2)) for code in desk]

    assert sorted(codes) == [f"H99.26-261118-{n:04d}" for n in range(1, 2 * rounds + 1)]


def test_a_number_taken_in_a_transaction_that_fails_is_given_again(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as session:
            next_dossier_code(session, "H99.26", NINE)
            raise RuntimeError("the printer burns")

    with pytest.raises(RuntimeError):
        fail()

    with database.transaction() as session:
        assert next_dossier_code(session, "H99.26", NINE) == "H99.26-261118-0001"


def test_a_group_of_one_agency_has_the_tasks_that_its_agency_decides(
    database: Database, people: People
) -> None:
    model = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
      xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d">
      <process id="Process_Desk" name="Desk" isExecutable="true"><startEvent id="Start"/>
      <sequenceFlow id="f1" sourceRef="Start" targetRef="Task_Check"/>
      <userTask id="Task_Check" name="Check"
        camunda:candidateGroups="= &quot;xay-dung@&quot; + ho_so.co_quan_giai_quyet"/>
      <sequenceFlow id="f2" sourceRef="Task_Check" targetRef="End"/><endEvent id="End"/>
      </process></definitions>"""
    admin, hanh, long = people["lan"], people["hanh"], people["long"]
    with database.transaction() as session:
        ward = agencies.add(session, WARD, JULY, actor=admin)
        for key, person in (("xay-dung@H99.26", hanh), ("xay-dung@H99.27", long)):
            people_operations.create_group(session, key, key, actor=admin)
            assert person.user_id is not None
            people_operations.set_groups(session, person.user_id, [key], actor=admin)
        draft = deployments.save_draft(
            session, {"desk.bpmn": model}, "desk.bpmn", actor=people["binh"], at=NINE
        )
        deployments.publish(session, draft, note="first", actor=people["binh"], at=NINE)
    clerk = replace(people["thu"], agency_id=ward)
    dossier_id = receive(database, "Process_Desk", clerk, NINE)
    task_id = open_task(database, dossier_id, "Task_Check")

    other = replace(long, groups=frozenset({"xay-dung@H99.27", "xay-dung"}))
    own = replace(hanh, groups=frozenset({"xay-dung@H99.26"}))
    with database.transaction() as session, pytest.raises(NotAllowedError):
        user_tasks.claim(session, task_id, actor=other, at=NINE)
    with database.transaction() as session:
        user_tasks.claim(session, task_id, actor=own, at=NINE)
        assert sees_dossier(session, session.get_one(Dossier, dossier_id), own)
        assert not sees_dossier(session, session.get_one(Dossier, dossier_id), other)
