"""Kill a process before and after every commit and every outside effect, and go on afterwards.

``python -m tests.webapp.faults.crash --all`` takes every point on both databases. For each point a
child process plays the load of ``scripted`` and is killed there by SIGKILL; then the same load is
asked for again, one lease later, as people, programs and workers do who got no answer.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import create_engine, func, make_url, select, text

from scripts.postgresql import temporary_server
from tests.webapp.conftest import NINE, hire
from tests.webapp.faults.peers import effects, peers
from tests.webapp.faults.scripted import BETWEEN, DOSSIERS, Load, outside_jobs
from webapp import migrate
from webapp.actors import Actor
from webapp.cli.checks import problems
from webapp.config import Config, Outside
from webapp.db import Database
from webapp.models import (
    Dossier,
    Incident,
    InstanceEvent,
    NumberRegister,
    ProcessDefinition,
    ProcessInstance,
)
from webapp.operations import jobs
from webapp.operations import people as accounts
from webapp.worker import loop
from webapp.worker.outside import outside_handlers

SEED = 5
Shape = Mapping[str, int]


@dataclass
class Result:
    """What a run over one kind of database found."""

    database: str
    points: int
    tried: int = 0
    wrong: list[str] = field(default_factory=list)


class Killer:
    """Counts the points at which a process may die, and dies at the chosen one."""

    def __init__(self, point: int = 0) -> None:
        self.point = point
        self.passed = 0

    def pass_by(self) -> None:
        """Count one point; the chosen one is the last."""
        self.passed += 1
        if self.passed == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, database: Database) -> None:
        """Pass by before and after each commit of this database."""
        dialect = database.sql_engine.dialect
        commit = dialect.do_commit

        def watched(connection: Any) -> None:
            self.pass_by()
            commit(connection)
            self.pass_by()

        dialect.do_commit = watched  # type: ignore[method-assign]

    def around(self, handler: Callable[[jobs.ClaimedJob], Any]) -> Callable[..., Any]:
        """Pass by before and after an outside effect."""

        def watched(job: jobs.ClaimedJob) -> Any:
            self.pass_by()
            told = handler(job)
            self.pass_by()
            return told

        return watched


@dataclass(frozen=True)
class House:
    """Where one kind of database is copied from, and what the load meets outside."""

    template: str
    folder: Path
    outside: Outside
    address: str
    book: Path
    people: Mapping[str, Actor]

    @contextmanager
    def copy(self, number: int) -> Iterator[str]:
        """Yield the URL of a database of its own with people in it."""
        url = make_url(self.template)
        if url.get_backend_name() == "sqlite":
            path = self.folder / f"copy-{number}.db"
            shutil.copy(str(url.database), path)
            yield f"sqlite:///{path}"
            for one in self.folder.glob(f"copy-{number}.db*"):
                one.unlink()
            return
        name = f"{url.database}_{number}"
        _administer(self.template, f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
        yield url.set(database=name).render_as_string()
        _administer(self.template, f'DROP DATABASE "{name}" WITH (FORCE)')

    def load(self, database: Database, killer: Killer, begin: Any = NINE) -> Load:
        """Return the load on that database, passing by the killer."""
        config = Config(
            secret_key="x" * 20,
            database_url=database.url,
            data_dir=self.folder,
            outside=self.outside,
        )
        killer.watch(database)
        handlers = outside_handlers(config, database)
        watched = {topic: killer.around(handler) for topic, handler in handlers.items()}
        return Load(database, self.people, watched, self.address, begin)


def enumerate_points(house: House, kind: str, *, count: int | None, seed: int = SEED) -> Result:
    """Kill at every point, or at ``count`` of them drawn by ``seed``, and check what comes after.

    The first run is not killed: it counts the points and says what must have happened.
    """
    loop.OUTSIDE_AT_ONCE = 1  # one after the other, so that points have an order
    killer = Killer()
    with house.copy(0) as url, _opened(url) as database:
        load = house.load(database, killer)
        load.play()
        points = killer.passed
        load.settle()
        expected = _shape(database)
        wrong = _wrong(database, house, expected)
    result = Result(kind, points, wrong=[f"not killed: {one}" for one in wrong])
    chosen = list(range(1, points + 1))
    if count is not None:
        chosen = sorted(Random(seed).sample(chosen, count))  # noqa: S311  (reproducible)
    for point in chosen:
        result.tried += 1
        result.wrong += [f"point {point}: {one}" for one in _after(house, point, expected)]
    return result


def _after(house: House, point: int, expected: Shape) -> list[str]:
    """Return what is wrong after a kill at ``point`` and a second try of everything."""
    with house.copy(point) as url:
        reached = house.folder / f"reached-{point}"
        child = os.fork()
        if not child:
            _play_and_die(house, url, point, reached)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            return [f"the process was not killed, but ended with {status}"]
        step = int(reached.read_text(encoding="ascii"))
        with _opened(url) as database:
            found = [f"right after the kill: {one}" for one in problems(database)]
            begin = NINE + step * BETWEEN + jobs.LEASE
            load = house.load(database, Killer(), begin)
            try:
                load.play()
                load.settle()
            except Exception as error:  # noqa: BLE001  (every point shall be looked at)
                return [*found, f"does not go on: {type(error).__name__}: {error}"]
            return found + _wrong(database, house, expected)


def _play_and_die(house: House, url: str, point: int, reached: Path) -> None:
    """Play in this child process; it ends here in any case."""
    status = 1
    try:
        database = Database(url)
        load = house.load(database, Killer(point))
        load.play(lambda number: _note(reached, number))
        status = 0
    finally:
        os._exit(status)


def _note(path: Path, number: int) -> None:
    path.write_text(str(number), encoding="ascii")


def _shape(database: Database) -> Shape:
    """Return how often each element of each process was completed, entered, fired or left."""
    with database.reading() as session:
        rows = session.execute(
            select(ProcessDefinition.key, InstanceEvent.kind, InstanceEvent.element_id)
            .join(ProcessInstance, ProcessInstance.id == InstanceEvent.instance_id)
            .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        )
        return Counter(f"{key} {kind} {element}" for key, kind, element in rows)


def _wrong(database: Database, house: House, expected: Shape) -> list[str]:
    """Return what is not as it must be at the end of a load."""
    found, shape = problems(database), _shape(database)
    found += [
        f"{what}: {shape.get(what, 0)} times, not {expected.get(what, 0)}"
        for what in sorted({*shape, *expected})
        if shape.get(what, 0) != expected.get(what, 0)
    ]
    with database.reading() as session:
        statuses = set(session.scalars(select(ProcessInstance.status)))
        codes = sorted(session.scalars(select(Dossier.code)))
        numbered = session.scalars(
            select(NumberRegister.last_number).where(NumberRegister.series.startswith("document"))
        ).all()
        incidents = session.scalar(select(func.count()).select_from(Incident))
    if statuses != {"completed"}:
        found.append(f"instances are {statuses}")
    if codes != [f"H99.26-261118-{number:04d}" for number in range(1, DOSSIERS + 1)]:
        found.append(f"codes are {codes}")
    if list(numbered) != [DOSSIERS]:
        found.append(f"documents have numbers up to {numbered}")
    if incidents:
        found.append(f"{incidents} incidents")
    return found + _wrong_effects(database, house)


def _wrong_effects(database: Database, house: House) -> list[str]:
    """Return jobs without an effect, and files that are missing; a stranger's id is wrong, too."""
    came = effects(house.book)
    house.book.write_text("", encoding="ascii")
    files = list((house.folder / "out").glob("*.txt"))
    wanted = outside_jobs(database)
    found = [
        f"{topic} had no effect" for job, topic in wanted.items() if _is_lost(job, topic, came)
    ]
    found += ["an effect of no job" for job in came if job not in wanted]
    if len(files) != DOSSIERS:
        found.append(f"{len(files)} files")
    for file in files:
        file.unlink()
    return found


