"""Where the time of a period went, by element, desk, agency, version and channel."""

import csv
import io
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from openpyxl import load_workbook
from sqlalchemy import select, update

from tests.webapp.calling import caller, inner, publish
from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor
from webapp.cli import checks
from webapp.db import Database
from webapp.models import Dossier, TimingDay, TimingSummed, UserTask
from webapp.operations import timing_days, user_tasks
from webapp.queries import breakdowns, timings, ways
from webapp.queries.breakdowns import DIMENSIONS, Share, StayFilter
from webapp.stay_days import day_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERIOD = "since=16/11/2026&until=22/11/2026"
STRUCTURE = Path(__file__).with_name("xes_structure.xsd")
XES = "{http://www.xes-standard.org/}"


@pytest.fixture
def app(database: Database, review: str) -> Flask:
    return product(database)


@pytest.fixture
def admin(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "lan")


@pytest.fixture
def played(database: Database, review: str, people: dict[str, Actor]) -> None:
    """Two dossiers: one appraised after two hours, one with a supplement of an hour in between."""
    first, second = (receive(database, review, people["thu"], NINE) for _ in range(2))
    work(database, first, "Task_Appraise", people["hanh"], NINE + 2 * HOUR, ket_qua="dat")
    work(database, second, "Task_Appraise", people["hanh"], NINE + HOUR, ket_qua="bo_sung")
    work(database, second, "Task_Supplement", people["thu"], NINE + 2 * HOUR)
    at = NINE + 2 * HOUR + DAY  # the next day at eleven: eight office hours later
    work(database, second, "Task_Appraise", people["hanh"], at, ket_qua="dat")


def shares(database: Database, dimension: str, **given: object) -> dict[str, Share]:
    with database.reading() as session:
        ids = timings.definition_ids(session, "Process_Review")
        days = {"since": day_of(NINE - 2 * DAY), "until": day_of(NINE + 4 * DAY)}
        wanted = StayFilter(ids, **{**days, **given})  # type: ignore[arg-type]
        return {one.key: one for one in breakdowns.shares(session, wanted, dimension)}


def sum_up(database: Database, at: datetime) -> int:
    done = 0
    with database.transaction() as session:
        while timing_days.has_days(session, at):
            done += timing_days.sum_some(session, at=at)
    return done


@pytest.mark.usefixtures("played")
def test_each_task_tells_waiting_paused_and_calendar_time(database: Database) -> None:
    found = shares(database, "element")

    appraisal, supplement = found["Task_Appraise"].sums, found["Task_Supplement"].sums
    assert (appraisal.stays, appraisal.waiting_seconds) == (3, (2 + 1 + 8) * 3600)
    assert appraisal.paused_seconds == 0
    assert appraisal.elapsed_seconds == (2 + 1 + 24) * 3600
    assert (appraisal.limited, appraisal.over) == (3, 0)
    assert (supplement.paused_seconds, supplement.waiting_seconds) == (3600, 3600)


@pytest.mark.usefixtures("played")
def test_days_that_were_added_up_tell_the_same_as_the_stays(database: Database) -> None:
    fresh = {one: shares(database, one) for one in DIMENSIONS}

    assert sum_up(database, NINE + DAY) == 1  # the first day is over, the second is not
    half = {one: shares(database, one) for one in DIMENSIONS}
    assert sum_up(database, NINE + 9 * DAY) == 1
    whole = {one: shares(database, one) for one in DIMENSIONS}

    assert fresh == half == whole
    assert set(fresh["desk"]) == {"xay-dung", "mot-cua"}
    assert checks.problems(database) == []


@pytest.mark.usefixtures("played")
def test_the_check_finds_a_sum_that_is_wrong_and_a_rebuild_mends_it(database: Database) -> None:
    sum_up(database, NINE + 9 * DAY)
    with database.transaction() as session:
        session.execute(update(TimingDay).values(waiting_seconds=1))
    problems = checks.problems(database)

    with database.transaction() as session:
        timing_days.rebuild(session)
        assert session.scalars(select(TimingSummed)).all() == []
    sum_up(database, NINE + 9 * DAY)

    assert [one[:10] for one in problems] == ["timings of"] * 2
    assert checks.problems(database) == []


@pytest.mark.usefixtures("played")
def test_a_period_stands_beside_the_one_before(database: Database) -> None:
    days = {"since": day_of(NINE + DAY), "until": day_of(NINE + DAY)}

    appraisal = shares(database, "element", **days)["Task_Appraise"]

    assert (appraisal.sums.stays, appraisal.before.stays) == (1, 2)
    assert shares(database, "element", channel="online") == {}
    assert shares(database, "element", agencies=frozenset()) == {}


