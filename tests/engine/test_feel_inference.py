"""What is known of an expression before it is evaluated, and what in it can never work."""

import pytest

from engine.feel import parse_condition, parse_script, parse_type, parse_unary_tests
from engine.feel.expected import (
    BOOLEAN,
    DAY,
    NUMBER,
    STRING,
    context_of,
    joined,
    list_of,
    of_type,
    one_of,
)
from engine.feel.inferring import infer, infer_tests

KNOWN = {
    "tuổi": NUMBER,
    "loại": one_of(["mới", "cũ"]),
    "tên": STRING,
    "ngày": DAY,
    "đạt": BOOLEAN,
    "giấy tờ": list_of(one_of(["cccd", "ảnh"])),
    "địa chỉ": context_of({"tỉnh": STRING}, closed=True),
    "thửa": list_of(context_of({"m2": NUMBER}, closed=True)),
}


def rules(text: str) -> list[str]:
    return [one.rule for one in infer(parse_condition(text), KNOWN).misfits]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tuổi + 1", "number"),
        ("tuổi > 18 and đạt", "boolean"),
        ('if đạt then 1 else "a"', ""),
        ("if đạt then 1 else null", "number"),
        ("ngày + duration(tên)", ""),
        ('ngày + duration("P3D")', "date"),
        ("ngày - ngày", "days and time duration"),
        ("thửa[m2 > 100]", "list"),
        ("thửa[1].m2", "number"),
        ("sum(thửa.m2)", "number"),
        ("for t in thửa return t.m2 * 2", "list"),
        ("string(tuổi)", "string"),
        ("không rõ.gì", ""),
        ("${tuổi}", "number"),
        ("Hồ sơ ${tên}", "string"),
        ("tên if đạt else tên", "string"),
    ],
)
def test_the_type_of_an_expression_is_known_as_far_as_it_is_certain(text: str, kind: str):
    assert infer(parse_condition(text), KNOWN).expected.kind == kind


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('tuổi > "18"', "type-comparison"),
        ('tuổi == "18"', "type-comparison"),
        ('ngày > "2026-01-01"', "type-comparison"),
        ("ngày < now()", "type-comparison"),
        ('tuổi between "1" and 3', "type-comparison"),
        ('ngày in ["2026-01-01".."2026-12-31"]', "type-comparison"),
        ("đạt < true", "type-comparison"),
        ('some t in thửa satisfies t.m2 = "1"', "type-comparison"),
        ('loại = "mơi"', "type-option"),
        ('"mơi" = loại', "type-option"),
        ('loại in ("mới", "khác")', "type-option"),
        ('list contains(giấy tờ, "hộ chiếu")', "type-option"),
        ('giấy tờ[item = "hộ chiếu"]', "type-option"),
        ("${loại == 'khác'}", "type-option"),
        ("tên + tuổi", "type-arithmetic"),
        ("-tên", "type-arithmetic"),
        ("ngày + 3", "type-arithmetic"),
        ("tuổi and đạt", "type-condition"),
        ("not(tên)", "type-condition"),
        ("if tên then 1 else 2", "type-condition"),
        ("thửa[tên]", "type-condition"),
        ("tên.dài", "type-path"),
        ("ngày.nam", "type-path"),
        ("địa chỉ.huyện", "type-entry"),
        ("thửa.m3", "type-entry"),
        ("substring(tuổi, 1)", "type-argument"),
        ("substring(string: tuổi, start position: 1)", "type-argument"),
        ("substring(tên)", "type-arguments"),
        ("floor(x: 1)", "type-arguments"),
        ('date("31/12/2026")', "type-constant"),
        ('duration("3 ngày")', "type-constant"),
    ],
)
def test_what_can_never_work_is_told(text: str, rule: str):
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "tuổi > 18",
        "loại = null or loại = tên",
        'loại in ("mới", "cũ", null)',
        'giấy tờ = "cccd"',
        "giấy tờ[1] = tên",
        "thửa[1].m2 > 3 and thửa[m2 > 3][1].m2 = 1",
        "${tuổi == '18'}",
        "lạ > 18 and lạ = tên",
        "{tuổi: lạ, b: tuổi > tên}.b",
        "for tuổi in lạ return tuổi + tên",
        "lạ[tuổi > tên]",
        "(function(tuổi) tuổi + tên)(lạ)",
        "{date: function(x) x}.date(tuổi)",
        "string join([tên, loại], tên)",
        "min(tuổi, 3) + max([tuổi])",
        "date(2026, 1, 1) < ngày",
        "count(tên) = 1",
        'is(ngày, "2026")',
    ],
)
def test_what_may_work_is_not_told(text: str):
    assert rules(text) == []


def test_a_script_says_what_it_sets():
    script = parse_script(
        'phí = 10\nif x:\n    phí = "a"\n    số = 1\nelse:\n    số = 2\nfor t in ds:\n    m = t',
        "python",
    )

    entries = infer(script, {"ds": list_of(NUMBER)}).expected.entries

    assert {name: one.kind for name, one in entries.items()} == {
        "phí": "",
        "số": "number",
        "t": "",
        "m": "",
    }


def test_the_tests_of_a_cell_are_held_against_the_value():
    def told(cell: str) -> list[str]:
        tests = parse_unary_tests(cell)
        return [one.rule for one in infer_tests(tests, KNOWN["loại"], KNOWN).misfits]

    assert told('"mới", "cũ"') == told("-") == told('not("mới")') == []
    assert told('"mới", "khác"') == ["type-option"]
    assert told("> 3") == told("[1..3]") == ["type-comparison"]


def test_a_misfit_says_where_and_what_to_write_instead():
    [misfit] = infer(parse_condition('loại = "mơi"'), KNOWN).misfits

    assert misfit.problem % misfit.params == (
        '“loại = "mơi"” asks for “mơi”, which the value can never be.'
    )
    assert misfit.remedy % misfit.params == "Write one of the values that it can have: cũ, mới."


def test_what_is_joined_keeps_what_both_have():
    one = context_of({"a": NUMBER, "b": one_of(["x"])}, closed=True)
    other = context_of({"b": one_of(["y"]), "c": DAY}, closed=True)

    both = joined(one, other)

    assert both.entries["b"].choices == {"x", "y"}
    assert (both.entries["a"].kind, both.entries["c"].kind, both.closed) == ("number", "date", True)
    assert joined(NUMBER, STRING).kind == ""


def test_types_whose_parts_are_shared_are_looked_at_once():
    deep = parse_type("context<a: number, b: string>")
    for _ in range(40):
        deep = type(deep)("context", (deep, deep), ("l", "r"))

    made = of_type(deep)

    assert joined(made, of_type(deep)).kind == made.kind == "context"
