"""A form with values: limits, options and calculated fields as their expressions say."""

from decimal import Decimal

from engine.feel import FeelError
from engine.forms import (
    Option,
    condition_names,
    default_of,
    inputs,
    inputs_of,
    read_form,
    settle,
    variables_read,
)
from tests.engine.test_forms_reading import form_of

FEE = {"type": "number", "key": "so_ban", "label": "Số bản"}
TOTAL = {"type": "expression", "key": "tong", "expression": "=so_ban * don_gia"}


def settled(*components, values=None, known=None, kept=None):
    form = read_form(form_of(*components), "f.form")
    return settle(form, values or {}, known=known or {}, kept=kept or {})


def field(found, key):
    return next(one for one in inputs_of(found.components) if one.key == key)


def test_limits_and_presence_follow_the_values_typed_and_the_variables_of_the_dossier():
    limits = {"required": "=tang > 3", "max": "=so_ban * 2", "min": "=tang"}
    found = settled(
        FEE,
        {"type": "number", "key": "x", "label": "X", "validate": limits},
        values={"so_ban": Decimal(4)},
        known={"tang": 5},
    )

    limited = field(found, "x")
    assert limited.required
    assert (limited.minimum, limited.maximum) == (5, 8)


def test_lengths_are_whole_numbers_that_expressions_give():
    lengths = {"minLength": "=n", "maxLength": "=n + 1"}
    found = settled(
        {"type": "textfield", "key": "x", "label": "X", "validate": lengths}, known={"n": 3}
    )

    assert (field(found, "x").min_length, field(found, "x").max_length) == (3, 4)


def test_a_limit_that_is_null_is_no_limit():
    found = settled({"type": "number", "key": "x", "label": "X", "validate": {"max": "=khong_co"}})

    assert field(found, "x").maximum is None
    assert found.problems == {}


def test_an_expression_of_the_wrong_kind_is_a_problem_of_its_field_alone():
    wrong = {"max": '="nhiều"', "required": "=1"}
    found = settled({"type": "number", "key": "x", "label": "X", "validate": wrong}, FEE)

    assert list(found.problems) == ["x"]
    assert isinstance(found.problems["x"], FeelError)


def test_options_come_from_a_list_of_texts_or_of_values_with_labels():
    texts = {"type": "select", "key": "a", "label": "A", "valuesExpression": '=["x", "y"]'}
    pairs = {"type": "radio", "key": "b", "label": "B", "valuesKey": "danh_muc"}
    found = settled(texts, pairs, known={"danh_muc": [{"value": 1, "label": "Một"}, "hai"]})

    assert field(found, "a").values == (Option("x", "x"), Option("y", "y"))
    assert field(found, "b").values == (Option("1", "Một"), Option("hai", "hai"))


def test_options_that_are_no_list_are_a_problem_and_none_are_offered():
    found = settled({"type": "select", "key": "a", "label": "A", "valuesExpression": "=1"})

    assert list(found.problems) == ["a"]
    assert field(found, "a").values == ()


def test_a_calculated_field_counts_with_later_ones_and_decides_what_is_seen():
    total = {"type": "expression", "key": "gap_doi", "expression": "=tong * 2"}
    hidden = {"type": "textfield", "key": "x", "label": "X", "conditional": {"hide": "=tong < 100"}}
    found = settled(total, TOTAL, FEE, hidden, values={"so_ban": Decimal(2)}, known={"don_gia": 8})

    assert found.values == {"so_ban": 2, "tong": 16, "gap_doi": 32}


def test_what_a_browser_claims_to_have_calculated_counts_for_nothing():
    found = settled(TOTAL, FEE, values={"so_ban": Decimal(2), "tong": 1}, known={"don_gia": 8})

    assert found.values["tong"] == 16


def test_a_hidden_field_does_not_count_in_what_is_calculated():
    secret = FEE | {"conditional": {"hide": "=true"}}
    found = settled(secret, TOTAL, values={"so_ban": Decimal(2)}, known={"don_gia": 8, "so_ban": 3})

    assert found.values == {"tong": None}


def test_a_field_calculated_on_presentation_does_not_follow_what_is_typed():
    once = {"type": "expression", "key": "x", "expression": "=so_ban", "computeOn": "presentation"}
    found = settled(once, FEE, values={"so_ban": Decimal(2)}, known={"so_ban": 7})

    assert found.values == {"x": 7, "so_ban": 2}


def test_a_calculation_that_costs_too_much_is_a_problem_of_its_field():
    costly = "=count(for a in 1..9999, b in 1..9999 return a)"
    found = settled({"type": "expression", "key": "x", "expression": costly})

    assert list(found.problems) == ["x"]
    assert found.values == {"x": None}


def test_a_read_only_field_keeps_the_value_of_the_dossier():
    always, sometimes = FEE | {"readonly": True}, {"type": "textfield", "key": "x", "label": "X"}
    found = settled(
        always,
        sometimes | {"disabled": "=so_ban = 3"},
        values={"so_ban": Decimal(9), "x": "khác"},
        kept={"so_ban": 3, "x": "đã ghi"},
    )

    assert found.values == {"so_ban": 3, "x": "đã ghi"}
    assert field(found, "x").readonly


def test_a_field_may_begin_with_what_an_expression_gives():
    form = read_form(form_of(FEE | {"defaultValue": "=n + 1"}), "f.form")
    (component,) = inputs(form)

    assert default_of(component, {"n": 1}) == 2
    assert default_of(component, {"n": "x"}) is None


def test_the_names_in_all_expressions_of_a_form_are_known():
    form = read_form(form_of(TOTAL, FEE | {"validate": {"max": "=toi_da"}}), "f.form")

    assert condition_names(form) == {"so_ban", "don_gia", "toi_da"}


def test_a_check_reads_the_fields_and_what_their_expressions_name():
    form = read_form(form_of(TOTAL, FEE | {"validate": {"max": "=toi_da"}}), "f.form")

    read = variables_read(form)

    assert read == condition_names(form) | {one.key for one in inputs(form)}


def test_what_is_around_a_row_may_be_read_whole():
    row = {"type": "textfield", "id": "A", "key": "a", "label": "A"}
    rows = {"type": "dynamiclist", "id": "L", "path": "ds", "label": "L", "components": [row]}

    assert variables_read(read_form(form_of(TOTAL, rows), "f.form")) is None
