"""Analysts try expressions and decisions against sample data, without scripts."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.webapp.conftest import NINE
from tests.webapp.test_decision_pages import DECIDING_FILES
from tests.webapp.visitor import Visitor, product, signed_in
from webapp import clock
from webapp.actors import Actor
from webapp.db import Database

TRY = "/procedures/Process_Review/versions/1/try"


@pytest.fixture
def app(database: Database, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=1))
    return product(database)


@pytest.fixture
def analyst(app: Flask, database: Database) -> Visitor:
    return signed_in(app, database, "binh")


def outcome(visitor: Visitor, **fields: str) -> tuple[int, str]:
    answer = visitor.post("/procedures/try", dict(fields))
    return answer.status_code, html.unescape(answer.text)


@pytest.mark.parametrize(
    ("expression", "kind", "text", "kind_of_value", "dialect"),
    [
        ("= so_tang * 2", "", "6", "number", "FEEL"),
        ("${so_tang > 1}", "", "true", "true or false", "JUEL"),
        ("loai == 'a' and so_tang is not None", "", "true", "true or false", "Python style"),
        ("x = so_tang + 1", "script", "{x: 4}", "context", "Python-style script"),
        ('@"2026-11-24" + @"P1M"', "feel", "2026-12-24", "date", "FEEL"),
        ("khong_co", "feel", "null", "null: no value", "FEEL"),
    ],
)
def test_an_expression_gives_its_value_its_type_and_its_dialect(
    analyst: Visitor, expression: str, kind: str, text: str, kind_of_value: str, dialect: str
) -> None:
    for sample in ('{so_tang: 3, loai: "a"}', '{"so_tang": 3.0e0, "loai": "a"}'):
        status, page = outcome(analyst, expression=expression, kind=kind, sample=sample)

        assert status == 200
        assert f"<strong>{text}</strong>" in page
        assert f"Type: {kind_of_value} · Read as: {dialect}" in page


def test_unary_tests_are_tried_on_a_value(analyst: Visitor) -> None:
    _, inside = outcome(
        analyst, expression="[1..5), > han", kind="tests", value="9", sample="{han: 8}"
    )
    _, outside = outcome(analyst, expression="[1..5)", kind="tests", value="9")

    assert "<strong>true</strong>" in inside
    assert "<strong>false</strong>" in outside


def test_an_error_says_what_is_wrong_and_marks_its_place(analyst: Visitor) -> None:
    status, page = outcome(analyst, expression="= 1 +\n  2 + )", kind="feel")

    assert status == 422
    assert page.count("“)” does not fit here. Delete it") == 3
    assert "  2 + <mark>)</mark></p>" in page
    assert "Name of the error: expression_invalid" in page


def test_an_error_is_told_in_vietnamese(app: Flask, database: Database, analyst: Visitor) -> None:
    visitor = signed_in(app, database, "binh", language="vi")

    status, page = outcome(visitor, expression="${a.getClass()}")

    assert status == 422
    assert "Vì sao không có kết quả" in page
    assert "Không gọi được “getClass(…)” ở đây. Hãy viết điều kiện bằng FEEL." in page


@pytest.mark.parametrize(
    ("expression", "sample", "code"),
    [
        ("for a in 1..9999, b in 1..9999 return a", "", "list_length"),
        ("(" * 5000, "", "nesting"),
        ("1", '{a: for x in 1..9999, y in 1..9999 return "x"}', "list_length"),
        ("1+" * 20_000, "", "text_length"),
    ],
)
def test_an_attack_ends_in_a_named_error(
    analyst: Visitor, expression: str, sample: str, code: str
) -> None:
    status, page = outcome(analyst, expression=expression, kind="feel", sample=sample)

    assert status == 422
    assert f"Name of the error: {code}" in page


def test_sample_data_must_be_entries(analyst: Visitor) -> None:
    status, page = outcome(analyst, expression="1", sample="[1]")

    assert status == 422
    assert "Write the sample data as entries in braces, such as {so_tang: 3}." in page


def test_a_number_beyond_all_bounds_is_null(analyst: Visitor) -> None:
    status, page = outcome(analyst, expression="a", sample='{"a": 1e999999999}')

    assert status == 200
    assert "<strong>null</strong>" in page


def test_what_was_written_is_shown_again_and_never_as_markup(analyst: Visitor) -> None:
    written = analyst.post(
        "/procedures/try", {"expression": '"</textarea><b>x</b>"', "kind": "feel"}
    ).text

    assert "<b>x</b>" not in written


def test_a_decision_is_tried_and_tells_which_rule_counted(analyst: Visitor) -> None:
    draft = analyst.upload("/procedures/upload", DECIDING_FILES).headers["Location"]
    analyst.post(f"{draft}/publish", {"note": "fees"})

    asked = analyst.get(TRY).text
    by_field = html.unescape(analyst.post(TRY, {"decision": "Fee", "input-1": "dat"}).text)
    at_once = analyst.post(TRY, {"decision": "Fee", "sample": '{ket_qua: "khac"}'}).text

    assert re.search(r'for="input-1">\s*ket_qua', asked)
    assert "<strong>8000</strong>" in by_field
    assert "Rule 1 (Điều 5)" in by_field
    assert "Rule 2 (Điều 6 &lt;b&gt;)" in at_once
    assert f'href="{TRY}"' in analyst.get(TRY.removesuffix("/try")).text
    assert analyst.get(f"{TRY}?decision=nothing").status_code == 404


def test_only_analysts_try_and_only_with_a_form_of_ours(
    app: Flask, database: Database, analyst: Visitor
) -> None:
    officer = signed_in(app, database, "hanh")

    assert officer.get("/procedures/try").status_code == 403
    assert analyst.post("/procedures/try", {"expression": "1"}, token="").status_code == 400
    assert 'href="/procedures/try"' in analyst.get("/procedures").text
