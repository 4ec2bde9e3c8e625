"""Changing and moving running dossiers from the command line."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import receive
from tests.webapp.review import REVIEW_BPMN, REVIEW_FILES
from tests.webapp.test_cli import run
from webapp.actors import Actor
from webapp.db import Database
from webapp.models import (
    Dossier,
    InstanceEvent,
    MigrationItem,
    ProcessDefinition,
    ProcessInstance,
)
from webapp.operations import deployments

Command = Callable[..., Result]
WHO = ("--by", "lan", "--reason", "the desk moved")
NEW_BPMN = REVIEW_BPMN.replace('name="Thẩm định"', 'name="Thẩm tra"')


@pytest.fixture
def codes(database: Database, people: dict[str, Actor], review: str) -> list[str]:
    """The codes of two running dossiers."""
    ids = [receive(database, review, people["thu"], NINE) for _ in "ab"]
    with database.reading() as session:
        return [session.get_one(Dossier, one).code for one in ids]


@pytest.fixture
def motcua(database_url: str, tmp_path: Path) -> Command:
    def told(*arguments: str) -> Result:
        return run(tmp_path, database_url, *arguments)

    return told


def status(database: Database) -> list[tuple[str, datetime | None]]:
    with database.reading() as session:
        rows = session.execute(select(ProcessInstance.status, ProcessInstance.suspended_at))
        return [(row[0], row[1] and NINE) for row in rows]


def test_dossiers_are_suspended_resumed_cancelled_and_let_go_on(
    database: Database, codes: list[str], motcua: Command
) -> None:
    suspended = motcua("instance", "suspend", *codes, "H99.26-000000-9999", *WHO)

    assert suspended.exit_code == 1
    assert "H99.26-000000-9999: There is no such dossier." in suspended.output
    assert "2 of 3 done." in suspended.output
    assert status(database) == [("active", NINE)] * 2
    assert motcua("instance", "resume", *codes, *WHO).exit_code == 0
    assert motcua("instance", "cancel", codes[0], *WHO).exit_code == 0
    assert sorted(status(database)) == [("active", None), ("cancelled", None)]
    assert motcua("instance", "restart", codes[0], "--to", "Task_Appraise", *WHO).exit_code == 0
    assert status(database) == [("active", None)] * 2
    with database.reading() as session:
        rows = session.scalars(
            select(InstanceEvent).where(InstanceEvent.kind == "instance.suspended")
        )
        assert {(one.actor_name, one.data["reason"]) for one in rows} == {
            ("Hồ Ngọc Lan", "the desk moved")
        }


def test_a_token_is_moved_and_a_variable_set(codes: list[str], motcua: Command) -> None:
    shown = motcua("instance", "show", codes[0]).output
    token = shown.split("token ")[1].split()[0]

    moved = motcua("instance", "move", codes[0], "--token", token, "--to", "Task_Release", *WHO)
    changed = motcua("instance", "set", codes[0], "--name", "phi", "--value", '"100"', *WHO)

    assert "at Task_Appraise" in shown
    assert (moved.exit_code, changed.exit_code) == (0, 0), moved.output + changed.output
    shown = motcua("instance", "show", codes[0]).output
    assert "at Task_Release" in shown
    assert 'phi = "100"' in shown
    begun = motcua("instance", "start", codes[0], "--to", "Task_Appraise", *WHO)
    assert begun.exit_code == 0, begun.output
    token = motcua("instance", "show", codes[0]).output.split(" at Task_Release")[0].split()[-1]
    assert motcua("instance", "take", codes[0], "--token", token, *WHO).exit_code == 0
    assert "at Task_Release" not in motcua("instance", "show", codes[0]).output


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (("--by", "thu", "--reason", "x"), "Only an administrator may do this"),
        (("--by", "nobody", "--reason", "x"), "There is no person nobody."),
        (("--by", "lan", "--reason", " "), "Give a reason."),
        (("--by", "lan"), "Missing option '--reason'"),
        (("--reason", "x"), "Missing option '--by'"),
    ],
)
def test_nobody_changes_anything_without_a_name_and_a_reason(
    database: Database, codes: list[str], motcua: Command, who: tuple[str, ...], said: str
) -> None:
    refused = motcua("instance", "cancel", codes[0], *who)

    assert refused.exit_code != 0
    assert said in refused.output
    assert status(database) == [("active", None)] * 2


def test_dossiers_are_moved_to_a_new_version_after_a_plan_a_check_and_a_dry_run(
    database: Database, people: dict[str, Actor], codes: list[str], motcua: Command
) -> None:
    files = {**REVIEW_FILES, "review.bpmn": NEW_BPMN.encode()}
    with database.transaction() as session:
        draft = deployments.save_draft(session, files, "r.zip", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="", actor=people["binh"], at=NINE)

    planned = motcua("migrate", "plan", "Process_Review", "1", "2")
    checked = motcua("migrate", "check", "Process_Review", "1", "2", *WHO)
    plan_id = checked.output.split("Plan ")[1].split(":")[0]
    assert motcua("instance", "cancel", codes[1], *WHO).exit_code == 0
    tried = motcua("migrate", "run", plan_id, "--by", "lan", "--dry-run")
    versions_before = versions(database)
    moved = motcua("migrate", "run", plan_id, "--by", "lan")

    assert "Task_Appraise -> Task_Appraise" in planned.output
    assert "2 of 2 can move." in checked.output
    assert "it ended or moved otherwise meanwhile" in tried.output
    assert "1 of 2 would move now; nothing was changed." in tried.output
    assert versions_before == [1, 1]
    assert "1 of 2 moved; the plan is done." in moved.output, moved.output
    assert versions(database) == [1, 2]
    with database.reading() as session:
        found = session.scalars(
            select(MigrationItem.status).where(MigrationItem.migration_id == UUID(plan_id))
        )
        assert sorted(found) == ["moved", "overtaken"]


def test_a_plan_with_a_place_that_does_not_exist_is_refused(
    codes: list[str], motcua: Command
) -> None:
    assert codes
    missing = motcua("migrate", "plan", "Process_Review", "1", "7")
    mistyped = motcua("migrate", "plan", "Process_Review", "1", "1", "--map", "Task_Appraise")

    assert (missing.exit_code, mistyped.exit_code) == (1, 2)
    assert "There is no such version" in missing.output
    assert "write OLD=NEW" in mistyped.output


def versions(database: Database) -> list[int]:
    with database.reading() as session:
        found = session.scalars(
            select(ProcessDefinition.version).join(
                ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id
            )
        )
        return sorted(found)
