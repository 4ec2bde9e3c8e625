"""Every rule of lint: a good model has no finding, a broken one exactly that one, at its place."""

import re
from pathlib import Path

import pytest

from engine.lint import lint
from tests.engine import lint_cases_data, lint_cases_elements, lint_cases_flow
from tests.engine.lint_case import USER, Case, middle
from tests.engine.model_files import HERE, chain, collaboration, diagram, marked_line

CASES = lint_cases_flow.CASES + lint_cases_elements.CASES + lint_cases_data.CASES
GOOD = chain(
    "startEvent s",
    'userTask t name="Thẩm định" camunda:candidateGroups="xay-dung"',
    "endEvent e",
)


def test_a_good_model_has_no_finding():
    assert lint({"good.bpmn": diagram(GOOD)}) == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.element}")
def test_a_broken_model_has_exactly_the_finding_that_is_true(case: Case):
    findings = lint({"broken.bpmn": case.content, **case.files})

    assert [(one.rule, one.element_id) for one in findings] == [(case.rule, case.element)]
    assert findings[0].severity == case.severity
    assert findings[0].line == marked_line(case.content)
    assert findings[0].file == "broken.bpmn"
    assert "%(" not in findings[0].text()


def test_every_rule_has_a_case():
    sources = Path("engine/lint").glob("*.py")
    written = {
        rule
        for source in sources
        for rule in re.findall(r'(?m)^\s+"([a-z]+(?:-[a-z]+)+)",$', source.read_text())
    }

    tested = {case.rule for case in CASES} | TESTED_ELSEWHERE
    untested = {rule for rule in written - tested if not rule.startswith("decision-")}

    assert untested == set()


TESTED_ELSEWHERE = {
    "data-state-never-set",
    "data-store-without-definition",
    "dead-element",
    "no-model",
    "called-version-missing",
    "process-id-twice",
    "unreadable-file",
    "form-id-twice",
    "expression-type",
    "form-expression-type",
    "timer-type",
}


def test_errors_come_first_then_files_then_lines():
    hinting = diagram(
        chain(
            "startEvent s",
            "serviceTask t|<documentation/>",
            "endEvent e",
        )
    )
    alone = chain("startEvent s", "serviceTask t", "endEvent e")
    nobody = diagram(alone, process='id="q" isExecutable="true"')

    findings = lint({"b.bpmn": hinting, "a.bpmn": nobody})

    assert [(one.severity, one.file) for one in findings] == [
        ("error", "a.bpmn"),
        ("error", "b.bpmn"),
    ]


def test_two_files_must_not_define_the_same_process():
    content = diagram(GOOD)

    findings = lint({"a.bpmn": content, "b.bpmn": content})

    assert [(one.rule, one.file) for one in findings] == [("process-id-twice", "b.bpmn")]


def test_an_upload_without_a_model_is_refused():
    assert [one.rule for one in lint({"facts.json": b"{}"})] == ["no-model"]
    assert [one.rule for one in lint({})] == ["no-model"]


def test_a_form_that_is_uploaded_is_found_by_its_id():
    body = GOOD.replace('name="Thẩm định"', 'camunda:formRef="don"')
    form = b'{"id": "don", "type": "default", "schemaVersion": 19, "components": []}'

    assert lint({"good.bpmn": diagram(body), "don.form": form}) == ()


def test_a_lane_names_the_group_of_its_tasks():
    lane = (
        '<laneSet id="ls"><lane id="l" name="Xây dựng" motcua:candidateGroups="xay-dung">'
        "<flowNodeRef>t</flowNodeRef></lane></laneSet>\n"
    )
    body = lane + chain("startEvent s", "userTask t", "endEvent e")

    assert lint({"good.bpmn": diagram(body)}) == ()


def test_drawn_data_and_remarks_are_kept_silently():
    body = GOOD + (
        '<dataObject id="d1"/><dataObjectReference id="d2" dataObjectRef="d1"/>'
        '<dataStoreReference id="d3"/><textAnnotation id="a1"><text>x</text></textAnnotation>'
        '<association id="a2" sourceRef="t" targetRef="a1"/><group id="g"/>'
    )

    assert lint({"good.bpmn": diagram(body)}) == ()


