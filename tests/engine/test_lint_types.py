"""Types of variables, from the forms, decisions, scripts and mappings that set them."""

import json
from typing import Any

import pytest

from engine.lint import lint
from engine.model import Finding
from tests.engine.decision_files import decision, given, literal, model, table
from tests.engine.lint_case import USER
from tests.engine.model_files import HERE, chain, diagram, marked_line

TYPES = ("type-", "expression-type", "timer-type", "form-expression-type", "decision-input-type")
FIELDS: list[dict[str, Any]] = [
    {"type": "number", "key": "tuoi", "label": "Tuổi"},
    {"type": "textfield", "key": "ten", "label": "Tên"},
    {"type": "datetime", "subtype": "date", "key": "ngay", "label": "Ngày", "dateLabel": "Ngày"},
    {"type": "checkbox", "key": "dat", "label": "Đạt"},
    {
        "type": "select",
        "key": "loai",
        "label": "Loại",
        "values": [{"value": "moi", "label": "Mới"}, {"value": "cu", "label": "Cũ"}],
    },
    {
        "type": "dynamiclist",
        "path": "thua",
        "label": "Thửa",
        "components": [{"type": "number", "key": "m2", "label": "Diện tích"}],
    },
    {"type": "expression", "key": "gap_doi", "expression": "=tuoi * 2"},
]
SCRIPT = 'scriptTask {} scriptFormat="feel" camunda:resultVariable="{}"'
FEE = model(
    given("tuoi", "number"),
    decision("Fee", table(["tuoi"], ["fee"], [["< 3", "0"], [">= 3", "8000"]]), ["tuoi"]),
    decision("Kind", table(["tuoi"], ["kind"], [["< 3", '"a"'], [">= 3", '"b"']]), ["tuoi"]),
)


def form(*more: dict[str, Any], fields: list[dict[str, Any]] | None = None) -> dict[str, bytes]:
    parts = [*(FIELDS if fields is None else fields), *more]
    numbered = [{"id": f"f{number}", **part} for number, part in enumerate(parts)]
    content = {"id": "don", "type": "default", "schemaVersion": 19, "components": numbered}
    return {"don.form": json.dumps(content, indent=1).encode()}


def typed(body: str, **files: bytes) -> list[Finding]:
    """Return the findings about types in a model whose first task has the form."""
    named = {name.replace("__", "."): content for name, content in files.items()}
    found = lint({"a.bpmn": diagram(body), **form(), **named})
    return [one for one in found if one.rule.startswith(TYPES)]


def told(body: str, **files: bytes) -> list[tuple[str, str, str | None]]:
    return [(one.rule, one.severity, one.element_id) for one in typed(body, **files)]


def asking(*nodes: str, then: str = "") -> str:
    first = f'userTask u {USER} camunda:formRef="don"'
    return chain("startEvent s", first, *nodes, "endEvent e") + then


def using(text: str) -> str:
    return f"{SCRIPT.format('c', 'z')}|<script>{text}</script>"


def on(condition: str) -> str:
    """Return a gateway behind the form that decides on this."""
    body = asking('exclusiveGateway g default="f3"')
    return body + (
        '<sequenceFlow id="x" sourceRef="g" targetRef="e">'
        f"<conditionExpression>{condition}</conditionExpression>{HERE}</sequenceFlow>"
    )


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ('=tuoi &gt; "18"', "type-comparison"),
        ('=ngay &lt; "2026-01-01"', "type-comparison"),
        ('=loai = "khac"', "type-option"),
        ("=thua[1].m3 = 1", "type-entry"),
        ("=gap_doi = ten", "type-comparison"),
        ("=ten", "expression-type"),
        ("${tuoi}", "expression-type"),
    ],
)
def test_fields_of_a_form_have_types(condition: str, rule: str):
    [finding] = typed(on(condition))

    assert (finding.rule, finding.severity, finding.element_id) == (rule, "warning", "x")
    assert finding.line == marked_line(diagram(on(condition)))
    assert finding.column is not None
    assert "%(" not in finding.text()


@pytest.mark.parametrize(
    "condition",
    ["=tuoi &gt; 18", '=loai = "moi" and dat', "=count(thua[m2 &gt; 3]) = 1", "=ngay &lt; today()"],
)
def test_good_conditions_on_fields_are_silent(condition: str):
    assert told(on(condition)) == []


def test_a_constant_that_is_no_condition_is_an_error():
    assert told(on('="abc"')) == [("expression-type", "error", "x")]


def test_a_name_that_two_elements_set_with_different_types_may_be_anything():
    twice = on('=tuoi = "x"').replace(
        "<startEvent",
        '<scriptTask id="o" scriptFormat="feel" camunda:resultVariable="tuoi">'
        '<script>"x"</script></scriptTask><startEvent',
    )

    assert told(twice) == []


def test_scripts_mappings_and_items_have_types():
    script = (
        'scriptTask a scriptFormat="feel" camunda:resultVariable="tong"|<script>tuoi * 2</script>'
    )
    mapped = (
        f"userTask b {USER}|<extensionElements><zeebe:ioMapping>"
        '<zeebe:output source="=tong &gt; 3" target="lon"/></zeebe:ioMapping></extensionElements>'
        '<multiInstanceLoopCharacteristics camunda:collection="=thua" '
        'camunda:elementVariable="mot"/>'
    )

    def of(text: str) -> list[tuple[str, str, str | None]]:
        return told(asking(script, mapped, using(text)))

    assert of("tong + 1") == of("mot.m2 + 1") == []
    assert of("lon + 1") == [("type-arithmetic", "warning", "c")]
    assert of("mot.m3") == [("type-entry", "warning", "c")]


