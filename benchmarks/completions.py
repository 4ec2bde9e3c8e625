"""User tasks completed over HTTP: one POST each, as the browser sends it on the last page."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import UUID

from benchmarks.measure import Result, milliseconds, percentile
from benchmarks.office import PASSWORD, Office, office
from benchmarks.serving import Client, serving
from scripts.postgresql import temporary_server

CLIENTS = 4
EACH = 100  # completions of one client in one run
WARM_UP = 20


def on_sqlite() -> Result:
    """Measure completions with SQLite."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        return _measured(f"sqlite:///{name}/motcua.db", Path(name))


def on_postgresql() -> Result:
    """Measure completions with a PostgreSQL server that waits for the disk at every commit."""
    with (
        temporary_server(durable=True) as server,
        tempfile.TemporaryDirectory(prefix="motcua-bench-") as name,
    ):
        return _measured(server.new_database(), Path(name))


def _measured(database_url: str, folder: Path) -> Result:
    with office(database_url, people_count=CLIENTS) as place:
        alone, together = _piles(place)
        with serving(database_url, folder) as port:
            clients = [_client(port, username) for username in place.usernames]
            _complete(clients[0], alone[:WARM_UP])
            one_ms, one_seconds = _run(clients[:1], [alone[WARM_UP:]])
            four_ms, four_seconds = _run(clients, together)
            for client in clients:
                client.close()
    return Result(
        value=round(median(one_ms), 2),
        unit="ms",
        median_of=len(one_ms),
        beside={
            "one_p99_ms": round(percentile(one_ms, 99), 2),
            "one_per_second": round(len(one_ms) / one_seconds, 1),
            "four_p50_ms": round(median(four_ms), 2),
            "four_p99_ms": round(percentile(four_ms, 99), 2),
            "four_per_second": round(len(four_ms) / four_seconds, 1),
        },
    )


def _piles(place: Office) -> tuple[list[UUID], list[list[UUID]]]:
    """Return the tasks of the first person alone, then one pile for each person."""
    waiting = place.receive(WARM_UP + EACH * (1 + CLIENTS))
    alone, rest = waiting[: WARM_UP + EACH], waiting[WARM_UP + EACH :]
    piles = [rest[start :: len(place.usernames)] for start in range(len(place.usernames))]
    place.give(place.usernames[0], alone)
    for username, pile in zip(place.usernames, piles, strict=True):
        place.give(username, pile)
    return alone, piles


def _client(port: int, username: str) -> Client:
    client = Client(port)
    client.sign_in(username, PASSWORD, "/inbox")
    return client


def _run(clients: Sequence[Client], piles: Sequence[list[UUID]]) -> tuple[list[float], float]:
    """Return the milliseconds of every completion and the seconds of the whole run."""
    started = perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        measured = list(pool.map(_complete, clients, piles))
    return [ms for one in measured for ms in one], perf_counter() - started


def _complete(client: Client, user_task_ids: list[UUID]) -> list[float]:
    return [milliseconds(lambda id_=id_: _post(client, id_)) for id_ in user_task_ids]  # type: ignore[misc]


def _post(client: Client, user_task_id: UUID) -> None:
    status, body = client.post(f"/user-tasks/{user_task_id}/check")
    if status != 303:
        raise RuntimeError(f"{user_task_id} was not completed: {status} {body[:300]!r}")
