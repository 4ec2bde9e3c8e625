"""Periodic reports: what each column counts, that columns add up, and that issues stay."""

import json
from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import report_definitions, report_figures
from webapp.actors import Actor
from webapp.cli import checks
from webapp.db import Database
from webapp.errors import ConflictError, RejectedError
from webapp.models import Dossier, ProcessDefinition
from webapp.operations import clocks, reports
from webapp.operations.reports import ReportOrder
from webapp.queries import reports as queries
from webapp.report_facts import FACTS, known

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
MONTH_END = datetime.fromisoformat("2026-11-30T17:00:00+00:00")
DEFINITIONS = tuple(report_figures.definition_from(body) for body in report_definitions.shipped())
_EITHER = st.integers(0, 2 ** len(FACTS) - 1)


def order_of(database: Database, key: str = "II.06a/VPCP/KSTT", **given: object) -> ReportOrder:
    with database.transaction() as session:
        if reports.has_unseeded(session):
            reports.seed(session, at=NINE)
        found = {one.key: found_id for found_id, one in queries.definitions(session)}
    days = {"since": NOVEMBER[0], "until": NOVEMBER[1]}
    return ReportOrder(definition_id=found[key], **{**days, **given})  # type: ignore[arg-type]


def numbers(database: Database, order: ReportOrder, at: datetime = MONTH_END) -> dict[str, int]:
    """Return the sum of each column as it is now."""
    with database.reading() as session:
        span = reports.span_of(session, order, at=at)
        definition = report_figures.get_definition(session, order.definition_id)
        cells = report_figures.live_cells(session, span, reports.agencies_of(session, order))
        names = report_figures.names_of(session, cells, order.until)
    total = report_figures.figures(definition, cells, names, order.grouping).lines[0]
    ids = [one.id for one in definition.columns]
    return {key: number for key, number in zip(ids, total.numbers, strict=True) if number}


def refuse(database: Database, people: dict[str, Actor], received: datetime, at: datetime) -> UUID:
    dossier = receive(database, "Process_Review", people["thu"], received)
    work(database, dossier, "Task_Appraise", people["hanh"], at, ket_qua="tu_choi")
    return dossier


def ask_again(database: Database, people: dict[str, Actor], dossier: UUID, at: datetime) -> None:
    work(database, dossier, "Task_Appraise", people["hanh"], at, ket_qua="bo_sung")


def answered(database: Database, people: dict[str, Actor], dossier: UUID, at: datetime) -> None:
    work(database, dossier, "Task_Supplement", people["thu"], at)


