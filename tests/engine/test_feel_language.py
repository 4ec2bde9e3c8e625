"""FEEL and JUEL mean what their specifications say."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import FeelError, detect, parse, parse_script


def value(text, **variables):
    return parse(text).evaluate(variables)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("2 ** 3", 8),
        ("7 / 2", Decimal("3.5")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("-3 + 1", -2),
        ("1 / 0", None),
        ('"a" + "b"', "ab"),
        ('"a" + 1', None),
        ("[1, 2][1]", 1),
        ("[1, 2][-1]", 2),
        ("[1, 2][3]", None),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("{a: 1, b: a + 1}.b", 2),
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1, 2], j in [10, 20] return i + j", [11, 21, 12, 22]),
        ("some x in [1, 5] satisfies x > 4", True),
        ("every x in [1, 5] satisfies x > 4", False),
        ("if 1 > 2 then 3 else 4", 4),
        ("if null then 3 else 4", 4),
        ("3 between 1 and 3", True),
        ("3 in [1..3)", False),
        ("3 in (3..5]", False),
        ("3 in ]2..5[", True),
        ('"b" in ("a", "b")', True),
        ("5 in (< 3, > 4)", True),
        ("5 in (? > 4 and ? < 6)", True),
        ("2 in [1, 2]", True),
        ('3 instance of number and "a" instance of string', True),
        ('date("2026-01-01") instance of date', True),
        ("1 = 1.0", True),
        ('1 = "1"', None),
        ("null = null", True),
        ("[1, [2]] = [1, [2]]", True),
        ("/* ghi chú */ 1 // hết", 1),
        (r'"dòng\nmới \u0041"', "dòng\nmới A"),
    ],
)
def test_an_expression_has_its_value(text, expected):
    result = value(text)

    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [
        ("true", "null", None, True),
        ("false", "null", False, None),
        ("null", "null", None, None),
        ("true", "false", False, True),
        ("true", "1", None, True),
    ],
)
def test_logic_has_three_values(left, right, conjunction, disjunction):
    assert value(f"{left} and {right}") is conjunction
    assert value(f"{right} and {left}") is conjunction
    assert value(f"{left} or {right}") is disjunction


def test_comparisons_bind_tighter_than_and():
    assert value('amount > 1000 and status = "new"', amount=2000, status="new") is True


def test_an_unknown_variable_is_null_and_a_null_condition_is_false():
    assert value("so_tang > 3") is None
    assert parse("so_tang > 3").holds({}) is False


def test_paths_lead_into_contexts_and_lists():
    dossier = {"nguoi_nop": {"ten": "Lan"}, "phi": [{"tien": 8000}, {"tien": 5000}]}

    assert value("nguoi_nop.ten", **dossier) == "Lan"
    assert value("sum(phi.tien)", **dossier) == 13000
    assert value("phi[tien > 6000][1].tien", **dossier) == 8000
    assert value("nguoi_nop.ten.x.y", **dossier) is None


def test_names_may_be_vietnamese_and_have_spaces():
    assert parse("số tầng >= 3").holds({"số tầng": 4})
    assert parse("kết_luận = 'x'".replace("'", '"')).names == {"kết_luận"}


def test_decomposed_letters_are_the_same_name():
    assert parse("so\u0302\u0301 > 1").names == {"số"}


def test_the_names_are_those_read_from_outside():
    text = "for x in ds return x.phi + he_so * {a: 1, b: a}.b + count(ho_so.giay_to)"

    assert parse(text).names == {"ds", "he_so", "ho_so"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-11-24") + duration("P3D")', date(2026, 11, 27)),
        ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
        ('date("2026-11-24") - date("2026-11-20")', timedelta(days=4)),
        ('date("2026-02-30")', None),
        ('date("9999-12-31") + duration("P1D")', "10000-01-01"),
        ('date and time("2026-11-24T07:30:00").hour', 7),
        ('time("07:30:00") + duration("PT17H")', time(0, 30)),
        ('date and time("2026-11-24T00:00:00Z") > date and time("2026-11-24T00:00:00")', None),
        ('@"2026-11-24T00:00:00+07:00" = @"2026-11-23T17:00:00Z"', True),
        ('@"PT1H30M" / 2', timedelta(minutes=45)),
        ('@"P1Y" + @"P6M"', "P1Y6M"),
        ('string(@"P1DT2H")', "P1DT2H"),
        ('date("2026-11-24").weekday', 2),
        ('day of week(date("2026-11-24"))', "Tuesday"),
        ('years and months duration(date("2024-01-31"), date("2026-03-01"))', "P2Y1M"),
        ('last day of month(date("2024-02-01"))', date(2024, 2, 29)),
        ('date("2026-11-24") in [date("2026-11-01")..date("2026-11-30")]', True),
    ],
)
def test_dates_and_durations_are_counted(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('string length("đất")', 3),
        ('upper case("đất")', "ĐẤT"),
        ('contains("hồ sơ", "sơ")', True),
        ('substring("foobar", 3, 2)', "ob"),
        ('substring("foobar", -2)', "ar"),
        ('substring before("a@b", "@")', "a"),
        ('substring after("a@b", "@")', "b"),
        ('string join(["a", null, "b"], ", ")', "a, b"),
        ('matches("012345678901", "^[0-9]{12}$")', True),
        ('number("1.250,5", ".", ",")', Decimal("1250.5")),
        ('number("1 2")', None),
        ("string(1.50)", "1.5"),
        ('string([1, "a", {b: null}])', '[1, "a", {b: null}]'),
        ("floor(-1.5)", -2),
        ("ceiling(1.2)", 2),
        ("decimal(2.345, 2)", Decimal("2.34")),
        ("round half up(2.5, 0)", 3),
        ("modulo(-12, 5)", 3),
        ("abs(-2)", 2),
        ("sqrt(16)", 4),
        ("even(2) and odd(3)", True),
        ("sum([])", None),
        ("sum(1, 2, 3)", 6),
        ("min([3, 1, 2])", 1),
        ('max("a", "b")', "b"),
        ("mean([1, 2])", Decimal("1.5")),
        ("median([3, 1, 2])", 2),
        ('sum("a")', None),
        ("all([true, null])", None),
        ("any([])", False),
        ("list contains([1, null], null)", True),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 1.0, 2])", [1, 2]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2], 1)", [2]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ('get value({a: {b: 1}}, ["a", "b"])', 1),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ("is defined(khong_co)", False),
        ("get or else(khong_co, 5)", 5),
        ("not(null)", None),
        ('contains(string: "abc", match: "b")', True),
        ('contains(text: "abc", match: "b")', None),
        ("floor(null)", None),
        ("count([1], [2])", None),
    ],
)
def test_a_built_in_function_has_its_value(text, expected):
    assert value(text) == expected


def test_time_is_an_argument():
    with pytest.raises(FeelError, match="not available"):
        value("now()")

    noon = datetime(2026, 11, 24, 12)  # noqa: DTZ001
    assert value("today() - date(now())", now=noon) == timedelta()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${amount > 1000 && status == 'new'}", True),
        ("#{amount ge 2000 and not (status eq 'old')}", True),
        ("${!unknown}", True),
        ("${unknown == null ? 'none' : 'some'}", "none"),
        ("${empty items || items[0] == 5}", True),
        ("${person['name']}", "Lan"),
        ("${code == 12}", True),
        ("${amount * 2 - 1}", 3999),
        ("Hồ sơ ${person.name} – ${amount}", "Hồ sơ Lan – 2000"),
        ("${execution.getVariable('status')}", "new"),
        ("${'a}b'}", "a}b"),
    ],
)
def test_conditions_of_other_tools_are_understood(text, expected):
    variables = {
        "amount": 2000,
        "status": "new",
        "items": [5],
        "person": {"name": "Lan"},
        "code": "12",
    }

    assert parse(text).evaluate(variables) == expected


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("= a", "feel"),
        ("${a}", "juel"),
        ("Hồ sơ #{a}", "juel"),
        ("P3D", "literal"),
        ("", "literal"),
    ],
)
def test_the_dialect_is_recognised(text, dialect):
    assert detect(text) == dialect


def test_a_literal_stands_for_itself():
    assert parse("P3D", "literal").evaluate({}) == "P3D"


def test_a_script_tells_which_variables_it_sets():
    script = parse_script("= {phi: so_ban * 8000, mien: false}")

    assert script.entries == ("phi", "mien")
    assert script.evaluate({"so_ban": 2}) == {"phi": 16000, "mien": False}


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("a == 1", "single “=”"),
        ("a = 'x'", "double quotes"),
        ("a && b", "“and”"),
        ("a || b", "“or”, not two bars"),
        ("!a", "not(…)"),
        ("not a", "not(…)"),
        ("a not in [1]", "not(… in …)"),
        ("a is not None", "= null"),
        ("a = “x”", "straight"),
        ('a = "x', "never closed"),
        ("a ? b : c", "if … then … else"),
        ("f(1)", "no function “f”"),
        ("if a then b", "“else” is missing"),
        ("(a", "“)” is missing"),
        ("a)", "“)” does not fit"),
        ("a instance of chuoi", "no type “chuoi”"),
        ("{a: 1, a: 2}", "twice"),
        ('@"hôm qua"', "2026-11-24"),
        ("=", "empty"),
        ("${a", "“}” is missing"),
        ("${bean.run()}", "cannot be called"),
        ("[1..2]", "range"),
    ],
)
def test_a_mistake_is_answered_with_what_to_write_instead(text, advice):
    with pytest.raises(FeelError) as refused:
        value(text)

    assert advice in str(refused.value)


def test_a_syntax_error_knows_its_place():
    with pytest.raises(FeelError) as refused:
        parse("a = 1 and and b")

    assert refused.value.position == 10


@given(st.integers(-(10**30), 10**30), st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_integers_and_decimals_compare_as_numbers(whole, exact):
    assert value("a < b or a >= b", a=whole, b=exact) is True
    assert value("a = b", a=whole, b=Decimal(whole)) is True
