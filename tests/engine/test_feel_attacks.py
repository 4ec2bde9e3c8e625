"""Nothing a person can write reaches Python, hangs or eats the memory."""

import json
import re
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import LIMITS, FeelError, FeelLimitError, Limits, limits, parse, use_limits

ROOT = Path(__file__).parents[2]
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
        "[x][1].key",
        "{a: x}.a.key",
        "string(x)",
        "x",
        "d.tzinfo",
        "${x.key}",
        "${x['__class__']}",
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


@pytest.mark.parametrize(
    "text",
    [
        "x.__class__",
        "x.__dict__.key",
        '"a".__class__.__mro__',
        "m.__self__",
        "for y in [x] return y.__class__",
        "${x.__class__}",
    ],
)
def test_names_that_programming_languages_keep_are_refused(text):
    with pytest.raises(FeelError, match="__"):
        parse(text)


@pytest.fixture(scope="module")
def attacks():
    """What came of every attack in a process that may use 150 MB more than it starts with."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.engine.feel_attacks"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(finished.stdout)


def test_every_attack_ends_in_an_error_of_ours(attacks):
    escaped = {name: code for name, code, _ in attacks if not code.startswith("expression_")}

    assert escaped == {}
    assert len(attacks) >= 80


def test_every_attack_ends_within_a_second(attacks):
    slow = {name: seconds for name, _, seconds in attacks if seconds > 1}

    assert slow == {}


def test_limits_can_be_set_for_one_evaluation():
    expression = parse("for i in 1..100 return i")

    with pytest.raises(FeelLimitError) as refused:
        expression.evaluate({}, Limits(list_length=10))

    assert refused.value.limit == "list_length"


def test_limits_can_be_set_for_all_evaluations(monkeypatch):
    monkeypatch.setattr(limits, "_standing", [LIMITS])
    use_limits(Limits(steps=10))

    with pytest.raises(FeelLimitError) as refused:
        parse("for i in 1..100 return i").evaluate({})

    assert refused.value.limit == "steps"


def test_wall_time_is_the_last_resort():
    with pytest.raises(FeelLimitError) as refused:
        parse("for i in 1..20000 return i * i").evaluate({}, Limits(seconds=0))

    assert refused.value.limit == "seconds"


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


@pytest.mark.parametrize("text", ["1e6200", "-1e999999999", "NaN", "Infinity"])
def test_a_variable_beyond_all_numbers_is_null(text: str) -> None:
    assert parse("a").evaluate({"a": Decimal(text)}) is None
    assert parse("a + 1").evaluate({"a": Decimal(text)}) is None
