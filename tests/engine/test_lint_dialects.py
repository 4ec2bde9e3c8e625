"""Which dialect each expression of a model is read as, and what its scripts set."""

import engine
from engine.feel import Dialect
from engine.lint.dialects import Use, expressions_of
from tests.engine.model_files import diagram

FLOWS = """
<sequenceFlow id="f1" sourceRef="s" targetRef="c"/>
<sequenceFlow id="f2" sourceRef="c" targetRef="g"/>
<sequenceFlow id="f3" sourceRef="g" targetRef="t"><conditionExpression>{first}
</conditionExpression></sequenceFlow>
<sequenceFlow id="f4" sourceRef="g" targetRef="t"/>
<sequenceFlow id="f5" sourceRef="t" targetRef="e"/>"""
BODY = """<startEvent id="s"/>
<scriptTask id="c" name="Tính" scriptFormat="python"><script>tong = 1
for n in so: tong += n</script></scriptTask>
<exclusiveGateway id="g" name="Lớn?" default="f4"/>
<userTask id="t" camunda:assignee="${nguoi}" camunda:candidateGroups="xay-dung"/>
<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><timerEventDefinition>
<timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>
<endEvent id="e"/><endEvent id="x"/><sequenceFlow id="f6" sourceRef="b" targetRef="x"/>"""


def dialects(first: str):
    files = {"a.bpmn": diagram(BODY + FLOWS.format(first=first))}
    (model,) = engine.read_definitions(files)
    return {(one.element_id, one.use): one.dialect for one in expressions_of(model)}


def test_each_expression_is_listed_with_its_use_and_its_dialect():
    assert dialects("tong == 3 and n is not None") == {
        ("c", Use.SCRIPT): Dialect.PYTHON_SCRIPT,
        ("f3", Use.CONDITION): Dialect.PYTHON,
        ("t", Use.ASSIGNMENT): Dialect.JUEL,
        ("b", Use.TIMER): Dialect.LITERAL,
    }
    assert dialects("= tong = 3")["f3", Use.CONDITION] is Dialect.FEEL
    assert dialects("${tong == 3}")["f3", Use.CONDITION] is Dialect.JUEL


def test_what_cannot_be_read_has_no_dialect():
    assert dialects("tong = = 3")["f3", Use.CONDITION] is None


def test_what_a_python_script_assigns_is_known_to_the_conditions_behind_it():
    form = b"""{"id": "don", "type": "default", "schemaVersion": 19,
        "components": [{"type": "textfield", "id": "so", "key": "so", "label": "so"}]}"""
    body = BODY.replace('<startEvent id="s"/>', '<startEvent id="s" camunda:formRef="don"/>')

    def unknown(first: str):
        model = diagram(body + FLOWS.format(first=first))
        findings = engine.lint({"a.bpmn": model, "don.form": form})
        return [one.params["variable"] for one in findings if one.rule == "variable-unknown"]

    assert unknown("tong == 3 and n is not None") == []
    assert unknown("= tong = 3") == []
    assert unknown("= tổng = 3") == ["tổng"]
    assert unknown("tổng == 3 and n is not None") == ["tổng"]
