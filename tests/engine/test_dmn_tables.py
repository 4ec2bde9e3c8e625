"""Decision tables: every hit policy, defaults, allowed values, and why a rule counted."""

from decimal import Decimal
from typing import Any

import pytest

from tests.engine.decision_files import decided, decision, given, model, table

BANDS = [["< 10", '"low"', "1"], ["[5..20]", '"mid"', "2"], [">= 20", '"high"', "3"]]


def one_table(**facts: Any) -> bytes:
    return model(given("x", "number"), decision("D", table(["x"], **facts), ["x"]))


def outputs(value: int, rules: Any = None, **facts: Any) -> Any:
    rows = [row[:2] for row in rules or BANDS]
    return decided(one_table(outputs=["o"], rules=rows, **facts), "D", {"x": value}).outputs


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [
        ("FIRST", None, "low"),
        ("PRIORITY", None, "mid"),
        ("RULE ORDER", None, ["low", "mid"]),
        ("OUTPUT ORDER", None, ["mid", "low"]),
        ("COLLECT", None, ["low", "mid"]),
        ("COLLECT", "COUNT", 2),
        ("COLLECT", "MIN", "low"),
        ("COLLECT", "MAX", "mid"),
        ("UNIQUE", None, None),
        ("ANY", None, None),
    ],
)
def test_each_hit_policy_makes_its_own_of_two_matching_rules(
    policy: str, aggregation: str | None, expected: Any
) -> None:
    order = {"o": '"high", "mid", "low"'}

    found = outputs(7, policy=policy, aggregation=aggregation, values=order)

    assert found == expected


def test_collect_adds_numbers_up() -> None:
    rows = [["> 1", "1.5"], ["> 2", "2"], ["> 9", "100"]]

    found = outputs(5, rows, policy="COLLECT", aggregation="SUM")

    assert found == Decimal("3.5")


def test_any_gives_what_all_matching_rules_agree_on() -> None:
    assert outputs(5, [["> 1", '"a"'], ["> 2", '"a"']], policy="ANY") == "a"


def test_without_a_matching_rule_the_default_counts() -> None:
    assert outputs(100, [["< 10", '"a"']], defaults={"o": '"none"'}) == "none"
    assert outputs(100, [["< 10", '"a"']]) is None


def test_a_value_that_is_not_allowed_gives_null_and_says_so() -> None:
    file = one_table(outputs=["o"], rules=[["-", "1"]], values={"x": "[1..5]"})

    found = decided(file, "D", {"x": 6})

    assert found.outputs is None
    assert "allowed values" in found.explanation[0].problems[0][0]


def test_several_outputs_make_a_context() -> None:
    file = one_table(outputs=["Kết luận", "Phí"], rules=BANDS)

    assert decided(file, "D", {"x": 3}).outputs == {"Kết luận": "low", "Phí": 1}


def test_the_explanation_names_the_rules_that_counted_with_their_annotations() -> None:
    rules = [["< 10", '"low"', "Điều 5"], [">= 10", '"high"', "Điều 6"]]

    found = decided(one_table(outputs=["o"], rules=rules), "D", {"x": 30})

    [made] = found.explanation
    [reading] = made.tables
    [rule] = reading.rules
    assert (made.name, made.inputs, made.output) == ("D", {"x": 30}, "high")
    assert (rule.number, rule.annotations) == (2, (("Căn cứ", "Điều 6"),))
    assert made.as_data()["tables"][0]["rules"][0]["outputs"] == {"o": "high"}


@pytest.mark.parametrize(
    ("cell", "value", "matches"),
    [
        ("-", 5, True),
        ("5", 5, True),
        ("not(5)", 5, False),
        ("not(5)", 6, True),
        ("!= 5", 6, True),
        ("1, 2, [5..7)", 6, True),
        ("1, 2, [5..7)", 7, False),
        ("(5..7]", 5, False),
        ("]5..7[", 6, True),
        ("-3", -3, True),
        ("<= -3", -4, True),
        ("? > 3 and ? < 9", 5, True),
        ("x + 1", 5, False),
        ('"a"', "a", True),
        ('not("a", "b")', "c", True),
        ('not("a", "b")', "b", False),
        ("true", True, True),
        ("null", None, True),
        ("5", None, False),
        ("5", "5", False),
        ('starts with(?, "ab")', "abc", True),
        ("[1, 2, 3]", 2, True),
        ('date("2026-11-21")', "2026-11-21", False),
    ],
)
def test_a_cell_lets_the_same_through_alone_and_among_indexed_ones(
    cell: str, value: Any, matches: bool
) -> None:
    expected = "yes" if matches else None
    alone = model(given("x"), decision("D", table(["x"], ["o"], [[cell, '"yes"']]), ["x"]))
    others = [["> 1000", '"no"'], ['"zz"', '"no"'], [cell, '"yes"'], ["-7000", '"no"']]
    among = model(given("x"), decision("D", table(["x"], ["o"], others, "FIRST"), ["x"]))

    assert decided(alone, "D", {"x": value}).outputs == expected
    assert decided(among, "D", {"x": value}).outputs == expected


def test_indexed_and_tested_rows_agree_on_every_value() -> None:
    cells = [f"[{low}..{low + 15})" for low in range(0, 90, 7)] + ["not(3)", "< 50", "> 60, 8", "-"]
    rules = [[cell, f'"{number}"'] for number, cell in enumerate(cells)]
    plain = one_table(outputs=["o"], rules=rules, policy="RULE ORDER")
    tested = [[f"? in ({cell})" if cell != "-" else cell, result] for cell, result in rules]
    tested[-4][0] = "? != 3"
    slow = one_table(outputs=["o"], rules=tested, policy="RULE ORDER")

    for value in (-1, 0, 3, 7, 8, 14, 22, 49, 50, 60, 61, 99, 105, Decimal("14.999")):
        found = decided(plain, "D", {"x": value}).outputs
        assert found == decided(slow, "D", {"x": value}).outputs


def test_an_unreadable_cell_matches_nothing_and_says_so() -> None:
    found = decided(one_table(outputs=["o"], rules=[["< <", "1"]]), "D", {"x": 1})

    assert found.outputs is None
    assert found.explanation[0].problems