def test_each_dossier_is_received_or_carried_and_resolved_or_in_process(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    before = NINE - 20 * DAY
    receive(database, review, people["thu"], before)  # carried over, overdue at the end
    refuse(database, people, NINE, NINE + HOUR)  # returned in time
    refuse(database, people, before, NINE + DAY)  # carried over, returned late
    waiting = receive(database, review, people["thu"], NINE)
    ask_again(database, people, waiting, NINE + HOUR)
    receive(database, review, people["thu"], MONTH_END - 5 * HOUR)  # within the limit
    refuse(database, people, before, before + DAY)  # decided before the period

    found = numbers(database, order_of(database))

    assert found == {
        "3": 5, "5": 3, "6": 2, "7": 3, "9": 2, "10": 1, "11": 2, "12": 1, "13": 1,
    }  # fmt: skip


def test_a_second_request_for_papers_counts_as_overdue(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    ask_again(database, people, dossier, NINE + HOUR)
    once = numbers(database, order_of(database))
    answered(database, people, dossier, NINE + 2 * HOUR)
    ask_again(database, people, dossier, NINE + 3 * HOUR)

    twice = numbers(database, order_of(database))

    assert (once.get("9"), once.get("13")) == (1, None)
    assert (twice.get("9"), twice.get("13")) == (None, 1)


def test_an_apology_is_told_apart_from_none(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    late = [receive(database, review, people["thu"], NINE) for _ in range(3)]
    with database.transaction() as session:
        clocks.extend(
            session, late[0], "P1D", "Chờ ý kiến", "Lan", actor=people["hanh"], at=NINE + HOUR
        )

    found = numbers(database, order_of(database, "07a/BTP"))

    assert (found["14"], found["15"]) == (1, 2)


def test_the_index_of_service_is_shares_of_dossiers(
    admin: Visitor, database: Database, review: str, people: dict[str, Actor]
) -> None:
    refuse(database, people, NINE, NINE + HOUR)
    receive(database, review, people["thu"], NINE)  # overdue at the end
    online = receive(database, review, people["thu"], NINE)
    with database.transaction() as session:
        session.get_one(Dossier, online).channel = "online"
        for one in session.scalars(select(ProcessDefinition)):
            one.facts = {**one.facts, "online_level": "full"}
    order = order_of(database, "766/QĐ-TTg")

    found = numbers(database, order)
    page = admin.get(address(order, "now")).text
    table = admin.get(address(order, "now.csv")).data.decode("utf-8-sig")

    assert found == {
        "3": 3, "4": 1, "5": 2, "6": 3, "7": 1, "8": 3, "9": 1, "14": 1, "15": 1,
    }  # fmt: skip
    assert "2.1 Dossiers handled in time" in page
    assert "Files are kept by step" in page  # why 4.1 is not in it
    assert "Files are kept by step" in table
    assert page.count("66.67%") == 1  # 3.3 earns all points at 50
    assert ",Total,3.3 Dossiers sent in online,1,3,33.33" in table


def test_what_waits_for_receipt_is_told_by_eight_office_hours(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    friday = datetime.fromisoformat("2026-11-27T09:00:00+07:00")  # seven hours before its close
    for sent in (friday - HOUR, friday + HOUR):
        dossier = receive(database, review, people["thu"], sent)
        with database.transaction() as session:
            row = session.get_one(Dossier, dossier)
            row.state, row.channel = 1, "online"
    cut_off = friday + 3 * DAY  # Monday at nine: eight office hours later

    found = numbers(database, order_of(database, "07a/BTP"), cut_off)

    assert found == {"18": 2, "18a": 1, "18b": 1}


def test_an_extension_after_the_cut_off_does_not_mend_what_was_overdue(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    order = order_of(database)
    before = numbers(database, order)
    with database.transaction() as session:
        new_due = MONTH_END + 9 * DAY
        clocks.extend(
            session, dossier, new_due, "Muộn", "Lan", actor=people["hanh"], at=MONTH_END + DAY
        )

    assert before["13"] == 1
    assert numbers(database, order, MONTH_END + 2 * DAY) == before


def test_an_issued_report_keeps_its_figures_and_its_dossiers(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    dossier = receive(database, review, people["thu"], NINE)
    order = order_of(database)
    with database.transaction() as session:
        first = reports.issue(session, order, actor=people["lan"], at=NINE + HOUR)
    work(database, dossier, "Task_Appraise", people["hanh"], NINE + 2 * HOUR, ket_qua="tu_choi")
    with database.transaction() as session:
        second = reports.issue(session, order, actor=people["lan"], at=NINE + 3 * HOUR)

    with database.reading() as session:
        old, new = (queries.get_issued(session, one) for one in (first, second))

    assert (old[0].issue, new[0].issue) == (1, 2)
    assert old[1].lines[0].numbers == (1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0)
    assert new[1].lines[0].numbers == (1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0)


def test_the_verdict_of_a_decision_is_what_its_log_gives(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    refuse(database, people, NINE, NINE + HOUR)
    assert checks.problems(database) == []

    with database.transaction() as session:
        session.scalars(select(Dossier)).one().verdict = "late"

    assert [one.split(": ")[1] for one in checks.problems(database)] == [
        "verdict is not what the clock's log gives"
    ]


@pytest.mark.parametrize("definition", DEFINITIONS, ids=[one.key for one in DEFINITIONS])
@given(masks=st.lists(st.tuples(_EITHER, st.integers(1, 9)), max_size=20))
@settings(max_examples=40, deadline=None)
def test_the_columns_add_up_for_any_dossiers(
    definition: report_definitions.Definition, masks: list[tuple[int, int]]
) -> None:
    totals = [0] * len(definition.columns)
    for mask, count in masks:
        facts = possible(mask)
        for place, column in enumerate(definition.columns):
            totals[place] += count * column.holds(facts)

    assert definition.unequal(totals) is None


def possible(mask: int) -> dict[str, bool]:
    """Return facts that a dossier of the period can have, near to a mask."""
    facts = dict(known(mask))
    facts["submitted"] = False
    facts["received"] = not facts["carried"]
    channel = next((one for one in ("online", "post") if facts[one]), "counter")
    facts.update({one: one == channel for one in ("online", "counter", "post")})
    facts["open"] = not facts["decided"]
    facts["late"] &= facts["decided"]
    facts["early"] &= facts["decided"] and not facts["late"]
    facts["on_time"] = facts["decided"] and not (facts["early"] or facts["late"])
    facts["awaits_supplement"] &= facts["open"]
    facts["overdue"] &= facts["open"] and not facts["awaits_supplement"]
    return facts


def test_a_definition_whose_columns_do_not_add_up_cannot_be_issued(
    database: Database, review: str, people: dict[str, Actor]
) -> None:
    receive(database, review, people["thu"], NINE)
    body = changed(counts_of_4="received")
    with database.transaction() as session:
        wrong = reports.add_definition(session, body, actor=people["lan"], at=NINE)
    order = ReportOrder(definition_id=wrong, since=NOVEMBER[0], until=NOVEMBER[1])

    expected = pytest.raises(RejectedError, match="Column 3 is not the sum of 4, 5, 6")
    with expected, database.transaction() as session:
        reports.issue(session, order, actor=people["lan"], at=MONTH_END)


def changed(*, version: int = 2, counts_of_4: str = "received and online") -> dict[str, object]:
    body = dict(report_definitions.shipped()[0])
    columns = [dict(one) for one in body["columns"]]
    columns[1]["counts"] = counts_of_4
    return {**body, "version": version, "columns": columns}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ([], "Invalid input type"),
        ({**changed(), "grouping": "colour"}, "grouping: Must be one of"),
        (changed(counts_of_4="received and rich"), "column 4: no fact rich"),
        (changed(counts_of_4="received and ("), "column 4: "),
        ({**changed(), "sums": [["3", "99"]]}, "sums: no column 99"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_with_the_place(
    database: Database, people: dict[str, Actor], body: object, problem: str
) -> None:
    with pytest.raises(RejectedError) as caught, database.transaction() as session:
        reports.add_definition(session, body, actor=people["lan"], at=NINE)

    assert problem in str(caught.value)


def test_a_version_cannot_be_replaced(database: Database, people: dict[str, Actor]) -> None:
    order_of(database)

    with pytest.raises(ConflictError), database.transaction() as session:
        reports.add_definition(session, changed(version=1), actor=people["lan"], at=NINE)


@pytest.fixture
def app(database: Database, review: str) -> Flask:
    return product(database)


@pytest.fixture
def admin(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "lan")


def address(order: ReportOrder, page: str = "now") -> str:
    days = f"since=01/11/2026&until=30/11/2026&grouping={order.grouping}"
    return f"/reports/{page}?definition={order.definition_id}&{days}"


def test_a_number_leads_to_its_dossiers_now_and_in_an_issued_report(
    admin: Visitor, database: Database, people: dict[str, Actor]
) -> None:
    dossier = receive(database, "Process_Review", people["thu"], NINE)
    order = order_of(database)
    live = admin.get(address(order, "now/dossiers") + "&line=&column=5").text
    token = {"definition": str(order.definition_id), "since": "01/11/2026", "until": "30/11/2026"}
    issued = admin.post("/reports", token).headers["Location"]
    later = receive(database, "Process_Review", people["thu"], NINE)

    frozen = admin.get(f"{issued}/dossiers?line=&column=5").text

    assert f"/dossiers/{dossier}" in live
    assert f"/dossiers/{dossier}" in frozen
    assert f"/dossiers/{later}" not in frozen
    assert admin.get(f"{issued}/dossiers?line=&column=99").status_code == 404


@pytest.mark.parametrize(("grouping", "key"), [("field", 0), ("procedure", 1), ("agency", 1)])
def test_a_report_comes_as_xlsx_with_joined_headings(
    admin: Visitor, database: Database, people: dict[str, Actor], grouping: str, key: int
) -> None:
    receive(database, "Process_Review", people["thu"], NINE)
    order = order_of(database, DEFINITIONS[key].key, grouping=grouping)

    answer = admin.get(address(order, "now.xlsx"))
    table = admin.get(address(order, "now.csv")).data.decode("utf-8-sig")

    page = load_workbook(BytesIO(answer.data)).active
    assert page is not None
    texts = [[cell.value for cell in row] for row in page.iter_rows()]
    assert DEFINITIONS[key].key in str(texts[0][0])
    assert ["(1)", "(2)", "(3)"] in [row[:3] for row in texts]
    assert len(page.merged_cells.ranges) > 4
    assert [1] in [row[2:3] for row in texts]
    assert table.splitlines()[1].startswith(",Total,1,")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_page_of_reports_opens(
    app: Flask, database: Database, people: dict[str, Actor], language: str
) -> None:
    receive(database, "Process_Review", people["thu"], NINE)
    visitor = signed_in(app, database, "lan", language)

    for path in ("/reports", address(order_of(database)), address(order_of(database, "07a/BTP"))):
        assert visitor.get(path).status_code == 200


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("yesterday", "30/11/2026", "Enter the day"),
        ("30/11/2026", "01/11/2026", "lies before the first"),
        ("01/01/2020", "30/11/2026", "a year at most"),
        ("01/01/2035", "02/01/2035", "has not begun"),
    ],
)
def test_days_that_make_no_period_are_refused_in_words(
    admin: Visitor, database: Database, since: str, until: str, said: str
) -> None:
    definition = order_of(database).definition_id

    answer = admin.get(f"/reports/now?definition={definition}&since={since}&until={until}")

    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_new_form_of_a_report_is_a_file(admin: Visitor, database: Database) -> None:
    order_of(database)
    content = json.dumps(changed()).encode()
    for sent, status in ((content, 303), (content, 409), (b"{", 422)):
        answer = admin.post("/reports/definitions", {"definition": (BytesIO(sent), "x.json")})
        assert answer.status_code == status
