"""User tasks completed over HTTP: one request to the API each, as a program sends it."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import event

from benchmarks import models
from benchmarks.measure import Result, milliseconds, percentile
from benchmarks.office import ANSWERS, AT, Office, office
from benchmarks.serving import Program, Served, free_port, running, serving
from scripts.postgresql import temporary_server
from webapp.operations import user_tasks

CLIENTS = 4
ROUNDS = 3  # ours and the limit in turns
EACH = 100  # requests of one client in one round
WARM_UP = 40
BODY = orjson.dumps({"variables": ANSWERS})


def on_sqlite() -> Result:
    """Measure completions with SQLite, which waits for the disk at every commit."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        return _measured(f"sqlite:///{name}/motcua.db", Path(name))


def on_postgresql() -> Result:
    """Measure completions with a PostgreSQL server that waits for the disk at every commit."""
    with (
        temporary_server(durable=True) as server,
        tempfile.TemporaryDirectory(prefix="motcua-bench-") as name,
    ):
        return _measured(server.new_database(), Path(name))


def starts() -> Result:
    """Measure starts of dossiers to their first user task, with SQLite."""
    body = orjson.dumps(
        {
            "process_key": models.PROCESS_ID,
            "applicant_name": "Nguyễn Thị Mai",
            "answers": models.two_kilobytes(),
        }
    )
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        database_url = f"sqlite:///{name}/motcua.db"
        with office(database_url, people_count=CLIENTS, roles=("counter",)) as place:
            keys = [place.key_of(username) for username in place.usernames]
            with serving(database_url, Path(name)) as served:
                _round(served, keys, [["/api/v1/dossiers"] * 10] * CLIENTS, body)
                rounds = [
                    _round(served, keys, [["/api/v1/dossiers"] * EACH] * CLIENTS, body)
                    for _ in range(ROUNDS)
                ]
    ms = [one for done in rounds for one in done.ms]
    return Result(
        value=round(median(one.per_second for one in rounds), 1),
        unit="starts/s",
        median_of=ROUNDS,
        beside={
            "p50_ms": round(median(ms), 2),
            "p99_ms": round(percentile(ms, 99), 2),
            "cpu_ms": round(median(one.cpu_ms for one in rounds), 2),
        },
    )


@dataclass(frozen=True)
class Round:
    """What one round of requests took."""

    ms: list[float]
    seconds: float
    cpu_ms: float  # of the web processes, for one request

    @property
    def per_second(self) -> float:
        return len(self.ms) / self.seconds


def _measured(database_url: str, folder: Path) -> Result:
    with office(database_url, people_count=CLIENTS) as place:
        statements = _statements(place)
        piles = [_pile(place, EACH) for _ in range(ROUNDS)]
        warm = _pile(place, WARM_UP // CLIENTS)
        keys = [place.key_of(username) for username in place.usernames]
        with ExitStack() as stack:
            ours = stack.enter_context(serving(database_url, folder))
            limit = stack.enter_context(limiting(database_url, folder))
            _round(ours, keys, _completions(warm))
            _round(limit, keys, _plain(WARM_UP // CLIENTS))
            ours_rounds, limit_rounds = [], []
            for pile in piles:
                ours_rounds.append(_round(ours, keys, _completions(pile)))
                limit_rounds.append(_round(limit, keys, _plain(EACH)))
    return _result(ours_rounds, limit_rounds, statements)


def _result(ours: list[Round], limit: list[Round], statements: dict[str, Any]) -> Result:
    rate = median(one.per_second for one in ours)
    highest = median(one.per_second for one in limit)
    ms = [one for done in ours for one in done.ms]
    return Result(
        value=round(rate, 1),
        unit="completions/s",
        median_of=len(ours),
        beside={
            "limit_per_second": round(highest, 1),
            "p50_ms": round(median(ms), 2),
            "p99_ms": round(percentile(ms, 99), 2),
            "limit_p99_ms": round(percentile([one for done in limit for one in done.ms], 99), 2),
            **statements,
            "cpu_ms": round(median(one.cpu_ms for one in ours), 2),
            "limit_cpu_ms": round(median(one.cpu_ms for one in limit), 2),
        },
        ratio=round(rate / highest, 3),
    )


@contextmanager
def limiting(database_url: str, folder: Path) -> Iterator[Served]:
    """Run the server that shows the limit for as long as the context lasts."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.limit", database_url, str(port)]
    with running(command, port, folder / "limit.log") as served:
        yield served


def _pile(place: Office, each: int) -> list[list[UUID]]:
    """Return for every person so many claimed tasks."""
    waiting = place.receive(each * len(place.usernames))
    piles = [waiting[start :: len(place.usernames)] for start in range(len(place.usernames))]
    for username, pile in zip(place.usernames, piles, strict=True):
        place.give(username, pile)
    return piles


def _completions(pile: list[list[UUID]]) -> list[list[str]]:
    return [[f"/api/v1/user-tasks/{one}/complete" for one in own] for own in pile]


def _plain(each: int) -> list[list[str]]:
    return [["/complete"] * each] * CLIENTS


def _round(
    served: Served, keys: Sequence[str], paths: list[list[str]], body: bytes = BODY
) -> Round:
    programs = [Program(served.port, key) for key in keys]
    cpu = served.cpu_seconds()
    started = perf_counter()
    with ThreadPoolExecutor(len(programs)) as pool:
        measured = list(pool.map(lambda *one: _send(*one, body), programs, paths))
    seconds = perf_counter() - started
    spent = served.cpu_seconds() - cpu
    for program in programs:
        program.close()
    ms = [one for done in measured for one in done]
    return Round(ms, seconds, spent / len(ms) * 1000)


def _send(program: Program, paths: list[str], body: bytes) -> list[float]:
    return [milliseconds(partial(program.post, path, body)) for path in paths]


def _statements(place: Office) -> dict[str, Any]:
    """Count what one completion sends to the database; the second, when everything is known."""
    username = place.usernames[0]
    waiting = place.receive(2)
    place.give(username, waiting)
    count = {"statements": 0, "commits": 0}

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        count["statements"] += not statement.startswith("BEGIN")

    def note_commit(_connection: Any) -> None:
        count["commits"] += 1

    for number, user_task_id in enumerate(waiting):
        if number == 1:
            event.listen(place.database.sql_engine, "after_cursor_execute", note)
            event.listen(place.database.sql_engine, "commit", note_commit)
        with place.database.transaction() as session:
            actor = place.actors[username]
            user_tasks.complete(session, user_task_id, ANSWERS, actor=actor, at=AT)
    event.remove(place.database.sql_engine, "after_cursor_execute", note)
    event.remove(place.database.sql_engine, "commit", note_commit)
    return dict(count)
