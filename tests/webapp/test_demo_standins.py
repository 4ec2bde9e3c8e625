"""What stands in for another agency's system: it answers, or it fails and people go on by hand."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.webapp.visitor import SESSION_COOKIE, Visitor, product
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database
from webapp.demo import machine, people, procedures, requests, standins
from webapp.filestore import FileStore
from webapp.models import Incident, UserTask
from webapp.operations import definitions, deployments, incidents
from webapp.operations.people import sign_in

MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # 08:00 in Viet Nam, an office day
FOLDER = "trich-luc-ho-tich"


@pytest.fixture
def clerks(database: Database) -> dict[str, Actor]:
    """The people of the demo, with the extract procedure published."""
    with database.transaction() as session:
        found = people.add_people(session, MONDAY)
        files = procedures.shipped()[FOLDER]
        draft = deployments.save_draft(session, files, "a.zip", actor=found["binh"], at=MONDAY)
        deployments.publish(session, draft, note="", actor=found["binh"], at=MONDAY)
    return found


def received(database: Database, clerk: Actor, files: FileStore) -> UUID:
    """Return the instance of a new extract whose applicant may ask for it."""
    with database.transaction() as session:
        instance_id = requests.receive(
            session,
            "trich_luc_ho_tich",
            Random(2),  # noqa: S311  (a play)
            actor=clerk,
            at=MONDAY,
            agency_code="H99.26",
            files=files,
            agencies={},
        )
    assert instance_id is not None
    return instance_id


def worked(
    database: Database, instance_id: UUID, handlers: machine.Handlers, at: datetime
) -> dict[str, Any] | None:
    """Let the worker work at ``at``; return what the searching officer sees, if it came to that."""
    with database.transaction() as session:
        machine.work(session, instance_id, handlers, at)
        incidents.close_overtaken(session, at=at)
    with database.reading() as session:
        task_id = session.scalar(select(UserTask.id).where(UserTask.element_id == "Task_TraCuu"))
        return definitions.variables_at(session, task_id) if task_id else None


def test_the_officer_sees_what_the_other_system_answered(
    database: Database, clerks: dict[str, Actor], tmp_path: Path
) -> None:
    instance_id = received(database, clerks["thu"], FileStore(tmp_path))

    seen = worked(database, instance_id, standins.STAND_INS, MONDAY + timedelta(minutes=1))

    assert seen is not None
    assert "một bản ghi" in seen["ho_tich_tra_loi"]
    assert isinstance(seen["ngay_dang_ky"], date)


def test_a_system_that_is_down_is_asked_again_and_then_people_go_on_by_hand(
    database: Database, clerks: dict[str, Actor], tmp_path: Path
) -> None:
    silent = standins.failing_between(standins.civil_registry, lambda _at: True)
    handlers = {"civil-registry": silent}
    instance_id = received(database, clerks["thu"], FileStore(tmp_path))

    for minutes in (1, 6, 12):
        assert worked(database, instance_id, handlers, MONDAY + timedelta(minutes=minutes)) is None
    with database.reading() as session:
        assert session.scalars(select(Incident.resolved_at)).all() == [None]
    seen = worked(database, instance_id, handlers, MONDAY + timedelta(minutes=31))

    assert seen is not None
    assert seen.get("ho_tich_tra_loi") is None
    with database.reading() as session:
        assert session.scalars(select(Incident.resolution)).all() == ["overtaken"]


def test_a_field_that_a_choice_brings_into_view_is_filled_in_from_the_answer(
    database: Database, clerks: dict[str, Actor], tmp_path: Path
) -> None:
    instance_id = received(database, clerks["thu"], FileStore(tmp_path))
    seen = worked(database, instance_id, standins.STAND_INS, MONDAY + timedelta(minutes=1))
    with database.transaction() as session:
        _, secret = sign_in(session, "khoa", people.PASSWORD, clock.now())
        task_id = session.scalars(
            select(UserTask.id).where(UserTask.element_id == "Task_TraCuu")
        ).one()
    officer = Visitor(product(database), "en")
    officer.client.set_cookie(SESSION_COOKIE, secret)
    officer.post(f"/user-tasks/{task_id}/claim", {})

    before = officer.get(f"/user-tasks/{task_id}").text
    after = officer.post(
        f"/user-tasks/{task_id}", {"ket_luan_tra_cuu": "du", "action": "preview"}
    ).text

    assert seen is not None
    assert f'value="{seen["so_dang_ky"]}"' not in before
    assert f'value="{seen["so_dang_ky"]}"' in after