def test_what_a_decision_gives_has_a_type():
    def of(text: str, reference: str, mapping: str) -> list[tuple[str, str, str | None]]:
        asked = (
            f'businessRuleTask a camunda:decisionRef="{reference}" '
            f'camunda:resultVariable="kq" camunda:mapDecisionResult="{mapping}"'
        )
        used = (
            f'scriptTask c scriptFormat="feel" camunda:resultVariable="z"|<script>{text}</script>'
        )
        return told(asking(asked, used), fee__dmn=FEE)

    assert of('kq = "a"', "Kind", "singleEntry") == []
    assert of('kq = "c"', "Kind", "singleEntry") == [("type-option", "warning", "c")]
    assert of("kq.fee + 1", "Fee", "singleResult") == []
    assert of("kq.fees + 1", "Fee", "singleResult") == [("type-entry", "warning", "c")]
    assert of('kq[1] + "a"', "Fee", "collectEntries") == [("type-arithmetic", "warning", "c")]


def test_a_decision_is_not_given_what_its_input_cannot_be():
    named = model(given("ten", "number"), decision("D", literal("ten + 1"), ["ten"]))
    asked = 'businessRuleTask a camunda:decisionRef="D" camunda:resultVariable="kq"'

    assert told(asking(asked), d__dmn=named) == [("decision-input-type", "warning", "a")]


def test_cells_of_a_table_fit_their_columns():
    items = (
        '<itemDefinition name="tLoai"><typeRef>string</typeRef><allowedValues>'
        '<text>"moi","cu"</text></allowedValues></itemDefinition>'
    )
    body = table(["loai"], ["fee"], [['"moi"', "1"], ['"khac"', '2 + "a"']])
    found = typed(
        asking(), d__dmn=model(items, given("loai", "tLoai"), decision("D", body, ["loai"]))
    )

    assert [(one.rule, one.severity, one.file) for one in found] == [
        ("type-option", "warning", "d.dmn"),
        ("type-arithmetic", "warning", "d.dmn"),
    ]
    assert found[0].line is not None


@pytest.mark.parametrize(
    ("kind", "text", "severity"),
    [
        ("timeDuration", "=tuoi", "warning"),
        ("timeDuration", '="3 days"', "error"),
        ("timeDate", "=dat", "warning"),
        ("timeCycle", '=duration("P3D")', "error"),
        ("timeDuration", '=if dat then "P3D" else "P5D"', None),
        ("timeDuration", "=ten", None),
        ("timeDate", '=ngay + duration("P3D")', None),
        ("timeCycle", '="R3/P1D"', None),
    ],
)
def test_a_timer_needs_a_time(kind: str, text: str, severity: str | None):
    timer = (
        "intermediateCatchEvent t|<timerEventDefinition>"
        f"<{kind}>{text}</{kind}></timerEventDefinition>"
    )

    expected = [] if severity is None else [("timer-type", severity, "t")]
    assert told(asking(timer)) == expected


def test_several_instances_need_a_list_and_work_needs_a_day():
    several = (
        f'userTask t {USER}|<multiInstanceLoopCharacteristics camunda:collection="=ten" '
        'camunda:elementVariable="mot"/>'
    )
    due = f'userTask t {USER} camunda:dueDate="=tuoi"'

    assert told(asking(several)) == [("expression-type", "warning", "t")]
    assert told(asking(due)) == [("expression-type", "warning", "t")]


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ({"conditional": {"hide": "=ten"}}, "form-expression-type"),
        ({"conditional": {"hide": '=loai = "khac"'}}, "type-option"),
        ({"validate": {"required": "=tuoi"}}, "form-expression-type"),
        ({"validate": {"max": '="10"'}}, "form-expression-type"),
        ({"validate": {"max": '=tuoi + "1"'}}, "type-arithmetic"),
        ({"validate": {"required": "=tuoi > 18", "max": "=tuoi * 2"}}, None),
    ],
)
def test_expressions_of_a_form_have_types(part: dict[str, Any], rule: str | None):
    files = form({"type": "number", "id": "n1", "key": "n", "label": "N", **part})

    found = [
        one for one in lint({"a.bpmn": diagram(asking()), **files}) if one.rule.startswith(TYPES)
    ]

    assert [(one.rule, one.file, one.element_id) for one in found] == (
        [(rule, "don.form", "n1")] if rule else []
    )
    assert all(
        one.line and '"n1"' in files["don.form"].decode().splitlines()[one.line - 1]
        for one in found
    )


def test_a_row_sees_its_own_fields():
    inner = {
        "type": "dynamiclist",
        "path": "nguoi",
        "label": "Người",
        "components": [
            {"type": "textfield", "id": "r1", "key": "tuoi", "label": "Tuổi chữ"},
            {
                "type": "number",
                "id": "r2",
                "key": "x",
                "label": "X",
                "conditional": {"hide": "=tuoi = 3"},
            },
        ],
    }

    found = lint({"a.bpmn": diagram(asking()), **form(inner)})

    assert [(one.rule, one.element_id) for one in found if one.rule.startswith(TYPES)] == [
        ("type-comparison", "r2")
    ]
