"""What is wrong with a form is said with the component and the remedy."""

import json

import pytest

from engine.forms import lint_form
from tests.engine.test_forms_reading import APPRAISAL, form_of

FIELD = {"type": "textfield", "id": "Field_1", "key": "ten", "label": "Tên"}


def rules(*components, **parts):
    return [finding.rule for finding in lint_form(form_of(*components, **parts), "f.form")]


def test_a_correct_form_has_no_findings():
    assert lint_form(json.dumps(APPRAISAL).encode(), "tham-dinh.form") == ()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 5000, b" " * 600_000]
)
def test_what_is_not_a_json_object_is_unreadable(content):
    assert [finding.rule for finding in lint_form(content, "f.form")] == ["form-unreadable"]


@pytest.mark.parametrize(
    "kind",
    ["html", "iframe", "documentPreview", "button"],
)
def test_a_component_that_is_not_shown_is_refused_with_a_reason(kind):
    (finding,) = lint_form(form_of({"type": kind, "id": "X_1"}), "f.form")

    assert finding.rule == "form-component-type"
    assert "not known" not in finding.text()


def test_an_unknown_component_is_refused():
    (finding,) = lint_form(form_of({"type": "hologram", "id": "X_1"}), "f.form")

    assert "hologram" in finding.text()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"key": ""}, "form-key-missing"),
        ({"key": "1a"}, "form-key-invalid"),
        ({"key": "a.b"}, "form-key-invalid"),
        ({"key": "__class__()"}, "form-key-invalid"),
        ({"label": " "}, "form-label-missing"),
        ({"label": "=ten"}, "form-text-expression"),
        ({"readonly": "=true and"}, "form-expression"),
        ({"conditional": {"hide": "= a == 1"}}, "form-condition"),
        ({"validate": {"pattern": "(a"}}, "form-pattern"),
        ({"validate": {"pattern": "(?=a)b"}}, "form-pattern"),
        ({"validate": {"minLength": "n"}}, "form-limit"),
        ({"validate": {"minLength": 1.5}}, "form-limit"),
        ({"type": "number", "validate": {"max": "nhiều"}}, "form-limit"),
        ({"type": "select"}, "form-options-missing"),
        ({"type": "radio", "values": [{"label": "A"}]}, "form-options-missing"),
        ({"type": "radio", "values": [{"value": "a"}, {"value": "a"}]}, "form-option-duplicate"),
        ({"type": "checklist", "valuesExpression": "=["}, "form-expression"),
        ({"type": "checklist", "valuesKey": "a-b"}, "form-options-key"),
        ({"type": "datetime", "subtype": "week"}, "form-datetime"),
        ({"type": "expression", "expression": "=1 +"}, "form-expression"),
        ({"type": "expression"}, "form-expression"),
        ({"type": "expression", "expression": "=khong_co(1)"}, "form-expression"),
        ({"type": "expression", "expression": "=ten + 1"}, "form-expression-circle"),
        ({"type": "expression", "key": "ho_so", "expression": "=1"}, "form-key-owned"),
        ({"type": "expression", "expression": 1}, "form-shape"),
        ({"validate": []}, "form-shape"),
        ({"conditional": {"hide": 1}}, "form-shape"),
        ({"type": 1}, "form-shape"),
        ({"values": {}}, "form-shape"),
    ],
)
def test_each_mistake_in_a_field_is_found(change, rule):
    assert rules(FIELD | change) == [rule]


def test_two_fields_with_one_key_are_found_also_inside_groups():
    group = {"type": "group", "id": "G", "label": "Nhóm", "components": [FIELD | {"id": "Field_2"}]}

    assert rules(FIELD, group) == ["form-key-duplicate"]


def test_a_key_may_stand_again_in_a_record_but_not_twice_in_it():
    record = {"type": "group", "id": "G", "path": "p", "components": [FIELD | {"id": "Field_2"}]}

    assert rules(FIELD, record) == []
    assert rules(record | {"components": [FIELD, FIELD | {"id": "F2"}]}) == ["form-key-duplicate"]
    assert rules(FIELD, record | {"path": "ten"}) == ["form-key-duplicate"]


