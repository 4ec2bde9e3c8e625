"""The facts sheet is checked when it is uploaded, and its limit gives the promised instant."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import engine
from webapp.calendars import agency_calendar
from webapp.facts import lint_facts
from webapp.promises import find_limit

PERMIT = Path(__file__).parents[2] / "procedures_bpmn" / "giay-phep-xay-dung"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def _findings(change: Callable[[dict[str, Any]], object]) -> list[tuple[str, dict[str, object]]]:
    files = {path.name: path.read_bytes() for path in PERMIT.iterdir()}
    facts = json.loads(files["facts.json"])
    change(facts)
    files["facts.json"] = json.dumps(facts).encode()
    return [(one.problem, dict(one.params)) for one in lint_facts(files)]


def test_a_complete_facts_sheet_has_no_finding() -> None:
    assert _findings(dict) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda facts: facts.pop("fee"), "fee"),
        (lambda facts: facts["limit"].update(unit="moons"), "limit.unit"),
        (lambda facts: facts["papers"][1]["name"].pop("vi"), "papers.1.name.vi"),
        (lambda facts: facts.update(colour="teal"), "colour"),
    ],
)
def test_a_mistake_in_the_facts_sheet_is_named_by_its_place(
    change: Callable[[dict[str, Any]], object], path: str
) -> None:
    assert [params["path"] for _, params in _findings(change)] == [path]


def test_an_element_that_the_model_does_not_have_is_named() -> None:
    def change(facts: dict[str, Any]) -> None:
        facts["stages"][0]["elements"].append("Task_Nowhere")

    assert [params["id"] for _, params in _findings(change)] == ["Task_Nowhere"]


def test_a_sheet_about_another_process_is_an_error() -> None:
    assert [params["id"] for _, params in _findings(lambda f: f.update(process_id="x"))] == ["x"]


def test_text_that_is_not_json_is_an_error_at_its_line() -> None:
    found = lint_facts({"facts.json": b'{\n"code": \n}'})

    assert [(one.severity, one.line) for one in found] == [(engine.Severity.ERROR, 3)]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ((2026, 11, 20, 10, 0), (2026, 11, 20, 17, 30)),
        ((2026, 11, 20, 15, 0), (2026, 11, 20, 17, 30)),
        ((2026, 11, 20, 15, 1), (2026, 11, 23, 17, 30)),  # a Friday: the Monday after
        ((2026, 11, 23, 16, 0), (2026, 11, 25, 17, 30)),  # the 24th is Culture Day
    ],
)
def test_the_same_day_means_until_the_office_closes(
    received: tuple[int, ...], due: tuple[int, ...]
) -> None:
    limit = find_limit({"limit": {"unit": "same_day", "day_ends_at": "15:00"}})

    assert limit is not None
    assert limit.due_at(datetime(*received, tzinfo=VIETNAM), agency_calendar()) == datetime(
        *due, tzinfo=VIETNAM
    )
