"""What Prometheus and log collectors read."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from tests.webapp.conftest import NINE
from tests.webapp.office import open_task, receive, work
from tests.webapp.programs import Program, program
from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor
from webapp.db import Database
from webapp.logs import JsonFormatter, bound
from webapp.worker.loop import Worker


def test_metrics_tell_what_waits_and_what_was_done(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    before = _figures(Visitor(product(database)).get("/metrics").text)
    dossier_id = receive(database, review, people["thu"], NINE)
    receive(database, review, people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")

    found = _figures(Visitor(product(database)).get("/metrics").text)

    assert found['motcua_instances{status="active"}'] == 2.0
    assert found['motcua_waiting{kind="user_task"}'] == 1.0
    assert found['motcua_waiting{kind="job"}'] == 1.0
    assert found['motcua_due_age_seconds{kind="job"}'] > 0
    completed = 'motcua_engine_step_seconds_count{command="CompleteUserTask"}'
    assert found[completed] == before.get(completed, 0.0) + 1


def test_a_failed_job_is_counted_and_its_incident_too(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    work(database, dossier_id, "Task_Appraise", people["hanh"], NINE, ket_qua="dat")
    failed = 'motcua_jobs_total{result="failed",topic="document-number"}'
    before = _figures(Visitor(product(database)).get("/metrics").text)

    for turn in range(10):
        at = NINE + timedelta(days=1) * (turn + 1)
        Worker(database, {"document-number": _broken}, now=lambda at=at: at).run_once()  # type: ignore[misc]

    found = _figures(Visitor(product(database)).get("/metrics").text)
    assert found[failed] > before.get(failed, 0.0)
    assert found["motcua_incidents_open"] == 1.0


@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("secret", {}, 404),
        ("secret", {"Authorization": "Bearer wrong"}, 404),
        ("secret", {"Authorization": "Bearer secret"}, 200),
    ],
)
def test_only_this_machine_or_who_knows_the_token_reads_metrics(
    database: Database, token: str, headers: dict[str, str], status: int
) -> None:
    visitor = Visitor(product(database, metrics_token=token))

    assert visitor.get("/metrics", **headers).status_code == status


def test_the_processes_of_a_machine_count_together(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from webapp import metrics;"
        "metrics.use_folder(pathlib.Path(sys.argv[1]), fresh=False);"
        "metrics.instruments().timers.labels('fired').inc(2)"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    reading = (
        "import sys, pathlib; from webapp import metrics;"
        "metrics.use_folder(pathlib.Path(sys.argv[1]), fresh=False);"
        "from prometheus_client import generate_latest;"
        "print(generate_latest(metrics.registry()).decode())"
    )

    told = subprocess.run(
        [sys.executable, "-c", reading, str(tmp_path)], check=True, capture_output=True, text=True
    ).stdout

    assert 'motcua_timers_total{result="fired"} 4.0' in told


def test_what_the_database_knows_is_told_once_however_often_it_was_asked(
    database: Database, tmp_path: Path
) -> None:
    program = (
        "import sys, pathlib; from webapp import metrics;"
        "metrics.use_folder(pathlib.Path(sys.argv[1]), fresh=False);"
        "from tests.webapp.visitor import Visitor, product; from webapp.db import Database;"
        "visitor = Visitor(product(Database(sys.argv[2])));"
        "visitor.get('/metrics'); print(visitor.get('/metrics').text)"
    )

    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "counted"), database.url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    declared = re.findall("# TYPE (\\S+)", told)
    assert "motcua_incidents_open" in declared
    assert "motcua_http_request_seconds" in declared
    assert sorted(declared) == sorted(set(declared))
    assert "pid=" not in told


def test_threads_that_count_for_the_first_time_together_share_the_counters() -> None:
    program = (
        "from concurrent.futures import ThreadPoolExecutor; from webapp import metrics;"
        "pool = ThreadPoolExecutor(16);"
        "made = list(pool.map(lambda _: metrics.instruments(), range(64)));"
        "assert len({id(one) for one in made}) == 1"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_line_of_json_holds_phrase_facts_and_who_asked() -> None:
    record = logging.makeLogRecord({"msg": "user task completed", "levelname": "INFO", "tries": 2})

    with bound(request_id="a1", actor="thu"):
        line = json.loads(JsonFormatter().format(record))

    assert line["message"] == "user task completed"
    assert (line["request_id"], line["actor"], line["tries"]) == ("a1", "thu", "2")
    assert line["time"].endswith("+00:00")


def test_an_answer_names_its_request(database: Database) -> None:
    app = product(database)

    for answer in (Visitor(app).get("/sign-in"), Program(app, None).get("/v1/dossiers")):
        assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


def test_a_request_that_may_change_something_is_in_the_log_with_who_asked_for_what(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    dossier_id = receive(database, review, people["thu"], NINE)
    task_id = str(open_task(database, dossier_id, "Task_Appraise"))
    app, written = product(database), StringIO()
    hanh = program(app, database, people["hanh"])
    page = signed_in(app, database, "hanh")
    token = page.token()

    with _logged_to(written):
        hanh.get("/v1/user-tasks")
        page.get("/inbox")
        claimed = hanh.post(f"/v1/user-tasks/{task_id}/claim")
        again = page.post(f"/user-tasks/{task_id}/claim", token=token)

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [one for one in lines if one["message"] == "request answered"]
    assert [one["status"] for one in told] == [str(claimed.status_code), str(again.status_code)]
    assert [one["request_id"] for one in told] == [
        claimed.headers["X-Request-Id"],
        again.headers["X-Request-Id"],
    ]
    assert [one["actor"] for one in told] == ["hanh", "hanh"]
    assert [one["user_task_id"] for one in told] == [task_id, task_id]


@contextmanager
def _logged_to(stream: StringIO) -> Iterator[None]:
    handler, log = logging.StreamHandler(stream), logging.getLogger("webapp.watching")
    handler.setFormatter(JsonFormatter())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield
    log.removeHandler(handler)
    log.setLevel(logging.NOTSET)


def _broken(*_arguments: object) -> dict[str, object]:
    raise ValueError("the register is closed")


def _figures(text: str) -> dict[str, float]:
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}