def _is_lost(job_id: UUID, topic: str, came: list[UUID]) -> bool:
    return topic != "write-file" and job_id not in came


@contextmanager
def houses(kinds: list[str]) -> Iterator[Iterator[House]]:
    """Yield a house of each kind of database."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="motcua-crash-", dir=_memory()))
        )
        outside, address, book = stack.enter_context(peers(folder))

        def made() -> Iterator[House]:
            for kind in kinds:
                url = f"sqlite:///{folder}/template.db"
                if kind == "postgresql":
                    url = stack.enter_context(temporary_server()).new_database()
                people = _settled(url)
                yield House(url, folder, outside, address, book, people)

        yield made()


def _memory() -> str | None:
    """Return a folder in memory, where there is one: what a killed process wrote outlives it."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def _settled(url: str) -> Mapping[str, Actor]:
    """Create tables and people in a new database."""
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    migrate.upgrade(url)
    with _opened(url) as database, database.transaction() as session:
        return hire(session)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def _administer(template: str, statement: str) -> None:
    url = make_url(template).set(database="postgres")
    sql_engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with sql_engine.connect() as connection:
        connection.execute(text(statement))
    sql_engine.dispose()


def main(arguments: list[str]) -> int:
    """Print what was found as JSON; return 1 where something was wrong."""
    parser = ArgumentParser(prog="python -m tests.webapp.faults.crash")
    parser.add_argument("--all", action="store_true", help="every point, not a sample")
    parser.add_argument("--count", type=int, default=8, help="points of the sample")
    parser.add_argument("--seed", type=int, default=SEED, help="draws the sample")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    given = parser.parse_args(arguments)
    kinds = given.database or ["sqlite", "postgresql"]
    with houses(kinds) as all_houses:
        count = None if given.all else given.count
        results = [
            enumerate_points(house, kind, count=count, seed=given.seed)
            for kind, house in zip(kinds, all_houses, strict=True)
        ]
    print(json.dumps([asdict(result) for result in results], indent=1, ensure_ascii=False))  # noqa: T201
    return int(any(result.wrong for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
