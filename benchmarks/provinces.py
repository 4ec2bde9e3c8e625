"""The first page of a clerk's inbox where two thousand groups have work, on PostgreSQL."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.measure import Result, milliseconds, percentile
from benchmarks.office import PASSWORD, Office, office
from benchmarks.serving import Client, Program, serving
from scripts.postgresql import temporary_server
from webapp.actors import SYSTEM
from webapp.models import Dossier, ProcessInstance, UserTask, UserTaskCandidate
from webapp.operations import people

GROUPS = 2_000
MINE = ("g7", "g8", "g9")
ASKED = 60  # times each page is asked for
AT_ONCE = 50_000  # rows of one statement
PAGE = "/inbox?scope=unclaimed"
OTHERS = {
    "search": f"{PAGE}&q=nguyen+thi+mai",
    "due_week": f"{PAGE}&due=week",
}
_ID = "('00000000-0000-4000-8{0}00-' || lpad(to_hex(n), 12, '0'))::uuid"
_DUE = "now() + n * interval '1 second'"
_CHANGES: tuple[tuple[Any, dict[str, str]], ...] = (
    (ProcessInstance, {"id": _ID.format(1), "snapshot": "''::bytea"}),
    (
        Dossier,
        {
            "id": _ID.format(2),
            "instance_id": _ID.format(1),
            "code": "'B-' || n",
            "tracking_token": "'benchmark-' || n",
            "applicant_name": "'Người nộp ' || n",
            "search_text": "'b-' || n || ' nguoi nop ' || n",
            "answers": "'{}'",
            "papers": "'[]'",
        },
    ),
    (
        UserTask,
        {
            "id": _ID.format(3),
            "instance_id": _ID.format(1),
            "due_at": _DUE,
            "told_at": "now()",  # else the worker would tell of a million tasks meanwhile
        },
    ),
    (
        UserTaskCandidate,
        {
            "id": "id + n",
            "user_task_id": _ID.format(3),
            "group_key": f"'g' || (n % {GROUPS})",
            "due_at": _DUE,
        },
    ),
)


def inbox_100k() -> Result:
    """Measure the first page with a hundred thousand open tasks."""
    return _measured(100_000)


def inbox_1m() -> Result:
    """Measure the first page with a million open tasks."""
    return _measured(1_000_000)


def _measured(open_tasks: int) -> Result:
    with (
        temporary_server() as server,
        tempfile.TemporaryDirectory(prefix="motcua-bench-") as name,
    ):
        database_url = server.new_database()
        with office(database_url, people_count=1) as place:
            _fill(place, open_tasks)
            key = place.key_of(place.usernames[0])
        with serving(database_url, Path(name)) as served:
            client = Client(served.port)
            client.sign_in("officer0", PASSWORD, "/inbox")
            page = _asked(lambda: client.get(PAGE))
            others = {
                name: _asked(lambda path=path: client.get(path)) for name, path in OTHERS.items()
            }  # type: ignore[misc]
            client.close()
            program = Program(served.port, key)
            listed = _asked(lambda: program.get("/api/v1/user-tasks?scope=unclaimed"))
            program.close()
    return Result(
        value=round(median(page), 2),
        unit="ms",
        median_of=ASKED,
        beside={
            "p99_ms": round(percentile(page, 99), 2),
            "api_ms": round(median(listed), 2),
            **{f"{name}_ms": round(median(ms), 2) for name, ms in others.items()},
            "groups": GROUPS,
        },
    )


def _asked(ask: Any) -> list[float]:
    ask()
    return [milliseconds(ask) for _ in range(ASKED)]


def _fill(place: Office, open_tasks: int) -> None:
    """Copy the one dossier until that many tasks are open, spread over all groups."""
    place.receive(1)
    with place.database.reading() as session:
        quieten(session)
    with place.database.transaction() as session:
        for group in MINE:
            people.create_group(session, group, group, actor=SYSTEM)
        user_id = people.get_user_id(session, place.usernames[0])
        people.set_groups(session, user_id, MINE, actor=SYSTEM)
    for start in range(1, open_tasks, AT_ONCE):
        with place.database.transaction() as session:
            copy_dossiers(session, start, min(start + AT_ONCE, open_tasks) - 1)
    with place.database.reading() as session:
        tidy(session)


def quieten(session: Session) -> None:
    """Let the server not tidy up by itself; ``tidy`` does it once, and not while we measure.

    A site's server does, all the time, and its pages are marked as seen by all. Here it would
    begin in the middle of the filling: its ANALYZE then keeps a VACUUM beside it from marking any
    page, and what an index has all of is looked up in the table, row by row.
    """
    session.execute(text("ALTER SYSTEM SET autovacuum = off"))
    session.execute(text("SELECT pg_reload_conf()"))


def tidy(session: Session) -> None:
    """Do what autovacuum and the checkpointer of a site have done long before anybody asks."""
    session.execute(text("VACUUM ANALYZE"))
    session.execute(text("CHECKPOINT"))


def copy_dossiers(session: Session, first: int, last: int) -> None:
    """Copy the one dossier that was received as often as there are numbers."""
    pattern = session.scalars(text("SELECT instance_id FROM dossier WHERE code NOT LIKE 'B-%'"))
    instance_id = pattern.one()
    for model, changes in _CHANGES:
        columns = [column.name for column in model.__table__.columns]
        values = ", ".join(changes.get(name, name) for name in columns)
        source = _PATTERNS[model]
        session.execute(
            text(
                f"INSERT INTO {model.__tablename__} ({', '.join(columns)}) SELECT {values}"  # noqa: S608
                f" FROM {source}, generate_series({first}, {last}) AS n"
            ),
            {"instance_id": instance_id},
        )


_PATTERNS = {
    ProcessInstance: "(SELECT * FROM process_instance WHERE id = :instance_id) AS one",
    Dossier: "(SELECT * FROM dossier WHERE instance_id = :instance_id) AS one",
    UserTask: "(SELECT * FROM user_task WHERE instance_id = :instance_id LIMIT 1) AS one",
    UserTaskCandidate: (
        "(SELECT c.* FROM user_task_candidate c JOIN user_task t ON t.id = c.user_task_id"
        " WHERE t.instance_id = :instance_id LIMIT 1) AS one"
    ),
}
