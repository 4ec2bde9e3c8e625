import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from tests.webapp.review import REVIEW_FILES
from webapp import migrate
from webapp.cli import main
from webapp.db import Database
from webapp.demo.loading import load
from webapp.filestore import FileStore
from webapp.models import Dossier, InstanceEvent, ProcessDefinition, UserTask
from webapp.operations import people

FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # ten o'clock in Ha Noi


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/motcua.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "review"
    folder.mkdir()
    for name, content in REVIEW_FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with one week of demo dossiers."""
    path = tmp_path_factory.mktemp("demo") / "motcua.db"
    migrate.upgrade(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    assert load(database, FileStore(path.parent / "files"), now=FRIDAY, weeks=1)
    database.dispose()
    return path


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path, url: str) -> Iterator[Database]:
    shutil.copy(demo_template, tmp_path / "motcua.db")
    database = Database(url)
    yield database
    database.dispose()


def run(tmp_path: Path, url: str, *arguments: str) -> Result:
    env = {
        "MOTCUA_DATA_DIR": str(tmp_path),
        "MOTCUA_DATABASE_URL": url,
        "MOTCUA_SECRET_KEY": None,
    }
    return CliRunner(env=env).invoke(main, [str(part) for part in arguments])


def test_a_data_folder_that_cannot_be_made_is_named_with_its_setting(
    tmp_path: Path, url: str
) -> None:
    (tmp_path / "file").touch()

    result = run(tmp_path / "file", url, "user", "list")

    assert result.exit_code == 1
    assert result.output == (
        f"Error: {tmp_path}/file: File exists."
        " MOTCUA_DATA_DIR must name a folder that this account may write to.\n"
    )


def test_lint_ends_well_for_a_good_model(tmp_path: Path, url: str, folder: Path) -> None:
    result = run(tmp_path, url, "lint", str(folder))

    assert result.exit_code == 0, result.output
    assert "No error was found." in result.output


def test_lint_names_file_line_and_element_of_an_error(
    tmp_path: Path, url: str, folder: Path
) -> None:
    model = folder / "review.bpmn"
    model.write_bytes(model.read_bytes().replace(b'targetRef="Task_Release"', b'targetRef="Gone"'))

    result = run(tmp_path, url, "lint", str(folder))

    assert result.exit_code == 1
    assert "review.bpmn:" in result.output
    assert "There are errors." in result.output


def test_lint_prints_json_for_programs(tmp_path: Path, url: str, folder: Path) -> None:
    (folder / "review.bpmn").write_bytes(b"<html/>")

    result = run(tmp_path, url, "lint", str(folder), "--json")

    assert result.exit_code == 1
    assert json.loads(result.output)[0]["severity"] == "error"


def test_lint_asks_the_standard_when_strict(tmp_path: Path, url: str, folder: Path) -> None:
    model = folder / "review.bpmn"
    model.write_bytes(model.read_bytes().replace(b"<userTask ", b'<userTask startQuantity="x" ', 1))

    result = run(tmp_path, url, "lint", str(folder), "--strict")

    assert result.exit_code == 1
    assert " error start-quantity [" in result.output


def test_lint_refuses_a_file_of_an_unknown_kind(tmp_path: Path, url: str) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("hello")

    result = run(tmp_path, url, "lint", str(other))

    assert result.exit_code == 1
    assert "notes.txt is of a kind that is not known here" in result.output


def test_publish_makes_the_next_version_and_refuses_the_same_twice(
    tmp_path: Path, url: str, folder: Path
) -> None:
    first = run(tmp_path, url, "publish", str(folder), "--note", "first")
    again = run(tmp_path, url, "publish", str(folder))

    assert first.stdout == "Process_Review 1\n"
    assert again.exit_code == 1
    assert "Nothing differs" in again.output


def test_people_are_kept_from_the_command_line(tmp_path: Path, url: str) -> None:
    added = run(
        tmp_path, url, "user", "add", "an", "Lê An", "--role", "admin", "--password", "long-enough"
    )
    run(tmp_path, url, "user", "role", "an", "officer", "counter")
    run(tmp_path, url, "user", "password", "an", "--password", "another-one")
    run(tmp_path, url, "user", "deactivate", "an")
    listed = run(tmp_path, url, "user", "list")

    assert added.exit_code == 0, added.output
    assert listed.output.split() == ["an", "Lê", "An", "(ended)", "|", "counter,", "officer", "|"]


def test_a_refusal_is_one_sentence(tmp_path: Path, url: str) -> None:
    result = run(tmp_path, url, "user", "add", "an", "Lê An", "--password", "short")

    assert result.exit_code == 1
    assert result.output.strip().endswith("A password has at least 10 characters.")


def test_check_finds_waits_that_differ_from_their_snapshot(
    demo: Database, tmp_path: Path, url: str
) -> None:
    good = run(tmp_path, url, "check")
    with demo.transaction() as session:
        task_id = session.scalars(select(UserTask.id).where(UserTask.status == "open")).first()
        session.execute(update(UserTask).where(UserTask.id == task_id).values(status="cancelled"))

    bad = run(tmp_path, url, "check")

    assert good.output.endswith("Everything is in order.\n")
    assert bad.exit_code == 1
    assert "user tasks differ from the snapshot" in bad.output


def test_check_says_when_the_tables_are_missing(tmp_path: Path, url: str) -> None:
    (tmp_path / "secret-key").write_text("x" * 32)

    result = run(tmp_path, url, "check")

    assert result.exit_code == 1
    assert "not up to date" in result.output


def test_the_demo_fills_an_empty_house_once_and_stops_at_the_present(
    demo: Database, tmp_path: Path
) -> None:
    assert not load(demo, FileStore(tmp_path / "files"), now=FRIDAY)

    with demo.transaction() as session:
        assert session.scalar(select(func.max(InstanceEvent.occurred_at))) <= FRIDAY
        assert session.scalar(select(func.count()).select_from(Dossier)) > 10
        assert session.scalar(select(func.count()).select_from(ProcessDefinition)) == 12
        actor, _ = people.sign_in(session, "binh", "motcua-demo", FRIDAY)
    assert actor.name == "Võ Thanh Bình"


def test_a_database_that_refuses_is_told_in_one_sentence(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr("webapp.cli.playing.load", full)

    result = run(tmp_path, url, "demo")

    assert result.exit_code == 1
    assert "Error: The database refused: database or disk is full" in result.output


def test_a_demo_that_was_interrupted_is_played_anew(
    demo: Database, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[Database] = []
    monkeypatch.setattr(
        "webapp.cli.playing.load", lambda database, *_, **__: played.append(database)
    )
    (tmp_path / "demo-unfinished").touch()

    result = run(tmp_path, url, "demo")

    assert result.exit_code == 0, result.output
    assert len(played) == 1
    with demo.reading() as session:
        assert session.scalar(select(func.count()).select_from(Dossier)) == 0
    assert not (tmp_path / "demo-unfinished").exists()


def test_the_demo_leaves_open_and_finished_dossiers(demo: Database) -> None:
    with demo.reading() as session:
        ended = session.scalar(select(func.count()).where(Dossier.ended_at.is_not(None)))
        open_ones = session.scalar(select(func.count()).where(Dossier.ended_at.is_(None)))
        claimed = session.scalar(
            select(func.count()).where(UserTask.status == "open", UserTask.assignee_id.is_not(None))
        )

    assert min(ended or 0, open_ones or 0, claimed or 0) > 3


def test_every_demo_dossier_names_where_it_was_received_and_who_decides(demo: Database) -> None:
    with demo.reading() as session:
        places = session.execute(
            select(Dossier.helped_agency_id, Dossier.received_agency_id, Dossier.deciding_agency_id)
        ).all()

    assert all(all(one) for one in places)
    assert any(received != deciding for _, received, deciding in places)


DECISION = """<definitions
  xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="x">
