"""What running costs: bytes of a completion, memory of a web process, time until it answers."""

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import event, text

from benchmarks import models
from benchmarks.completions import BODY, CLIENTS
from benchmarks.measure import Result
from benchmarks.office import ANSWERS, AT, Office, office
from benchmarks.serving import Program, serving
from webapp.actors import SYSTEM
from webapp.operations import deployments, dossiers, user_tasks

COMPLETIONS = 1_000
PROCEDURES = 200
STARTS = 5


def bytes_per_step() -> Result:
    """Measure the bytes that a database grows by for each completed user task, and the rows."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        database_url = f"sqlite:///{name}/motcua.db"
        with office(database_url, people_count=1) as place:
            username = place.usernames[0]
            waiting = place.receive(COMPLETIONS)
            place.give(username, waiting)
            before, rows = _size(place), _Rows(place)
            for user_task_id in waiting:
                with place.database.transaction() as session:
                    user_tasks.complete(
                        session, user_task_id, ANSWERS, actor=place.actors[username], at=AT
                    )
            grown = _size(place) - before
    return Result(
        value=round(grown / COMPLETIONS),
        unit="bytes",
        median_of=COMPLETIONS,
        beside={"rows": round(rows.written / COMPLETIONS, 2)},
    )


def rss_worker() -> Result:
    """Measure the memory of a web process after completions spread over two hundred procedures."""
    completions = 10_000
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        database_url = f"sqlite:///{name}/motcua.db"
        with office(database_url, people_count=CLIENTS) as place:
            keys = _procedures(place)
            piles = [_pile(place, keys, completions // 2 // CLIENTS) for _ in range(2)]
            programs_keys = [place.key_of(username) for username in place.usernames]
            with serving(database_url, Path(name)) as served:
                sizes = []
                for pile in piles:
                    _complete(served.port, programs_keys, pile)
                    sizes.append(served.largest_rss() / 1024**2)
    return Result(
        value=round(sizes[1], 1),
        unit="MB",
        median_of=1,
        beside={
            "half_way_mb": round(sizes[0], 1),
            "completions": completions,
            "procedures": len(keys),
        },
    )


def cold_start() -> Result:
    """Measure the time from starting the program to its first answer, on a migrated database."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        database_url = f"sqlite:///{name}/motcua.db"
        with office(database_url, people_count=1):
            pass
        spent = []
        for _ in range(STARTS):
            started = perf_counter()
            with serving(database_url, Path(name)):
                spent.append(perf_counter() - started)
    return Result(
        value=round(median(spent), 2),
        unit="s",
        median_of=STARTS,
        beside={"longest_s": round(max(spent), 2), "python": sys.version.split()[0]},
    )


class _Rows:
    """Counts the rows that are written from now on."""

    def __init__(self, place: Office) -> None:
        self.written = 0
        event.listen(place.database.sql_engine, "after_cursor_execute", self._note)

    def _note(self, _connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        parameters, _context, many = more
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self.written += len(parameters) if many else max(1, cursor.rowcount)


def _size(place: Office) -> int:
    """Return the bytes of the database's pages, without those that are free."""
    with place.database.reading() as session:
        pages, free, size = (
            session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


def _procedures(place: Office) -> list[str]:
    """Publish many procedures of the measured kind and return their keys."""
    keys = []
    for number in range(PROCEDURES):
        key = f"benchmark_{number}"
        files = models.our_files()
        model = files["benchmark.bpmn"].replace(
            b'<process id="benchmark"', f'<process id="{key}"'.encode()
        )
        with place.database.transaction() as session:
            draft = deployments.save_draft(
                session, {**files, "benchmark.bpmn": model}, "benchmark.zip", actor=SYSTEM, at=AT
            )
            deployments.publish(session, draft, note="", actor=SYSTEM, at=AT)
        keys.append(key)
    return keys


def _pile(place: Office, keys: list[str], each: int) -> list[list[str]]:
    request = dossiers.DossierRequest(
        applicant_name="Nguyễn Thị Mai", answers=models.two_kilobytes()
    )
    for number in range(each * CLIENTS):
        with place.database.transaction() as session:
            key = keys[number % len(keys)]
            dossiers.start(session, key, request, actor=SYSTEM, at=AT)
    waiting = place.waiting()
    piles = [waiting[start::CLIENTS] for start in range(CLIENTS)]
    for username, pile in zip(place.usernames, piles, strict=True):
        place.give(username, pile)
    return [[f"/api/v1/user-tasks/{one}/complete" for one in pile] for pile in piles]


def _complete(port: int, keys: list[str], piles: list[list[str]]) -> None:
    for key, pile in zip(keys, piles, strict=True):
        program = Program(port, key)
        for path in pile:
            program.post(path, BODY)
        program.close()
