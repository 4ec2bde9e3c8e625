"""Form fields inside a model become the same forms as those of files."""

from decimal import Decimal

import pytest

from engine import lint, read_definitions
from engine.forms import embedded_forms, inputs, read_form

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="D" targetNamespace="t"
             xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="P" isExecutable="true">
    <startEvent id="S"/><sequenceFlow id="a" sourceRef="S" targetRef="Sub"/>
    <subProcess id="Sub">
      <startEvent id="S2"/><sequenceFlow id="c" sourceRef="S2" targetRef="T"/>
      <userTask id="T" name="Xét" camunda:candidateGroups="g">
        <extensionElements><camunda:formData>%s</camunda:formData></extensionElements>
      </userTask>
      <sequenceFlow id="d" sourceRef="T" targetRef="E2"/><endEvent id="E2"/>
    </subProcess>
    <sequenceFlow id="b" sourceRef="Sub" targetRef="E"/><endEvent id="E"/>
  </process>
</definitions>"""
FIELDS = """
<camunda:formField id="ten" label="Tên" type="string" defaultValue="An">
  <camunda:properties><camunda:property id="public" value="1"/></camunda:properties>
  <camunda:validation>
    <camunda:constraint name="required"/><camunda:constraint name="minlength" config="2"/>
    <camunda:constraint name="maxlength" config="50"/>
  </camunda:validation>
</camunda:formField>
<camunda:formField id="so" label="Số" type="long" defaultValue="3">
  <camunda:validation>
    <camunda:constraint name="min" config="1"/><camunda:constraint name="max" config="9"/>
  </camunda:validation>
</camunda:formField>
<camunda:formField id="co" label="Có" type="boolean" defaultValue="true">
  <camunda:validation><camunda:constraint name="required"/></camunda:validation>
</camunda:formField>
<camunda:formField id="ngay" label="Ngày" type="date">
  <camunda:validation><camunda:constraint name="readonly"/></camunda:validation>
</camunda:formField>
<camunda:formField id="loai" label="Loại" type="enum" defaultValue="b">
  <camunda:value id="a" name="A"/><camunda:value id="b" name="B"/>
</camunda:formField>"""


CHECKED_BY_JAVA = """<camunda:formField id="x"><camunda:validation>
<camunda:constraint name="validator" config="org.x.Check"/>
</camunda:validation></camunda:formField>"""


def test_fields_of_every_type_become_components():
    (found,) = embedded_forms(read_definitions(_files(FIELDS)))

    form = read_form(found.content, found.file)

    text, number, tick, day, choice = inputs(form)
    assert (found.id, form.id, found.node.id) == ("formData:T", "formData:T", "T")
    assert (text.type, text.required) == ("textfield", True)
    assert (text.min_length, text.max_length) == (2, 50)
    assert (text.default, text.properties) == ("An", {"public": "1"})
    assert (number.minimum, number.maximum, number.decimal_digits) == (1, 9, 0)
    assert number.default == Decimal(3)
    assert (tick.type, tick.default, tick.required) == ("checkbox", True, False)
    assert (day.subtype, day.readonly) == ("date", True)
    assert ([one.value for one in choice.values], choice.default) == (["a", "b"], "b")


def test_a_model_with_form_fields_has_no_findings():
    assert [one.rule for one in lint(_files(FIELDS))] == ["no-drawing"]


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ('<camunda:formField id="x" type="phone"/>', "formField phone"),
        (
            CHECKED_BY_JAVA,
            "constraint validator org.x.Check",
        ),
        ('<camunda:formField id="x" type="enum"/>', "no options"),
        ('<camunda:formField id="a-b" type="string"/>', "a-b"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_element(field, named):
    findings = [one for one in lint(_files(field)) if one.rule.startswith("form-")]

    assert [(one.element_id, one.line, one.file) for one in findings] == [("T", 8, "m.bpmn")]
    assert named in findings[0].text()


def test_a_form_file_goes_before_fields_in_the_model():
    files = _files(FIELDS)
    files["m.bpmn"] = files["m.bpmn"].replace(b'id="T" ', b'id="T" camunda:formRef="f" ')

    assert embedded_forms(read_definitions(files)) == ()


def _files(fields):
    return {"m.bpmn": (MODEL % fields).encode()}
