"""Reading forms, and which of their components are seen."""

import json
from decimal import Decimal

import pytest

from engine.errors import InvalidModelError
from engine.forms import Option, condition_names, inputs, read_form, visible

APPRAISAL = {
    "type": "default",
    "id": "tham-dinh",
    "schemaVersion": 19,
    "components": [
        {"type": "text", "id": "Text_1", "text": "Đọc kỹ hồ sơ."},
        {
            "type": "radio",
            "id": "Field_1",
            "key": "ket_luan",
            "label": "Kết luận",
            "validate": {"required": True},
            "values": [
                {"label": "Đạt", "value": "dat"},
                {"label": "Bổ sung", "value": "bo_sung"},
            ],
            "properties": {"en.label": "Conclusion"},
        },
        {
            "type": "group",
            "id": "Group_1",
            "label": "Bổ sung",
            "conditional": {"hide": '= ket_luan != "bo_sung"'},
            "components": [
                {
                    "type": "textarea",
                    "id": "Field_2",
                    "key": "noi_dung",
                    "label": "Nội dung",
                    "validate": {"minLength": 5, "maxLength": "1000"},
                }
            ],
        },
        {
            "type": "number",
            "id": "Field_3",
            "key": "dien_tich",
            "label": "Diện tích",
            "decimalDigits": 1,
            "validate": {"min": 0.5, "max": 1000},
            "appearance": {"suffixAdorner": "m²"},
            "conditional": {"hide": "= noi_dung = null and ho_so.uu_tien"},
        },
    ],
}


def form_of(*components, **parts):
    document = {"id": "f", "schemaVersion": 19, "components": list(components)} | parts
    return json.dumps(document, ensure_ascii=False).encode()


@pytest.fixture
def appraisal():
    return read_form(json.dumps(APPRAISAL).encode(), "tham-dinh.form")


def test_a_form_keeps_its_id_and_the_order_of_its_components(appraisal):
    assert appraisal.id == "tham-dinh"
    assert [component.type for component in appraisal.components] == [
        "text", "radio", "group", "number",
    ]  # fmt: skip
    assert [field.key for field in inputs(appraisal)] == ["ket_luan", "noi_dung", "dien_tich"]


def test_a_field_keeps_its_label_options_and_limits(appraisal):
    conclusion, content, area = inputs(appraisal)

    assert conclusion.required
    assert conclusion.values == (Option("dat", "Đạt"), Option("bo_sung", "Bổ sung"))
    assert conclusion.properties["en.label"] == "Conclusion"
    assert (content.min_length, content.max_length) == (5, 1000)
    assert (area.minimum, area.maximum, area.suffix) == (Decimal("0.5"), Decimal(1000), "m²")


def test_a_group_is_hidden_with_all_its_fields(appraisal):
    seen = visible(appraisal, {"ket_luan": "dat", "ho_so": {}})

    assert [component.id for component in seen] == ["Text_1", "Field_1", "Field_3"]


def test_a_group_is_seen_when_its_condition_to_hide_is_false(appraisal):
    seen = visible(appraisal, {"ket_luan": "bo_sung"})

    assert [component.id for component in seen] == ["Text_1", "Field_1", "Group_1", "Field_3"]


def test_a_hidden_field_has_no_value_for_later_conditions(appraisal):
    values = {"ket_luan": "dat", "noi_dung": "từ trước", "ho_so": {"uu_tien": True}}

    assert "Field_3" not in [component.id for component in visible(appraisal, values)]


def test_a_condition_that_gives_null_leaves_the_field_visible():
    content = form_of(
        {"type": "textfield", "key": "a", "label": "A", "conditional": {"hide": "= x > 3"}}
    )

    assert len(visible(read_form(content, "f.form"), {})) == 1


def test_the_names_in_conditions_are_known(appraisal):
    assert condition_names(appraisal) == {"ket_luan", "noi_dung", "ho_so"}


def test_reading_a_form_with_an_error_names_file_component_and_line():
    content = form_of({"type": "html", "id": "Html_1", "content": "<b>"})

    with pytest.raises(InvalidModelError) as refused:
        read_form(content, "x.form")

    assert (refused.value.file, refused.value.element_id, refused.value.line) == (
        "x.form", "Html_1", 1,
    )  # fmt: skip
