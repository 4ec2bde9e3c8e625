"""Every strict rule: a model that breaks it is told, at its element, and only when asked for."""

import re
from pathlib import Path

import pytest

from engine.lint import lint
from engine.lint.standard import check
from tests.engine import standard_cases
from tests.engine.standard_case import FORMAL, Strict, chain, flow, inside, node

CASES = standard_cases.CASES
GOOD = inside(
    "",
    "",
    node("startEvent", "s", "", "f1")
    + node("exclusiveGateway", "g", "f1", "f2 f3", 'default="f3" gatewayDirection="Diverging"')
    + node("task", "t", "f2", "f4")
    + node("endEvent", "e", "f3 f4")
    + flow("f1", "s", "g")
    + flow("f2", "g", "t", f"|<conditionExpression {FORMAL}>= x</conditionExpression>")
    + flow("f3", "g", "e")
    + flow("f4", "t", "e"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_model_that_breaks_a_rule_is_told_at_its_element(case: Strict):
    findings = [one for one in check({"m.bpmn": case.content}, ["m.bpmn"]) if one.rule == case.rule]

    assert case.element in [one.element_id for one in findings]
    assert "%(" not in findings[0].text()
    assert findings[0].severity == "error"


def test_every_strict_rule_has_a_case():
    sources = (path.read_text() for path in Path("engine/lint/standard").glob("*.py"))
    written = {rule for text in sources for rule in re.findall(r'Rule\(\s+"([a-z-]+)"', text)}

    assert written == {case.rule for case in CASES}


def test_a_model_that_keeps_every_rule_has_no_finding():
    assert list(check({"m.bpmn": GOOD.content}, ["m.bpmn"])) == []


def test_the_strict_rules_are_asked_only_when_wanted():
    content = inside(
        "", "", chain("task", "t", 'startQuantity="1"|<documentation textFormat="x"/>')
    )
    files = {"m.bpmn": content.content}

    assert "text-format" not in {one.rule for one in lint(files)}
    assert "text-format" in {one.rule for one in lint(files, strict=True)}


def test_strictly_a_warning_is_an_error():
    files = {"m.bpmn": GOOD.content}

    assert {one.severity for one in lint(files) if one.rule == "no-drawing"} == {"warning"}
    assert {one.severity for one in lint(files, strict=True) if one.rule == "no-drawing"} == {
        "error"
    }


def test_references_lead_into_the_other_files_of_the_upload():
    calling = inside("", "", chain("callActivity", "t", 'calledElement="x:q"'))
    content = calling.content.replace(b"<definitions ", b'<definitions xmlns:x="urn:other" ')
    called = (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        b'targetNamespace="urn:other">'
        b'<process id="q"><startEvent id="s"><signalEventDefinition/></startEvent></process>'
        b"</definitions>"
    )
    files = {"a.bpmn": content, "b.bpmn": called}

    told = [one for one in check(files, list(files)) if one.rule == "called-process-start"]

    assert [(one.file, one.element_id) for one in told] == [("b.bpmn", "q")]


def test_flows_that_nodes_do_not_list_are_read_from_the_flows_themselves():
    body = re.sub(r"<(incoming|outgoing)>.*?</\1>", "", GOOD.content.decode())

    assert list(check({"m.bpmn": body.encode()}, ["m.bpmn"])) == []
