"""Nothing a person can write reaches Python, hangs or eats the memory."""

import re
from datetime import datetime
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelError, FeelLimitError, parse

BEARABLE = 2.0  # seconds on a slow, busy machine; a real hang takes minutes


class Secret:
    """An object that must not be reachable from an expression."""

    key = "s3cret"

    def __getattr__(self, name):
        raise AssertionError(f"{name} was read")

    def __str__(self):
        raise AssertionError("was written out")


@pytest.mark.parametrize(
    "text",
    [
        "x.key",
        "x.__class__",
        "x.__dict__.key",
        "[x][1].key",
        "{a: x}.a.key",
        "string(x)",
        "x",
        '"a".__class__.__mro__',
        "m.__self__",
        "d.__class__",
        "d.tzinfo",
        "${x.key}",
        "${x['__class__']}",
        "for y in [x] return y.__class__",
    ],
)
def test_no_attribute_of_a_python_object_is_reachable(text):
    variables = {"x": Secret(), "m": re.compile, "d": datetime(2026, 1, 1)}  # noqa: DTZ001

    result = parse(text).evaluate(variables)

    assert result in (None, [None])


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").system("id")',
        'open("/etc/passwd")',
        'eval("1")',
        "lambda: 1",
        "${T(java.lang.Runtime).getRuntime()}",
        "${''.getClass().forName('x')}",
        "${runtimeService.deleteProcessInstance(1)}",
        'function(x) external {java: {class: "java.lang.Math"}}',
    ],
)
def test_code_of_other_languages_is_refused(text):
    with pytest.raises(FeelError):
        parse(text)


COSTLY = {
    "nested brackets": "(" * 3000 + "1" + ")" * 3000,
    "nested lists": "[" * 3000 + "]" * 3000,
    "nested contexts": "{a:" * 3000 + "1" + "}" * 3000,
    "nested if": "if true then " * 1000 + "1" + " else 2" * 1000,
    "nested calls": "abs(" * 1000 + "1" + ")" * 1000,
    "nested tests": "1 in (" * 1000 + "1" + ")" * 1000,
    "nested juel": "${" + "(" * 3000 + "1" + ")" * 3000 + "}",
    "long chain": "+".join(["1"] * 5000),
    "long path": "a" + ".a" * 5000,
    "long filter chain": "a" + "[1]" * 5000,
    "long juel chain": "${" + "+".join(["1"] * 5000) + "}",
    "many juel signs": "${" + "!" * 5000 + "a}",
    "many entries": "[" + ",".join(["1"] * 9000) + "]",
    "long text": '"' + "a" * 30_000 + '"',
    "long loop": "for i in 1..1000000000 return i",
    "loops in loops": "for a in 1..9999, b in 1..9999, c in 1..9999 return 1",
    "quantified loops": "some a in 1..9999, b in 1..9999 satisfies a + b < 0",
    "costly body": "for a in 1..20000 return " + "+".join(["a"] * 140),
    "doubling text": "for i in 1..20000 return string join(for j in 1..500 return s, s)",
    "copying texts": "for i in 1..20000 return substring(big, 2)",
    "copying lists": "for i in 1..20000 return reverse(many)",
    "sorting lists": "for i in 1..20000 return sort(many)",
    "comparing lists": "for i in 1..20000 return many = many",
    "distinct values": "distinct values(1..20000)".replace(
        "1..20000", "for i in 1..20000 return i"
    ),
    "shared lists": "{a: [1, 1], "
    + ", ".join(f"{chr(b + 1)}: [{chr(b)}, {chr(b)}]" for b in range(97, 121))
    + "}",
    "shared lists written out": "string({a: [1, 1], "
    + ", ".join(f"{chr(b + 1)}: [{chr(b)}, {chr(b)}]" for b in range(97, 121))
    + "}.y)",
    "powers": "for i in 1..20000 return 1.000001 ** 123456.789",
    "long pattern": 'matches("a", "' + "a" * 600 + '")',
    "counted pattern": 'matches(big, "((a{100}){100}){100}")',
    "heavy matching": 'for i in 1..20000 return matches(big, "(a|aa)*b$")',
}


@pytest.mark.parametrize("attack", COSTLY)
def test_what_costs_too_much_is_refused_by_name_in_bounded_time(attack):
    variables = {"s": "x" * 100, "big": "a" * 100_000, "many": list(range(10_000)), "a": [[1]]}
    begin = perf_counter()

    with pytest.raises(FeelLimitError) as refused:
        parse(COSTLY[attack]).evaluate(variables)

    assert refused.value.limit
    assert perf_counter() - begin < BEARABLE


@pytest.mark.parametrize(
    "text",
    [
        "10**10**10",
        "9**9**9**9",
        "1e6000 * 1e6000",
        "10 ** 1000000000",
        "(-8) ** 0.333",
        "huge + 1",
        "decimal(1/3, 6000)",
        "decimal(1/3, 10**9)",
        "floor(1e6000)",
        "1e6000 / 1e-6000",
        'date("2026-01-01") + duration("P999999999D")',
        'duration("P999999999Y") * 1e300',
        'duration("P999999999D") * 999999999',
        "date(huge, 1, 1)",
        "[1][1e6000]",
        'substring("abc", 1e6000)',
        'number("' + "9" * 5000 + '")',
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
        'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a*)*(a*)*(a*)*$b")',
    ],
)
def test_huge_numbers_and_evil_patterns_end_at_once(text):
    begin = perf_counter()

    parse(text).evaluate({"huge": 10**100_000})

    assert perf_counter() - begin < BEARABLE


def test_a_number_that_no_decimal_holds_is_refused():
    with pytest.raises(FeelError, match="too large"):
        parse("1e999999999")


def test_numbers_that_are_none_read_as_null():
    assert parse("x + 1").evaluate({"x": float("nan")}) is None
    assert parse("x + 1").evaluate({"x": Decimal("Infinity")}) is None


def test_evaluating_changes_nothing_it_was_given():
    variables = {"a": [1, {"b": [2]}]}

    parse('context put(a[2], "c", append(a, 3))').evaluate(variables)

    assert variables == {"a": [1, {"b": [2]}]}


FRAGMENTS = st.sampled_from(
    re.findall(
        r"\S+",
        """a b.c 1 2.5 "x" + - * / ** = != < <= > >= and or not( in between if then else for return
        some every satisfies [ ] ( ) { } : , . .. ? @ instance of number count( ${ } && ! null""",
    )
)


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=14))
def test_any_text_is_either_evaluated_or_refused_with_a_sentence(fragments):
    sentence = "evaluated"
    try:
        parse(" ".join(fragments)).evaluate({"a": 1, "b": {"c": [1, "x"]}})
    except FeelError as refused:
        sentence = str(refused)

    assert sentence
