"""Many timers due at once, fired by one worker and by two, on PostgreSQL."""

import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, delete, func, insert, select

from benchmarks.measure import Result
from scripts.postgresql import temporary_server
from webapp import migrate
from webapp.actors import SYSTEM
from webapp.db import Database
from webapp.models import (
    Dossier,
    DossierGroup,
    ElementTiming,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskCandidate,
)
from webapp.operations import deployments, dossiers
from webapp.operations.intake import DossierRequest
from webapp.worker.loop import Worker

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # long ago: what it arms is due
TIMERS = 10_000
BATCH = 2_000  # rows of one insert
_MODEL = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="benchmark"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
<process id="reminding" name="Reminding" isExecutable="true">
<startEvent id="Start"/><sequenceFlow id="a" sourceRef="Start" targetRef="Task_Review"/>
<userTask id="Task_Review" name="Review" camunda:candidateGroups="office"/>
<boundaryEvent id="Remind" attachedToRef="Task_Review" cancelActivity="false">
<timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>
<sequenceFlow id="b" sourceRef="Remind" targetRef="Task_Remind"/>
<userTask id="Task_Remind" name="Remind" camunda:candidateGroups="office"/>
<sequenceFlow id="c" sourceRef="Task_Remind" targetRef="End"/>
<sequenceFlow id="d" sourceRef="Task_Review" targetRef="End"/><endEvent id="End"/>
</process></definitions>"""
_TABLES = (
    ProcessInstance,
    Dossier,
    DossierGroup,
    ElementTiming,
    UserTask,
    UserTaskCandidate,
    Timer,
)


def due(timers: int = TIMERS) -> Result:
    """Fire that many timers of as many dossiers with one worker, then with two, in turns."""
    with ExitStack() as stack:
        url = stack.enter_context(temporary_server(durable=True)).new_database()
        migrate.upgrade(url)
        database = Database(url)
        stack.callback(database.dispose)
        patterns = _patterns(database)
        rates = {workers: _rate(database, patterns, timers, workers) for workers in (1, 2)}
    return Result(
        value=round(rates[1], 1),
        unit="/s",
        median_of=1,
        beside={"two_workers_per_second": round(rates[2], 1), "timers": timers},
        ratio=round(rates[2] / rates[1], 2),
    )


def _rate(
    database: Database, patterns: dict[Table, list[dict[str, Any]]], timers: int, workers: int
) -> float:
    """Return how many timers per second that many worker processes fire together."""
    _multiply(database, patterns, timers)
    command = [sys.executable, "-m", "benchmarks.timers", database.url]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(workers)
    ]
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()  # it is ready
    started = perf_counter()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        one.communicate()
    seconds = perf_counter() - started
    with database.reading() as session:
        if session.scalar(select(func.count()).select_from(Timer)):
            raise RuntimeError("the workers left timers")
    return timers / seconds


def _patterns(database: Database) -> dict[Table, list[dict[str, Any]]]:
    """Return the rows of one dossier with an armed timer, by table; then take it away."""
    with database.transaction() as session:
        draft = deployments.save_draft(
            session, {"reminding.bpmn": _MODEL}, "reminding.zip", actor=SYSTEM, at=AT
        )
        deployments.publish(session, draft, note="benchmark", actor=SYSTEM, at=AT)
        request = DossierRequest(applicant_name="Nguyễn Thị Mai", subject="Benchmark")
        dossiers.start(session, "reminding", request, actor=SYSTEM, at=AT)
    with database.transaction() as session:
        tables = [model.__table__ for model in _TABLES]
        found = {
            table: [dict(row._mapping) for row in session.execute(select(table))]
            for table in tables
        }
        for table in reversed(tables[1:]):
            session.execute(delete(table))
        return found  # type: ignore[return-value]


def _multiply(database: Database, patterns: dict[Table, list[dict[str, Any]]], wanted: int) -> None:
    for start in range(0, wanted, BATCH):
        copies = [_copy(patterns) for _ in range(start, min(start + BATCH, wanted))]
        with database.transaction() as session:
            for table in patterns:
                rows = [row for copy in copies for row in copy[table]]
                if rows:
                    session.execute(insert(table), rows)


def _copy(patterns: dict[Table, list[dict[str, Any]]]) -> dict[Table, list[dict[str, Any]]]:
    """Return the rows of one more dossier, with ids of its own everywhere."""
    ids: dict[Any, Any] = {}
    made: dict[Table, list[dict[str, Any]]] = {}
    for table, rows in patterns.items():
        made[table] = []
        for row in rows:
            new = {
                name: ids.get(value, value) if _is_id(name) else value
                for name, value in row.items()
            }
            if "id" in row and not isinstance(row["id"], int):
                new["id"] = ids[row["id"]] = uuid4()
            elif "id" in row:
                new.pop("id")
            for name in ("code", "tracking_token"):
                if name in new:
                    new[name] = str(uuid4())
            made[table].append(new)
    return made


def _is_id(name: str) -> bool:
    return name.endswith("_id") and name != "definition_id"


def main() -> None:
    """Be one worker: say so, wait for the word, fire until nothing is due."""
    worker = Worker(Database(sys.argv[1]), {})
    print("ready", flush=True)
    sys.stdin.readline()
    while worker.run_once():
        pass


if __name__ == "__main__":
    main()
