"""Every table of timings, reports, dossiers and teams comes as CSV and as XLSX."""

import csv
import io
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.webapp.conftest import NINE
from tests.webapp.office import receive, work
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database

HOUR = timedelta(hours=1)
PERIOD = "since=01/11/2026&until=30/11/2026"
PAGES = {  # where the links to files stand; how many tables, each with a line for each of these
    "/timings": [["Review of a request"], ["Thẩm định"]],
    f"/timings/Process_Review?{PERIOD}": [["Thẩm định"], ["Thẩm định"]],
    f"/timings/Process_Review/breakdown?{PERIOD}": [["Thẩm định"], ["Chờ bổ sung"], ["Thẩm định"]],
    "/dossiers": [["clock stopped", "Chờ bổ sung"]],
    "/team": [["Trần Thị Hạnh"], ["Một cửa"]],
}


@pytest.fixture
def admin(
    database: Database, review: str, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> Visitor:
    """One dossier appraised three times, one that waits for its supplement, one untouched."""
    for times in (2, 1, 0):
        dossier = receive(database, review, people["thu"], NINE)
        for number in range(times):
            at = NINE + number * HOUR
            work(database, dossier, "Task_Appraise", people["hanh"], at, ket_qua="bo_sung")
            if number + 1 < times:
                work(database, dossier, "Task_Supplement", people["thu"], at)
    monkeypatch.setattr(clock, "now", lambda: NINE + 3 * HOUR)
    return signed_in(product(database), database, "lan")


def test_each_page_with_tables_gives_them_as_files(admin: Visitor) -> None:
    for page, tables in PAGES.items():
        links = re.findall(r'href="([^"]+\.csv[^"]*)"', admin.get(page).text)
        assert len(links) == len(tables), page
        for link, lines in zip(links, tables, strict=True):
            text = _agreeing(admin, link.replace("&amp;", "&"))
            assert [one for one in lines if one not in text] == []


def test_the_register_of_a_month_is_a_table_too(admin: Visitor) -> None:
    assert "H99.26-261118-0002" in _agreeing(admin, "/register.csv?month=11/2026")
    assert admin.get("/register.xlsx?month=x").status_code == 422


def test_the_dossiers_behind_a_number_are_a_file(admin: Visitor) -> None:
    index = admin.get("/reports").text
    definition = re.findall(r'value="([0-9a-f-]{36})"', index)[0]
    page = f"/reports/now?definition={definition}&{PERIOD}"
    number = re.findall(r'href="(/reports/now/dossiers[^"]+)" class="mc-sum"', admin.get(page).text)
    behind = admin.get(number[0].replace("&amp;", "&")).text

    link = re.findall(r'href="([^"]+\.csv[^"]*)"', behind)[0].replace("&amp;", "&")

    assert _agreeing(admin, link).count("H99.26-261118-") == 3


def _agreeing(admin: Visitor, link: str) -> str:
    """Return a table as text, the same in both files."""
    table = admin.get(link)
    book = admin.get(link.replace(".csv", ".xlsx"))
    assert (table.status_code, book.status_code) == (200, 200), link
    page = load_workbook(BytesIO(book.data)).active
    assert page is not None
    rows = [_texts(row) for row in csv.reader(io.StringIO(table.data.decode("utf-8-sig")))]
    cells = [_texts(cell.value for cell in row) for row in page.iter_rows()]
    assert rows[1:] == cells[-len(rows) + 1 :], link
    return "\n".join(" ".join(row) for row in rows)


def _texts(row: Any) -> list[str]:
    return [_text(one) for one in row]


def _text(value: Any) -> str:
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return value or ""
