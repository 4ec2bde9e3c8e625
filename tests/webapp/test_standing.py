"""Early, on time, late, overdue, stopped: the same on every page, in every file and report."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock as wall
from webapp import legal_clock, report_facts
from webapp.actors import Actor
from webapp.agency_calendars import current
from webapp.cli import checks
from webapp.db import Database
from webapp.models import Dossier
from webapp.operations import clocks
from webapp.queries import timings
from webapp.queries.timings import Totals, of_definitions
from webapp.standing import standing

People = dict[str, Actor]
DUE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday at nine: three working days
NOW = DUE + timedelta(hours=1)
LOOKS = {  # of the list and the dossier's own page, and of the report at the same moment
    "early": ("finished early", "early"),
    "on_time": ("finished on time", "on_time"),
    "late": ("finished late", "late"),
    "overdue": ("1 h late", "overdue"),
    "paused": ("clock stopped", "paused"),
    "running": ("7 h left", "open"),
}


@pytest.fixture
def told(
    database: Database, review: str, people: People, monkeypatch: pytest.MonkeyPatch
) -> dict[UUID, str]:
    """One dossier of each standing, and one stopped for papers, one by a person."""
    found: dict[UUID, str] = {}

    def begin(status: str, received: datetime = NINE) -> UUID:
        found[dossier := receive(database, review, people["thu"], received)] = status
        return dossier

    decisions = {
        "early": NINE,
        "on_time": DUE + timedelta(seconds=30),
        "late": NOW - timedelta(minutes=5),
    }
    for status, at in decisions.items():
        dossier = begin(status)
        work(database, dossier, "Task_Appraise", people["hanh"], at, ket_qua="tu_choi")
    begin("overdue")
    begin("running", NINE + timedelta(days=1))
    asked = begin("paused")
    work(database, asked, "Task_Appraise", people["hanh"], NINE, ket_qua="bo_sung")
    stopped = begin("paused")
    with database.transaction() as session:
        clocks.pause(session, stopped, "confirmation", "Điều 3", actor=people["long"], at=NINE)
    monkeypatch.setattr(wall, "now", lambda: NOW)
    return found


def test_every_page_and_report_says_the_same_of_a_dossier(
    database: Database, told: dict[UUID, str]
) -> None:
    officer = signed_in(product(database), database, "hanh")
    listed = _rows(officer.get("/dossiers").text)
    counted = _report(database)
    for dossier_id, status in told.items():
        words, fact = LOOKS[status]
        with database.reading() as session:
            dossier = session.get_one(Dossier, dossier_id)
            clock = legal_clock.clock_of(session, dossier, at=NOW)
            stands = standing(dossier, NOW)
        page = officer.get(f"/dossiers/{dossier_id}").text
        public = Visitor(product(database)).get(f"/t/{dossier.tracking_token}").text
        assert clock is not None
        assert (stands, clock.state.status) == (status, status)
        assert words in listed[dossier.code]
        assert words in page.split("Promised</dt>")[1].split("</dd>")[0]
        assert counted[dossier_id][fact]
        assert ("The promised date has passed" in public) == (status == "overdue")
        assert ("The time stands still now" in public) == (status == "paused")
    assert checks.problems(database) == []


def test_the_inbox_and_the_overview_count_as_the_clock_does(
    database: Database, told: dict[UUID, str]
) -> None:
    officer = signed_in(product(database), database, "hanh")
    inbox = officer.get("/inbox?scope=unit").text
    with database.reading() as session:
        ids = timings.definition_ids(session, "Process_Review")
        totals = timings.totals(session, of_definitions(ids), NOW)
        codes = {session.get_one(Dossier, one).code: status for one, status in told.items()}

    assert totals == Totals(received=7, decided=3, on_time=2, promised=3, running=4, overdue=1)
    over = {code for code, row in _rows(inbox).items() if "limit over" in row}
    assert {codes[one] for one in over} == {"overdue"}


def _rows(page: str) -> dict[str, str]:
    """Return the rows of a table by the dossier's code."""
    rows = re.findall(r'<tr role="row">.*?</tr>', page, re.DOTALL)
    found = ((re.search(r"[A-Z0-9.]+-\d{6}-\d{4}", row), row) for row in rows)
    return {code.group(): row for code, row in found if code}


def _report(database: Database) -> dict[UUID, dict[str, bool]]:
    """Return the facts of every dossier of the month, as a report counts them now."""
    with database.reading() as session:
        calendar = current(session, "")
        days = (NOW.date().replace(day=1), NOW.date())
        span = report_facts.period(*days, calendar, at=NOW)
        rows = session.execute(report_facts.facts_of(span, None)).all()
    return {row.dossier_id: dict(report_facts.known(row.facts)) for row in rows}