def test_a_partner_pool_that_is_never_run_is_not_checked():
    content = collaboration(
        '<collaboration id="c"><participant id="a" processRef="p"/>'
        '<participant id="b" processRef="own:q"/></collaboration>'
        f'<process id="p" isExecutable="true">{GOOD}</process>'
        '<process id="q" isExecutable="false"><userTask id="x"/></process>'
    )

    assert lint({"good.bpmn": content}) == ()


def test_a_flow_without_a_name_is_called_by_what_it_connects():
    body = GOOD + f'<sequenceFlow sourceRef="t" targetRef="nowhere"/>{HERE}'

    (finding,) = lint({"broken.bpmn": diagram(body)})

    assert "“t → nowhere”" in finding.text()
    assert finding.element_id is None


def test_a_condition_may_read_what_an_action_of_the_dossier_tells():
    def unknown(action: str) -> list[str]:
        model = lint_cases_data.deciding(
            "tu_choi != null",
            f'<boundaryEvent id="b" attachedToRef="t" {action}>'
            '<messageEventDefinition messageRef="m"/></boundaryEvent>',
        )
        model = model.replace(b"<process", b'<message id="m" name="M"/><process')
        files = {"m.bpmn": model, **lint_cases_data.form("don", "x")}
        found = [one for one in lint(files) if one.rule == "variable-unknown"]
        return [f"{one.severity} {one.params['variable']}" for one in found]

    assert unknown("motcua:action='refusal'") == []
    assert unknown("motcua:action='stop'") == ["warning tu_choi"]
    assert unknown("") == ["hint tu_choi"]


def test_a_finding_tells_the_column_where_its_tag_begins():
    one_line = diagram(GOOD.replace("\n", "").replace('name="Thẩm định" ', 'camunda:dueDate="x" '))
    inner = GOOD.replace("<userTask", "  <userTask").replace(
        'name="Thẩm', 'camunda:dueDate="x"\n n="'
    )

    (due,) = lint({"m.bpmn": one_line})
    (later,) = lint({"m.bpmn": diagram(inner)})

    line = one_line.decode().splitlines()[due.line - 1]
    assert line[due.column - 1 :].startswith('<userTask id="t"')
    assert (later.rule, later.column) == ("due-date-unreadable", 3)


def test_findings_without_a_place_have_no_column():
    (finding,) = lint({"facts.json": b"{}"})

    assert finding.column is None


LOOP = "standardLoopCharacteristics"
MANY = "multiInstanceLoopCharacteristics"


@pytest.mark.parametrize(
    ("head", "content"),
    [
        ("intermediateCatchEvent n", "{conditionalEventDefinition}{condition}= a +"),
        (f"userTask n {USER}", f"{{{LOOP}}}{{loopCondition}}= a +"),
        (f"userTask n {USER}", f"{{{MANY}}}{{loopCardinality}}= a +"),
        (f"userTask n {USER}", "{dataOutputAssociation}{assignment}{from}= a +"),
        ("adHocSubProcess n", "{completionCondition}= a +"),
        (f"userTask n {USER} camunda:dueDate='= a +'", ""),
        (f"userTask n {USER} camunda:followUpDate='${{a +}}'", ""),
        (f"userTask n {USER} camunda:priority='= a +'", ""),
        ("userTask n camunda:assignee='= a +'", ""),
        ("userTask n camunda:candidateGroups='= a +'", ""),
        ("userTask n camunda:candidateUsers='= a +'", ""),
        (f"userTask n {USER} motcua:limit='= a +'", ""),
        ("businessRuleTask n camunda:decisionRef='= a +' camunda:resultVariable='r'", ""),
    ],
)
def test_an_expression_that_cannot_be_read_is_found_wherever_it_stands(head, content):
    names = re.findall(r"{(\w+)}", content)
    inner = "".join(f"<{name}>" for name in names) + content.rpartition("}")[2]
    inner += "<to>t</to>" if "from" in names else ""
    inner = inner.replace("= a +<to>", "= a +</from><to>")
    inner += "".join(f"</{name}>" for name in reversed(names) if name != "from")

    findings = lint({"m.bpmn": middle(f"{head}|{inner}")})

    assert ("expression-unreadable", "n") in [(one.rule, one.element_id) for one in findings]
