"""Write the lock files: every package that ``pyproject.toml`` needs, pinned as installed here.

Run by ``make lock`` in an environment that holds the wanted versions. ``requirements.txt`` is what
the program needs, ``requirements-dev.txt`` what the tests and checks need besides.
"""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

BUILD = ["setuptools"]  # installs the project itself, without an index
BACKPORTS = {"backports-zstd": 'python_version < "3.14"'}  # refuse to install where Python has it


def main() -> None:
    """Write both lock files beside ``pyproject.toml``."""
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    runtime = _closure([*project["dependencies"], *BUILD])
    optional = project["optional-dependencies"].values()  # the tests try every extra
    development = _closure(text for extra in optional for text in extra)
    _write("requirements.txt", runtime)
    _write("requirements-dev.txt", {n: v for n, v in development.items() if n not in runtime})


def _closure(texts: Iterable[str]) -> dict[str, str]:
    """Return name and installed version of the packages named and all they need here."""
    found: dict[str, str] = {}
    waiting = [Requirement(text) for text in texts]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        wanted = waiting.pop()
        key = (_canonical(wanted.name), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        package = distribution(wanted.name)
        found[key[0]] = package.version
        waiting += [
            needed
            for text in package.requires or ()
            if _applies(needed := Requirement(text), wanted.extras)
        ]
    return dict(sorted(found.items()))


def _applies(needed: Requirement, extras: Iterable[str]) -> bool:
    if needed.marker is None:
        return True
    environment = dict(default_environment())
    return any(needed.marker.evaluate({**environment, "extra": e}) for e in ("", *extras))


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _write(file: str, packages: dict[str, str]) -> None:
    lines = [f"{name}=={version}{_marker(name)}" for name, version in packages.items()]
    Path(file).write_text("\n".join(["# Written by `make lock`; do not edit.", *lines, ""]))


def _marker(name: str) -> str:
    return f"; {BACKPORTS[name]}" if name in BACKPORTS else ""


if __name__ == "__main__":
    try:
        main()
    except PackageNotFoundError as error:
        raise SystemExit(f"{error.name} is not installed here; install it, then lock") from error
