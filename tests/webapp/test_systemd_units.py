"""The shipped systemd units say what the program understands, and wait as long as it takes."""

import configparser
import os
import re
import shlex
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import click
import pytest

from tests.webapp.test_outside_jobs import free_port
from webapp.cli import main
from webapp.cli.server import GRACEFUL_SECONDS, JOB_SECONDS

DOCS = Path(__file__).parents[2] / "docs"
UNITS = sorted((DOCS / "how-to").glob("*.service"))
PATIENCE = 60.0  # seconds
KNOWN = set(re.findall(r"MOTCUA_\w+", (DOCS / "reference" / "settings.md").read_text("utf-8")))


def service(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds the case
    parser.read(path, encoding="utf-8")
    return parser["Service"]


def words(unit: configparser.SectionProxy) -> list[str]:
    """The words of ExecStart behind the program."""
    program, *rest = shlex.split(unit["ExecStart"])
    assert Path(program).name == "motcua"
    return rest


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_a_command_with_options_that_it_has(path: Path) -> None:
    name, *options = words(service(path))

    command = main.get_command(click.Context(main), name)

    assert command is not None, name
    command.make_context(name, options)  # raises where an option is unknown


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_waits_longer_than_a_graceful_stop_takes(path: Path) -> None:
    unit = service(path)
    serves_only = words(unit) == ["serve", "--without-worker"]
    patience = GRACEFUL_SECONDS if serves_only else JOB_SECONDS

    assert int(unit["TimeoutStopSec"]) > patience
    assert unit.get("KillSignal", "SIGTERM") == "SIGTERM"  # what server and worker listen for
    assert unit.get("KillMode", "control-group") in ("control-group", "mixed")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_unit_is_told_when_its_program_works_and_its_home_stays_empty(
    path: Path, database_url: str, tmp_path: Path
) -> None:
    unit = service(path)
    home, name = tmp_path / "home", f"motcua-{uuid4()}"
    home.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "NOTIFY_SOCKET": f"@{name}",
        "MOTCUA_DATA_DIR": str(tmp_path),
        "MOTCUA_DATABASE_URL": database_url,
        "MOTCUA_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "webapp.cli", *words(unit)]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"\0{name}")
        systemd.settimeout(PATIENCE)
        with subprocess.Popen(command, env=environment, cwd=DOCS.parent) as program:
            try:
                told = systemd.recv(1000)
                if "serve" in command:  # one that is told to stop while it begins may take long
                    _ask(int(environment["MOTCUA_PORT"]))
            finally:
                program.terminate()

    assert unit["Type"] == "notify"
    assert unit["TimeoutStartSec"] == "infinity"  # tables may have to be brought up to date first
    assert b"READY=1" in told.splitlines()
    assert program.returncode == 0
    assert list(home.iterdir()) == []  # several machines may share it


def _ask(port: int) -> None:
    asked = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    asked.request("GET", "/health/live")
    assert asked.getresponse().status == 200
    asked.close()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_may_write_where_the_guide_puts_the_data(path: Path) -> None:
    guide = (DOCS / "how-to" / "three-machines.md").read_text("utf-8")
    unit = service(path)

    folder = re.search(r"^MOTCUA_DATA_DIR=(\S+)$", guide, re.MULTILINE)

    assert folder is not None
    assert folder[1] in unit["ReadWritePaths"].split()
    assert f"RequiresMountsFor={folder[1]}" in path.read_text("utf-8").splitlines()
    assert unit["EnvironmentFile"] in guide


def test_units_and_their_guide_name_settings_that_exist() -> None:
    texts = [one.read_text("utf-8") for one in [*UNITS, DOCS / "how-to" / "three-machines.md"]]
    named = {name for text in texts for name in re.findall(r"MOTCUA_[A-Z0-9_]*[A-Z0-9]", text)}

    assert len(UNITS) == 2
    assert {name for name in named if not any(one.startswith(name) for one in KNOWN)} == set()
