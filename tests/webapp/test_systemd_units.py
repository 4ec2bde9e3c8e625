"""The shipped systemd units say what the program understands, and wait as long as it takes."""

import configparser
import re
import shlex
from pathlib import Path

import click
import pytest

from webapp.cli import main
from webapp.cli.server import GRACEFUL_SECONDS, JOB_SECONDS

DOCS = Path(__file__).parents[2] / "docs"
UNITS = sorted((DOCS / "how-to").glob("*.service"))
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
def test_a_unit_may_write_where_the_guide_puts_the_data(path: Path) -> None:
    guide = (DOCS / "how-to" / "three-machines.md").read_text("utf-8")
    unit = service(path)

    folder = re.search(r"^MOTCUA_DATA_DIR=(\S+)$", guide, re.MULTILINE)

    assert folder is not None
    assert folder[1] in unit["ReadWritePaths"].split()
    assert unit["EnvironmentFile"] in guide


def test_units_and_their_guide_name_settings_that_exist() -> None:
    texts = [one.read_text("utf-8") for one in [*UNITS, DOCS / "how-to" / "three-machines.md"]]
    named = {name for text in texts for name in re.findall(r"MOTCUA_[A-Z0-9_]*[A-Z0-9]", text)}

    assert len(UNITS) == 2
    assert {name for name in named if not any(one.startswith(name) for one in KNOWN)} == set()
