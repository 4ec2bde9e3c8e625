"""Decision models and their examples, as the check of an upload sees them."""

import json
from typing import Any

import pytest

from engine.lint import lint
from tests.engine.decision_files import decision, given, model, table
from tests.engine.lint_case import middle

PROCESS = middle("task t")
FEE = model(
    given("days", "number"),
    decision("Fee", table(["days"], ["fee"], [["< 3", "0"], [">= 3", "8000"]]), ["days"]),
)


def findings(**files: bytes) -> list[tuple[str, str, str]]:
    named = {name.replace("__", "."): content for name, content in files.items()}
    found = lint({"a.bpmn": PROCESS, **named})
    return [(one.rule, one.severity, one.file) for one in found]


def examples(*tests: Any) -> bytes:
    return json.dumps({"tests": tests}).encode()


def example(days: Any, expected: Any, name: str = "e") -> dict[str, Any]:
    return {"name": name, "decision": "Fee", "inputs": {"days": days}, "expected": expected}


def test_a_sound_decision_model_gets_no_remark() -> None:
    assert findings(fees__dmn=FEE) == []


def test_what_is_no_decision_model_is_refused_with_its_file() -> None:
    for content in (b"", b"{}", b"<definitions/>", PROCESS, b"<!DOCTYPE a><a/>", b"\xff\xfe<"):
        assert findings(fees__dmn=content) == [("decision-unreadable", "error", "fees.dmn")]


def test_a_bad_cell_is_an_error_at_its_line() -> None:
    broken = FEE.replace(b"&lt; 3", b"&lt; &lt; 3")

    [finding] = lint({"a.bpmn": PROCESS, "fees.dmn": broken})

    assert (finding.rule, finding.severity) == ("decision-cell", "error")
    assert finding.line == broken[: broken.index(b"&lt; &lt; 3")].count(b"\n") + 1


def test_overlaps_are_warnings_and_gaps_are_hints() -> None:
    overlapping = FEE.replace(b"&gt;= 3", b"&gt;= 2")
    gaping = FEE.replace(b"&gt;= 3", b"&gt; 3")

    assert findings(fees__dmn=overlapping) == [("decision-overlap", "warning", "fees.dmn")]
    assert findings(fees__dmn=gaping) == [("decision-gap", "hint", "fees.dmn")]


def test_examples_that_hold_are_silent() -> None:
    held = examples(example(1, 0), example({"feel": "2 + 3"}, 8000), example(None, None))

    assert findings(fees__dmn=FEE, fees__tests__json=held) == []


def test_an_example_that_fails_is_an_error_that_says_what_came() -> None:
    content = examples(example(1, 0), example(5, 9000, "Nộp muộn"))

    [finding] = lint({"a.bpmn": PROCESS, "fees.dmn": FEE, "fees.tests.json": content})

    assert (finding.rule, finding.severity, finding.element_id) == (
        "decision-example-failed",
        "error",
        "Fee",
    )
    assert "Nộp muộn" in finding.text()
    assert "8000 instead of 9000" in finding.text()


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"tests": 1}', b'{"tests": [{}]}', b'{"tests": [{"decision": 1}]}', b"[" * 9999],
)
def test_examples_that_cannot_be_read_are_an_error(content: bytes) -> None:
    found = findings(fees__dmn=FEE, fees__tests__json=content)

    assert found == [("decision-examples-unreadable", "error", "fees.tests.json")]


def test_examples_without_their_model_are_an_error() -> None:
    found = findings(fees__tests__json=examples())

    assert found == [("decision-examples-alone", "error", "fees.tests.json")]


def test_an_example_of_an_unknown_decision_fails_with_that_reason() -> None:
    content = examples({"decision": "Tax", "inputs": {}, "expected": 1})

    [finding] = lint({"a.bpmn": PROCESS, "fees.dmn": FEE, "fees.tests.json": content})

    assert "holds no decision “Tax”" in finding.text()