LIST = {"type": "dynamiclist", "id": "L", "path": "ds", "label": "Danh sách", "components": [FIELD]}
PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    ("component", "found"),
    [
        (LIST, []),
        (LIST | {"path": ""}, ["form-key-missing"]),
        (LIST | {"path": "a.b"}, ["form-key-invalid"]),
        (LIST | {"label": ""}, ["form-label-missing"]),
        (LIST | {"properties": {"minRows": "3", "maxRows": "2"}}, ["form-rows"]),
        (LIST | {"properties": {"maxRows": "nhiều"}}, ["form-rows"]),
        (LIST | {"properties": {"maxRows": "101"}}, ["form-rows"]),
        (LIST | {"components": [FIELD | {"type": "filepicker"}]}, ["form-files-in-rows"]),
        ({"type": "table", "id": "T", "columns": [{"key": "a", "label": "A"}]}, []),
        ({"type": "table", "id": "T"}, ["form-table-columns"]),
        (
            {"type": "table", "id": "T", "dataSource": "=[", "columnsExpression": "=a"},
            ["form-expression"],
        ),
        ({"type": "image", "id": "I", "source": PIXEL, "alt": "Chấm"}, []),
        ({"type": "image", "id": "I", "source": PIXEL}, ["form-label-missing"]),
        ({"type": "image", "id": "I", "source": "https://x.vn/a.png", "alt": "A"}, ["form-image"]),
        (FIELD | {"properties": {"kind": "phone"}}, []),
        (FIELD | {"properties": {"kind": "money"}}, ["form-kind"]),
        (FIELD | {"properties": {"kind": "fax"}}, ["form-kind"]),
        ({"type": "group", "id": "G", "properties": {"kind": "person"}}, ["form-kind"]),
        ({"type": "group", "id": "G", "path": "a", "properties": {"kind": "address"}}, []),
        (FIELD | {"type": "number", "increment": "0"}, ["form-limit"]),
        (FIELD | {"type": "datetime", "subtype": "time", "timeInterval": 0}, ["form-limit"]),
    ],
)
def test_lists_tables_images_and_kinds_are_checked(component, found):
    assert rules(component) == found


def test_calculated_fields_in_rows_that_need_each_other_are_refused():
    one = {"type": "expression", "key": "a", "expression": "=b + 1"}
    other = {"type": "expression", "key": "b", "expression": "=a + 1"}

    assert rules(LIST | {"components": [one, other]}) == ["form-expression-circle"] * 2


@pytest.mark.parametrize("version", [20, 0, "19", None])
def test_another_schema_version_is_refused(version):
    assert rules(FIELD, schemaVersion=version) == ["form-schema-version"]


def test_a_form_without_id_is_refused():
    assert rules(FIELD, id="") == ["form-id"]


def test_a_form_nested_beyond_reason_is_refused():
    group = FIELD
    for _ in range(12):
        group = {"type": "group", "components": [group]}

    assert rules(group) == ["form-too-deep"]


def test_a_form_with_too_many_components_is_refused():
    assert rules(*[{"type": "separator"}] * 501) == ["form-too-long"]


def test_a_finding_names_the_component_and_its_line():
    content = json.dumps({"id": "f", "components": [FIELD | {"key": ""}]}, indent=1).encode()

    (finding,) = lint_form(content, "f.form")

    assert (finding.element_id, finding.element_name, finding.line) == ("Field_1", "Tên", 6)
    assert finding.text() == (
        "“Tên” has no key, so its answer would be lost. Give the field a key, for example so_tang."
    )


def test_a_field_must_not_overwrite_what_the_product_sets():
    assert rules({**FIELD, "key": "ho_so"}) == ["form-key-owned"]
    assert rules({**FIELD, "key": "nguoi_nop"}) == ["form-key-owned"]


def test_an_expression_that_cannot_be_read_is_told_with_its_place():
    (finding,) = lint_form(form_of(FIELD | {"validate": {"required": "=a == 1"}}), "f.form")

    assert finding.element_id == "Field_1"
    assert finding.text().startswith("The expression “required” of “Tên” cannot be read at char")
    assert finding.params["at_character"] > 1


def test_calculated_fields_that_need_each_other_are_refused():
    one = {"type": "expression", "key": "a", "expression": "=b"}
    other = {"type": "expression", "key": "b", "expression": "=a"}

    assert rules(one, other) == ["form-expression-circle", "form-expression-circle"]
    assert rules(one, other | {"computeOn": "presentation"}) == []