<decision id="Fee" name="Fee"><decisionTable><input><inputExpression><text>days</text>
</inputExpression></input><output name="fee"/><annotation name="Law"/><rule><inputEntry>
<text>[1..3]</text></inputEntry><outputEntry><text>8000.5</text></outputEntry><annotationEntry>
<text>Điều 4</text></annotationEntry></rule></decisionTable></decision>{more}</definitions>"""


def test_decide_prints_the_outputs_and_on_request_the_rules(tmp_path: Path) -> None:
    model, values = tmp_path / "fees.dmn", tmp_path / "values.json"
    model.write_text(DECISION.format(more=""), encoding="utf-8")
    values.write_text('{"days": 2}', encoding="utf-8")

    done = CliRunner().invoke(main, ["decide", str(model), "--input", str(values), "--explain"])

    assert done.exit_code == 0
    assert done.output == "8000.5\nFee: 8000.5\n  rule 1 (Điều 4)\n"


def test_decide_asks_which_decision_is_meant_and_says_where_a_file_is_broken(
    tmp_path: Path,
) -> None:
    model, broken = tmp_path / "fees.dmn", tmp_path / "broken.dmn"
    model.write_text(DECISION.format(more='<decision id="B" name="B"/>'), encoding="utf-8")
    broken.write_text("<definitions>", encoding="utf-8")

    several = CliRunner().invoke(main, ["decide", str(model)])
    unread = CliRunner().invoke(main, ["decide", str(broken)])

    assert (several.exit_code, unread.exit_code) == (1, 1)
    assert "--decision: Fee, B" in several.output
    assert "broken.dmn:1: " in unread.output


def test_a_backup_of_the_demo_is_proved_and_moves_to_another_house(
    demo: Database, demo_template: Path, tmp_path: Path, url: str
) -> None:
    kept = tmp_path / "kept" / "house.tar"
    shutil.copytree(demo_template.parent / "files", tmp_path / "files", dirs_exist_ok=True)
    other = f"sqlite:///{tmp_path}/other.db"

    made = run(tmp_path, url, "backup", str(kept))
    proved = run(tmp_path, url, "restore", "--verify", str(kept))
    refused = run(tmp_path, url, "restore", str(kept))
    moved = run(tmp_path, other, "restore", str(kept))

    assert made.exit_code == 0, made.output
    assert "is whole" in proved.output
    assert "holds people already" in refused.output
    assert "every row and every file is there" in moved.output
    assert run(tmp_path, other, "check").exit_code == 0