@pytest.mark.usefixtures("played")
def test_the_ways_tell_what_was_done_again(database: Database) -> None:
    with database.reading() as session:
        ids = timings.definition_ids(session, "Process_Review")
        found = ways.ways(session, StayFilter(ids, day_of(NINE), day_of(NINE + DAY)))

    assert found.instances == 2
    assert {one.elements for one in found.variants} == {
        ("Task_Appraise",),
        ("Task_Appraise", "Task_Supplement", "Task_Appraise"),
    }
    assert [(one.element_id, one.dossiers, one.most) for one in found.rework] == [
        ("Task_Appraise", 1, 2)
    ]


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_breakdown_has_a_page_and_files(admin: Visitor, dimension: str) -> None:
    query = f"{PERIOD}&by={dimension}"

    page = admin.get(f"/timings/Process_Review/breakdown?{query}")
    table = admin.get(f"/timings/Process_Review/breakdown.csv?{query}").data.decode("utf-8-sig")
    book = load_workbook(BytesIO(admin.get(f"/timings/Process_Review/breakdown.xlsx?{query}").data))

    rows = list(csv.reader(io.StringIO(table)))
    assert page.status_code == 200
    assert sum(int(row[1]) for row in rows[1:]) == 4
    assert book.active is not None
    assert book.active.max_row > 4


@pytest.mark.usefixtures("played")
def test_a_name_like_a_formula_stays_text_in_files(admin: Visitor, database: Database) -> None:
    with database.transaction() as session:
        timing_days.sum_some(session, at=NINE + 9 * DAY)
        session.execute(update(TimingDay).values(desk="=1+1"))
    query = f"{PERIOD}&by=desk"

    table = admin.get(f"/timings/Process_Review/breakdown.csv?{query}").data.decode("utf-8-sig")
    book = load_workbook(BytesIO(admin.get(f"/timings/Process_Review/breakdown.xlsx?{query}").data))

    assert "\r\n'=1+1," in table
    assert book.active is not None
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.usefixtures("played")
def test_the_log_is_valid_xes_without_names_of_applicants(admin: Visitor) -> None:
    answer = admin.get(f"/timings/Process_Review/log.xes?{PERIOD}")

    log = etree.fromstring(answer.data)
    etree.XMLSchema(file=str(STRUCTURE)).assertValid(log)
    traces = sorted(log.findall(f"{XES}trace"), key=len)  # the one without supplement first
    events = traces[1].findall(f"{XES}event")
    times = [one["time:timestamp"] for one in map(attributes, events)]
    assert times == sorted(times)
    assert "Đặng Thị Hường" not in answer.text
    assert steps(traces[0], "Thẩm định") == [
        ("schedule", None, "Xây dựng"),
        ("start", "Trần Thị Hạnh", "Xây dựng"),
        ("complete", "Trần Thị Hạnh", "Xây dựng"),
    ]
    assert [one[0] for one in steps(traces[0], "Lấy số")] == ["start"]


def attributes(event: Any) -> dict[str, str]:
    return {one.get("key"): one.get("value") for one in event}


def steps(trace: Any, name: str) -> list[tuple[str | None, ...]]:
    """Return what happened to one activity: transition, resource, group."""
    found = (attributes(event) for event in trace.findall(f"{XES}event"))
    keys = ("lifecycle:transition", "org:resource", "org:group")
    return [tuple(map(one.get, keys)) for one in found if one["concept:name"] == name]


def test_the_log_has_what_happened_in_called_processes_and_to_tasks_handed_on(
    database: Database, people: dict[str, Actor]
) -> None:
    publish(database, people, inner())
    publish(database, people, caller())
    dossier = receive(database, "outer", people["thu"], NINE)
    admin = signed_in(product(database), database, "lan")
    with database.reading() as session:
        task = session.scalars(select(UserTask)).one()
        instance = session.get_one(Dossier, dossier).instance_id
    for number, act in enumerate((user_tasks.claim, user_tasks.release, user_tasks.claim), 1):
        with database.transaction() as session:
            act(session, task.id, actor=people["hanh"], at=NINE + number * HOUR)
    with database.transaction() as session:
        at = NINE + 4 * HOUR
        user_tasks.complete(session, task.id, {}, actor=people["hanh"], at=at)

    log = etree.fromstring(admin.get(f"/timings/outer/log.xes?{PERIOD}").data)
    page = admin.get(f"/timings/inner/breakdown?{PERIOD}&by=channel").text

    etree.XMLSchema(file=str(STRUCTURE)).assertValid(log)
    trace = log.findall(f"{XES}trace")[0]
    inside = [one for one in map(attributes, trace.findall(f"{XES}event")) if "process" in one]
    assert [one[0] for one in steps(trace, "Inside")] == [
        "schedule", "start", "suspend", "resume", "complete",
    ]  # fmt: skip
    assert {one["process"] for one in inside} == {"inner"}
    assert str(instance) not in {one["concept:instance"].split(":")[0] for one in inside}
    assert [one[0] for one in steps(trace, "Ask")] == ["start", "complete"]
    declared = {one.get("prefix") for one in log.findall(f"{XES}extension")}
    keys = [one.get("key") or "" for one in log.iter()]
    used = {one.split(":")[0] for one in keys if ":" in one}
    assert used <= declared
    assert '<th scope="row">At the counter</th>' in page


@pytest.mark.parametrize("days", ["since=x", "since=22/11/2026&until=01/11/2026"])
def test_days_that_make_no_period_are_told(admin: Visitor, days: str) -> None:
    assert admin.get(f"/timings/Process_Review/breakdown?{days}").status_code == 422
    assert admin.get(f"/timings/Process_Review/log.xes?{days}").status_code == 422
    assert admin.get("/timings/none/breakdown").status_code == 404
