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


def test_a_limit_may_differ_by_channel() -> None:
    told = {"amount": "P5D", "unit": "working_day", "day_ends_at": None}
    facts = {"limit": {**told, "channels": {"online": {"amount": "P3D"}}}}

    online, counter = find_limit(facts, "online"), find_limit(facts, "counter")

    assert online is not None
    assert counter is not None
    assert (online.amount, counter.amount) == ("P3D", "P5D")


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        ({"amount": "P2M", "unit": "working_day"}, "does not fit its unit"),
        ({"channels": {"online": {"amount": "P1M"}}}, "does not fit its unit"),
        ({"decision": "Nowhere"}, "is not in the upload"),
        ({"starts_at": "Nowhere"}, "has no such element"),
        ({"channels": {"telex": {"amount": "P1D"}}}, "is not valid"),
        ({"pauses": [{"reason": "holiday"}]}, "is not valid"),
        ({"extensions": {"max_count": -1}}, "is not valid"),
    ],
)
def test_a_limit_that_cannot_be_counted_is_refused(limit: dict[str, Any], problem: str) -> None:
    found = _findings(lambda facts: facts["limit"].update(limit))

    assert any(problem in text for text, _ in found), found


def test_phases_pauses_and_extensions_are_part_of_a_limit() -> None:
    both = {"vi": "Điều 1", "en": "Article 1"}
    phase = {
        "id": "p1",
        "name": both,
        "amount": "P1D",
        "unit": "working_day",
        "starts_at": "Task_ThamDinh",
        "ends_at": "Task_ThamDinh",
        "basis": both,
    }
    more = {
        "convention": "whole_days",
        "warn_before": "PT4H",
        "pauses": [{"reason": "supplement", "basis": both}],
        "extensions": {"max_count": 1, "max_amount": "P5D", "signer": both, "basis": both},
        "phases": [phase],
    }

    assert _findings(lambda facts: facts["limit"].update(more)) == []
