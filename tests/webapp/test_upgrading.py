"""Bringing the tables up to date: one process at a time, told step by step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from scripts.postgresql import Server
from webapp import migrate
from webapp.cli import main
from webapp.config import Config

LAST = "Bringing the tables up to date"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/motcua.db"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


def settings(tmp_path: Path, url: str) -> dict[str, str]:
    return {"MOTCUA_DATA_DIR": str(tmp_path), "MOTCUA_DATABASE_URL": url}


def test_machines_that_start_together_take_turns(empty: str, tmp_path: Path) -> None:
    number = len(migrate.due(empty))
    command = [sys.executable, "-m", "webapp.cli", "upgrade"]
    env = {**os.environ, **settings(tmp_path, empty)}
    running = [
        subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]

    told = [one.communicate(timeout=120)[0] for one in running]

    assert [one.returncode for one in running] == [0, 0], told
    lines = {one.splitlines()[-1] for one in told}
    assert lines == {f"{number} steps are done.", "The tables are up to date."}
    assert migrate.due(empty) == ()


def test_a_dry_run_names_the_steps_and_makes_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/motcua.db"
    runner = CliRunner(env=settings(tmp_path, url))

    told = runner.invoke(main, ["upgrade", "--dry-run"]).stdout.splitlines()

    assert told[0].startswith("0001  ")
    assert told[-1] == f"{len(migrate.due(url))} steps would be done."
    done = runner.invoke(main, ["upgrade"])
    assert LAST in done.stderr
    again = runner.invoke(main, ["upgrade"])
    assert (again.stdout, again.stderr) == ("The tables are up to date.\n", "")


def test_tables_of_a_newer_program_are_left_as_they_are(sqlite_template: Path) -> None:
    copy = sqlite_template.with_name("newer.db")
    copy.write_bytes(sqlite_template.read_bytes())
    sql_engine = create_engine(f"sqlite:///{copy}")
    with sql_engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))

    migrate.upgrade(f"sqlite:///{copy}")

    with sql_engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "9999"
    sql_engine.dispose()


def test_machines_that_share_a_data_folder_count_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"MOTCUA_DATA_DIR": str(tmp_path), "MOTCUA_SECRET_KEY": "s" * 32}
    places = set()
    for name in ("a", "b"):
        monkeypatch.setattr("platform.node", lambda name=name: name)
        for host, port in (("127.0.0.1", "8000"), ("127.0.0.1", "8001"), ("::1", "8001")):
            here = {**given, "MOTCUA_HOST": host, "MOTCUA_PORT": port}
            places.add(Config.from_env(here).metrics_dir)

    assert len(places) == 6
    assert {one.parent for one in places} == {tmp_path / "metrics"}
    assert all(":" not in one.name for one in places)
