"""Business rule tasks: the decision asked, its result mapped, the reason kept."""

from typing import Any

import pytest

import engine
from engine import EventKind, ExecutionError
from tests.engine.decision_files import decision, given, model, table
from tests.engine.instances import NINE
from tests.engine.lint_case import middle

FEES = [["< 3", "0", "Điều 4"], [">= 3", "8000", "Điều 5"]]
FEE = model(given("copies"), decision("Fee", table(["copies"], ["fee"], FEES), ["copies"]))
BOTH = model(
    decision(
        "Fee",
        table(["copies"], ["fee", "days"], [["> 0", "1", "5"], ["> 1", "2", "6"]], "COLLECT"),
    )
)
SINGLE_COLUMN = model(
    decision("Fee", table(["copies"], ["fee"], [["> 0", "1"], ["> 1", "2"]], "COLLECT"))
)


def files(decisions: bytes = FEE, **attributes: str) -> dict[str, bytes]:
    facts = {"decisionRef": "Fee", "resultVariable": "result"} | attributes
    written = " ".join(f"camunda:{name}='{value}'" for name, value in facts.items() if value)
    return {"a.bpmn": middle(f"businessRuleTask t {written}"), "fees.dmn": decisions}


def outcome(given: dict[str, bytes], **variables: Any) -> tuple[dict[str, Any], Any]:
    process = engine.compile_process(given)
    found = engine.start(process, variables, at=NINE)
    made = [one for one in found.events if one.kind == EventKind.DECISION_MADE]
    return engine.variables_of(process, found.snapshot), made


def test_a_business_rule_task_writes_the_decisions_result() -> None:
    variables, _ = outcome(files(mapDecisionResult="singleEntry"), copies=5)

    assert variables["result"] == 8000


def test_why_a_decision_was_made_so_is_an_event() -> None:
    _, [event] = outcome(files(mapDecisionResult="singleEntry"), copies=1)

    [made] = event.data["explanation"]
    [rule] = made["tables"][0]["rules"]
    assert (event.element_id, event.data["decision"], event.data["output"]) == ("t", "Fee", 0)
    assert (rule["number"], rule["annotations"]) == (1, [["Căn cứ", "Điều 4"]])


@pytest.mark.parametrize(
    ("decisions", "mapping", "expected"),
    [
        (FEE, "", [{"fee": 8000}]),
        (FEE, "resultList", [{"fee": 8000}]),
        (FEE, "singleResult", {"fee": 8000}),
        (FEE, "collectEntries", [8000]),
        (SINGLE_COLUMN, "collectEntries", [1, 2]),
        (SINGLE_COLUMN, "resultList", [{"fee": 1}, {"fee": 2}]),
        (BOTH, "resultList", [{"fee": 1, "days": 5}, {"fee": 2, "days": 6}]),
    ],
)
def test_results_are_mapped_as_camunda_maps_them(
    decisions: bytes, mapping: str, expected: Any
) -> None:
    variables, _ = outcome(files(decisions, mapDecisionResult=mapping), copies=5)

    assert variables["result"] == expected


@pytest.mark.parametrize("mapping", ["singleEntry", "singleResult"])
def test_several_results_where_one_is_wanted_stop_the_token(mapping: str) -> None:
    with pytest.raises(ExecutionError, match="2 results"):
        outcome(files(BOTH, mapDecisionResult=mapping), copies=5)


def test_a_decision_of_camunda_8_keeps_its_value_as_it_is() -> None:
    called = "<zeebe:calledDecision decisionId='Fee' resultVariable='fee'/>"
    task = f"businessRuleTask t|<extensionElements>{called}</extensionElements>"

    variables, _ = outcome({"a.bpmn": middle(task), "fees.dmn": FEE}, copies=5)

    assert variables["fee"] == 8000


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        ({"decisionRef": "Other", "decisionRefBinding": "deployment"}, "decision-missing"),
        ({"decisionRefBinding": "newest"}, "binding-unknown"),
        ({"decisionRefBinding": "version"}, "binding-without-version"),
        ({"mapDecisionResult": "first"}, "decision-mapping"),
        ({"decisionRef": ""}, "decision-not-named"),
    ],
)
def test_a_task_that_cannot_be_decided_is_refused_at_upload(
    attributes: dict[str, str], rule: str
) -> None:
    [finding] = [one for one in engine.lint(files(**attributes)) if one.severity == "error"]

    assert (finding.rule, finding.element_id, finding.line) == (rule, "t", finding.line)
    assert finding.line
