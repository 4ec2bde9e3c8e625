"""Where the time went, shown to administrators."""

import csv
import io
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.review import REVIEW_FILES
from tests.webapp.visitor import Visitor, product, signed_in
from webapp.actors import Actor
from webapp.db import Database
from webapp.operations import deployments
from webapp.queries.samples import histogram, quantile, spread

HOUR = timedelta(hours=1)
PERIOD = "since=18/11/2026&until=29/11/2026"


@pytest.fixture
def app(database: Database, review: str) -> Flask:
    return product(database)


@pytest.fixture
def admin(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "lan")


def appraise(database: Database, people: dict[str, Actor], count: int, hours: int) -> None:
    """Receive dossiers at nine and appraise each that many hours later."""
    for _ in range(count):
        dossier = receive(database, "Process_Review", people["thu"], NINE)
        at = NINE + hours * HOUR
        work(database, dossier, "Task_Appraise", people["hanh"], at, ket_qua="dat")


def test_the_overview_counts_the_dossiers_of_each_procedure(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    appraise(database, people, 3, 1)

    page = admin.get("/timings").text

    assert "Review of a request" in page
    assert 'data-label="Received">3<' in page
    assert 'data-label="Running">3<' in page


def test_the_page_shows_the_figures_of_each_task(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    appraise(database, people, 5, 2)

    page = admin.get(f"/timings/Process_Review?{PERIOD}").text

    assert "Thẩm định" in page
    assert "2 h" in page
    assert '"Task_Appraise": {"label": "2 h", "level": 2, "over": false}' in page


def test_fewer_than_five_dossiers_are_not_shown(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    appraise(database, people, 4, 2)

    page = admin.get(f"/timings/Process_Review?{PERIOD}").text

    assert "fewer than 5 dossiers: not shown" in page
    assert '"Task_Appraise": {' not in page


def test_a_task_that_often_passes_its_limit_gets_a_red_edge_and_is_named(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    appraise(database, people, 4, 1)
    appraise(database, people, 4, 48)

    page = admin.get(f"/timings/Process_Review?{PERIOD}").text

    assert '"over": true' in page
    assert "It is stuck at Thẩm định" in page
    assert "! 50%" in page


@pytest.mark.parametrize("metric", ["median", "mean", "p90", "waiting", "volume", "nonsense"])
def test_every_metric_has_a_page(
    admin: Visitor, database: Database, people: dict[str, Actor], metric: str
) -> None:
    appraise(database, people, 5, 2)

    answer = admin.get(f"/timings/Process_Review?metric={metric}&version=1&{PERIOD}")

    assert answer.status_code == 200
    assert answer.text.count('aria-current="true"') == 1 + 1  # the metric, and the language


def test_a_period_stands_beside_the_one_before_and_can_be_narrowed(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    appraise(database, people, 5, 2)
    for _ in range(5):  # a week later three office hours each
        dossier = receive(database, "Process_Review", people["thu"], NINE + 168 * HOUR)
        at = NINE + 173 * HOUR
        work(database, dossier, "Task_Appraise", people["hanh"], at, ket_qua="dat")
    week = "/timings/Process_Review?since=25/11/2026&until=01/12/2026"

    page = admin.get(week).text

    assert "(+50%)" in page
    assert '"Task_Appraise": {"label": "3 h"' in page
    assert '"Task_Appraise": {' not in admin.get(f"{week}&channel=online").text
    assert '"Task_Appraise": {' in admin.get(f"{week}&channel=counter").text
    assert admin.get("/timings/Process_Review?since=x").status_code == 422


def test_versions_are_told_apart(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    appraise(database, people, 5, 2)
    changed = {**REVIEW_FILES, "review.bpmn": REVIEW_FILES["review.bpmn"] + b"\n"}
    with database.transaction() as session:
        draft = deployments.save_draft(session, changed, "b", actor=people["binh"], at=NINE)
        deployments.publish(session, draft, note="second", actor=people["binh"], at=NINE)

    first = admin.get(f"/timings/Process_Review?version=1&{PERIOD}").text
    second = admin.get(f"/timings/Process_Review?version=2&{PERIOD}").text

    assert '"Task_Appraise": {' in first
    assert '"Task_Appraise": {' not in second
    assert admin.get("/timings/Process_Review?version=3").status_code == 404


def test_the_table_comes_as_csv_too(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    appraise(database, people, 5, 2)

    answer = admin.get(f"/timings/Process_Review.csv?{PERIOD}")
    book = load_workbook(BytesIO(admin.get(f"/timings/Process_Review.xlsx?{PERIOD}").data))

    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    appraisal = next(row for row in rows if row["element"] == "Task_Appraise")
    assert answer.mimetype == "text/csv"
    assert (appraisal["count"], appraisal["waiting_median_hours"]) == ("5", "2.0")
    assert appraisal["limit_hours"] == "8.0"
    assert book.active is not None
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert [row[4:7] for row in cells if row[0] == "Task_Appraise"] == [[2.0] * 3]


def test_the_slowest_open_tasks_lead_to_their_dossiers(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    dossier = receive(database, "Process_Review", people["thu"], NINE)

    assert f"/dossiers/{dossier}" in admin.get("/timings").text
    assert "nobody yet" in admin.get(f"/timings/Process_Review?{PERIOD}").text


def test_a_procedure_nobody_published_has_no_timings(admin: Visitor) -> None:
    assert admin.get("/timings/none").status_code == 404
    assert admin.get("/timings/none.csv").status_code == 404


def test_quantiles_lie_between_the_neighbours() -> None:
    assert quantile([10, 20, 30, 40], 0.5) == 25
    assert quantile([10, 20, 30, 40, 50], 0.9) == pytest.approx(46)
    assert quantile([7], 0.9) == 7


def test_a_small_sample_has_no_figures() -> None:
    assert spread([1, 2, 3, 4]) is None


def test_the_limit_stands_after_two_thirds_of_the_histogram() -> None:
    bins = histogram([0, 799, 800, 1199, 1200, 999_999], 800)

    assert bins[:8] == (1, 0, 0, 0, 0, 0, 0, 1)
    assert bins[8:] == (1, 0, 0, 3)
