"""A PostgreSQL server of our own for tests and benchmarks, in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

DEBIAN_HOME = Path("/usr/lib/postgresql")
# Nothing in a test's database needs to outlive a crash.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class MissingServerError(Exception):
    """PostgreSQL is not on this machine. Install the Debian package ``postgresql``."""


@dataclass(frozen=True)
class Server:
    """A running server, reached through a socket in ``folder`` only."""

    folder: Path
    durable: bool = False
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """Return the URL of a new empty database."""
        name = f"motcua_{next(self._numbers)}"
        with psycopg.connect(
            f"host={self.folder} dbname=postgres user=motcua", autocommit=True
        ) as it:
            it.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://motcua@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start it, and return when it answers."""
        options = f"-c listen_addresses='' -k {self.folder} {'' if self.durable else FAST}"
        self._control("-w", "-l", self.folder / "log", "-o", options, "start")

    def crash(self) -> None:
        """End every process of it at once, as a power cut does; ``start`` recovers."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str | Path) -> None:
        account = _account(self.folder)
        _run(account, _programs() / "pg_ctl", "-D", self.folder / "data", *words)


@contextmanager
def temporary_server(*, durable: bool = False) -> Iterator[Server]:
    """Run a server for as long as the context lasts.

    ``durable`` waits for the disk at every commit, as in production.
    Raises MissingServerError where the machine has no PostgreSQL.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    account = _account(folder)
    data = folder / "data"
    _run(
        account,
        programs / "initdb",
        "-D",
        data,
        "-U",
        "motcua",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    )
    server = Server(folder, durable=durable)
    server.start()
    try:
        yield server
    finally:
        server.crash()
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    versions = [path for path in DEBIAN_HOME.glob("*/bin") if (path / "initdb").exists()]
    found = shutil.which("initdb")
    if versions:
        return max(versions, key=lambda path: int(path.parent.name))
    if found:
        return Path(found).parent
    raise MissingServerError("install the Debian package postgresql")


def _account(folder: Path) -> str | None:
    """Return the account that runs the server: it refuses to be root."""
    if os.getuid() != 0:
        return None
    shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    return "postgres"


def _run(account: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=account,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")
