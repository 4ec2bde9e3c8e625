"""What the program reads while it runs is packed with it: other machines get nothing but wheels."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
WEBAPP = ROOT / "webapp"
NOT_READ = {"frontend"}  # sources; what they become lies in static/build
SOURCES = {".py", ".po"}


def test_every_file_that_the_program_reads_is_packed() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    packed = {
        path for pattern in setuptools["package-data"]["webapp"] for path in WEBAPP.glob(pattern)
    }

    read = {
        path
        for path in WEBAPP.rglob("*")
        if path.is_file()
        and path.suffix not in SOURCES
        and "__pycache__" not in path.parts
        and path.relative_to(WEBAPP).parts[0] not in NOT_READ
    }

    assert len(read) > 50
    assert read - packed == set()
    assert [path for path in ROOT.glob("engine/**/*") if _is_data(path)] == []


def _is_data(path: Path) -> bool:
    return path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
