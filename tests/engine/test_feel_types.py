"""Types, functions as values, unary tests and texts: what decisions build on."""

from decimal import Decimal

import pytest

from engine.feel import (
    Budget,
    FeelError,
    Function,
    Type,
    coerced,
    conforms,
    parse,
    parse_type,
    parse_unary_tests,
    to_text,
)
from engine.feel.builtins import BUILTINS
from engine.feel.moment_texts import read_moment


def value(text, names=(), **variables):
    return parse(text, "feel", {*names, *variables}).value(variables)


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("1", "number", True),
        ("null", "Any", False),
        ("null", "Null", True),
        ("[1, 2]", "list<number>", True),
        ('[1, "a"]', "list<number>", False),
        ("[1, null]", "list<number>", True),
        ("{a: 1, b: 2}", "context<a: number>", True),
        ("{b: 2}", "context<a: number>", False),
        ("[1..3]", "range<number>", True),
        ("[1..3]", "range<string>", False),
        ("function(x: number) x", "function<number>->Any", True),
        ("function(x) x", "function<number, number>->Any", False),
        ('@"P1D"', "days and time duration", True),
        ('@"P1M"', "days and time duration", False),
        ('@"2026-01-01T00:00:00"', "date and time", True),
        ("sum", "function<list>->number", True),
    ],
)
def test_a_value_conforms_to_its_types(text, wanted, expected):
    assert conforms(value(text), parse_type(wanted)) is expected
    assert value(f"({text}) instance of {wanted}") is expected


def test_declared_types_are_looked_up_in_the_budget():
    types = {"tPhi": Type("number"), "tDs": parse_type("list<tPhi>", ["tPhi"])}
    budget = Budget(types=types)

    assert conforms([1, 2], Type("tDs"), budget)
    assert not conforms(["a"], Type("tDs"), budget)
    assert parse("[1] instance of tDs", "feel", types).value({}, budget) is True


def test_values_are_coerced_as_the_standard_has_it():
    budget = Budget()

    assert coerced([5], Type("number"), budget) == 5
    assert coerced(5, parse_type("list<number>"), budget) == [5]
    assert coerced("a", Type("number"), budget) is None
    assert coerced(value('@"2026-01-01"'), Type("date and time"), budget) == read_moment(
        "2026-01-01T00:00:00Z"
    )


def test_a_function_may_be_made_outside_and_called_inside():
    fee = Function(
        ("copies", "urgent"),
        lambda given, _: given["copies"] * (2 if given["urgent"] else 1),
        (Type("number"), Type("boolean")),
        Type("number"),
    )

    assert value("phi(3, true)", phi=fee) == 6
    assert value("phi(urgent: false, copies: 3)", phi=fee) == 3
    assert value('phi("a", true)', phi=fee) is None
    assert value("phi(3)", phi=fee) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", 120),
        ("(function(a, b) a - b)(b: 1, a: 3)", 2),
        ("{k: 10, f: function(x) x + k}.f(1)", 11),
        ("for f in [abs, floor] return f(-1.5)", [Decimal("1.5"), -2]),
        ("sort([1, 3, 2], function(a, b) a > b)", [3, 2, 1]),
        ("list replace([1, 2, 3], function(item, new) item = new, 2)", [1, 2, 3]),
        ("{sum: 3, r: sum([1, 2])}.r", 3),
        ("for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3, 5]),
    ],
)
def test_functions_are_values(text, expected):
    assert value(text) == expected


def test_names_with_signs_are_read_when_they_are_known():
    assert value("phí + lệ-phí * 2", **{"phí": 1, "lệ-phí": 5}) == 11
    assert value("số ngày (làm việc) > 3", **{"số ngày (làm việc)": 4}) is True
    assert value("{a+b: 1, c: a+b + 1}.c") == 2
    assert value("for hồ sơ in [1, 2] return hồ sơ + 1") == [2, 3]


@pytest.mark.parametrize(
    ("tests", "tested", "expected"),
    [
        ("-", None, True),
        ("< 5", 3, True),
        ("1, 2, [5..7]", 6, True),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ('"a", "b"', "b", True),
        ("? > 2 and ? < so_tang", 3, True),
        ("> so_tang", 3, False),
        ("null", None, True),
        ("< 5", "x", None),
        ('not(contains(?, "x"))', "abc", True),
        ("[1, 2]", 2, True),
    ],
)
def test_the_tests_of_a_cell_pass_or_not(tests, tested, expected):
    assert parse_unary_tests(tests).matches(tested, {"so_tang": 5}) is expected


def test_a_cell_knows_which_variables_it_reads():
    assert parse_unary_tests("> so_tang, count(?) = n").names == {"so_tang", "n"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"-0044-03-15" + @"P1D"', "-0044-03-16"),
        ('@"999999999-12-31"', "999999999-12-31"),
        ('time("10:00:00.123456789")', "10:00:00.123456789"),
        ('@"2026-07-01T00:00:00@Europe/Paris"', "2026-07-01T00:00:00@Europe/Paris"),
        ('@"2026-07-01T00:00:00@Europe/Paris".time offset', "PT2H"),
        ('duration("P1Y2M")', "P1Y2M"),
        ("[1..5)", "[1..5)"),
        ('{"a b": ["x", null]}', '{a b: ["x", null]}'),
        ("10 ** 34", "10000000000000000000000000000000000"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("function(x) x", "function"),
    ],
)
def test_a_value_is_written_as_feel_writes_it(text, expected):
    assert to_text(value(text)) == expected


def test_every_built_in_function_cites_its_section_of_the_standard():
    silent = [
        name
        for name, function in BUILTINS.items()
        for way in function.overloads
        if "DMN 10.3.4" not in (way.run.__doc__ or "")
    ]

    assert silent == []
    assert len(BUILTINS) > 80


@pytest.mark.parametrize(
    "text", ["f(a: 1, 2)", "function(x) external {java: {}}", "1 instance of list<so>", "f(1,)"]
)
def test_what_the_grammar_forbids_is_refused(text):
    with pytest.raises(FeelError):
        parse(text, "feel", ["f"])
