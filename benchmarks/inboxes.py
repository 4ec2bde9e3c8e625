"""The first page of an inbox over HTTP, with many open tasks behind it."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from benchmarks.measure import Result, milliseconds, percentile
from benchmarks.office import AT, PASSWORD, Office, office
from benchmarks.serving import Client, serving
from webapp.models import (
    Dossier,
    DossierGroup,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
    UserTaskStatus,
)

MINE = 20  # one task in twenty is the reader's own, the others wait for the group
ASKED = 60  # times each page is asked for
BATCH = 5_000  # rows
PAGES = {
    "unclaimed": "/inbox?scope=unclaimed",
    "mine": "/inbox",
    "unit": "/inbox?scope=unit",
    "search": "/inbox?scope=unclaimed&q=nguyen+thi+mai",
}


def first_page(*, open_tasks: int) -> Result:
    """Measure the first pages of a reader whose group has that many open tasks, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        database_url = f"sqlite:///{name}/motcua.db"
        with office(database_url, people_count=1) as place:
            place.receive(1)
            _multiply(place, open_tasks)
        with serving(database_url, Path(name)) as served:
            client = Client(served.port)
            client.sign_in("officer0", PASSWORD, "/inbox")
            measured = {page: _ask(client, path) for page, path in PAGES.items()}
            _, body = client.get(PAGES["unclaimed"])
            client.close()
    return Result(
        value=round(median(measured["unclaimed"]), 2),
        unit="ms",
        median_of=ASKED,
        beside={
            "p99_ms": round(percentile(measured["unclaimed"], 99), 2),
            **{f"{page}_ms": round(median(ms), 2) for page, ms in measured.items()},
            "bytes": len(body),
        },
    )


def _ask(client: Client, path: str) -> list[float]:
    status, _ = client.get(path)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return [milliseconds(lambda: client.get(path)) for _ in range(ASKED)]


def _multiply(place: Office, wanted: int) -> None:
    """Copy the one dossier until that many tasks are open."""
    with place.database.transaction() as session:
        patterns = _patterns(session)
        reader = place.actor_named(session, "officer0")
        numbers = range(1, wanted)
        for start in range(0, len(numbers), BATCH):
            copies = [_copy(patterns, n, reader.user_id) for n in numbers[start : start + BATCH]]
            for table in patterns:
                session.execute(insert(table), [row for copy in copies for row in copy[table]])


def _patterns(session: Session) -> dict[Table, list[dict[str, Any]]]:
    """Return the rows that make one dossier, by table, parents first."""
    tables: Iterator[Any] = (
        model.__table__
        for model in (ProcessInstance, Dossier, DossierGroup, UserTask, UserTaskCandidate)
    )
    return {
        table: [dict(row._mapping) for row in session.execute(select(table))] for table in tables
    }


def _copy(
    patterns: dict[Table, list[dict[str, Any]]], number: int, reader_id: Any
) -> dict[Table, list[dict[str, Any]]]:
    """Return the rows of one more dossier: other ids, code and due date, now and then claimed."""
    instance_id, dossier_id, user_task_id = uuid4(), uuid4(), uuid4()
    due_at = AT + timedelta(minutes=number)
    claimed = number % MINE == 0
    changes: dict[str, dict[str, Any]] = {
        "process_instance": {"id": instance_id},
        "dossier": {
            "id": dossier_id,
            "instance_id": instance_id,
            "code": f"H99.26-260302-{number:06d}",
            "tracking_token": f"benchmark-{number}",
        },
        "dossier_group": {"dossier_id": dossier_id},
        "user_task": {
            "id": user_task_id,
            "instance_id": instance_id,
            "due_at": due_at,
            "assignee_id": reader_id if claimed else None,
            "claimed_at": AT if claimed else None,
            "status": UserTaskStatus.OPEN,
        },
        "user_task_candidate": {
            "id": None,
            "user_task_id": user_task_id,
            "due_at": due_at,
            "status": "claimed" if claimed else "unclaimed",
        },
    }
    return {
        table: [_changed(row, changes[table.name]) for row in rows]
        for table, rows in patterns.items()
    }


def _changed(row: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    changed = {**row, **changes}
    return {key: value for key, value in changed.items() if key != "id" or value is not None}
