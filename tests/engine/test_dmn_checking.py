"""What is said about a decision model before it runs: cells, gaps, overlaps, circles."""

from collections.abc import Sequence

import pytest

from engine.dmn import check, read_models
from tests.engine.decision_files import decision, given, literal, model, table


def remarks(file: bytes) -> list[tuple[str, str]]:
    found = check(read_models({"a.dmn": file})["a.dmn"])
    return [(one.rule, one.problem % one.params) for one in found]


def rules_of(file: bytes) -> list[str]:
    return [rule for rule, _ in remarks(file)]


def told(rows: Sequence[Sequence[str]], policy: str = "UNIQUE", **facts: str) -> list[str]:
    inputs = [f"x{at}" for at in range(len(rows[0]) - 1)]
    values = {name: text.replace("'", '"') for name, text in facts.items()}
    drawn = table(inputs, ["o"], rows, policy, values=values)
    return [text for _, text in remarks(model(*map(given, inputs), decision("D", drawn, inputs)))]


@pytest.mark.parametrize(
    ("cells", "gap"),
    [
        (["< 5", "> 5"], "x0: 5;"),
        (["< 5", "[5..10)", "> 10"], "x0: 10;"),
        (["<= 5", ">= 7"], "x0: (5..7);"),
        (["[0..5]", "(5..9]"], "x0: < 0, > 9;"),
        (['"a"', '"b"'], 'x0: not("a", "b");'),
        (["true"], "x0: false;"),
        (["not(3)"], "x0: 3;"),
        (['< date("2026-01-02")', '>= @"2026-01-03"'], 'x0: [date("2026-01-02")..'),
        (['date("2026-01-01")', 'not(date("2026-01-01"))'], ""),
        (["< 5", ">= 5"], ""),
        (["-"], ""),
        (["true", "false"], ""),
    ],
)
def test_values_that_no_rule_covers_are_told_exactly(cells: list[str], gap: str) -> None:
    found = told([[cell, '"x"'] for cell in cells])

    assert [text for text in found if gap and gap in text] == found
    assert len(found) == bool(gap)


def test_a_gap_between_two_columns_is_found() -> None:
    rows = [["< 5", '"a"', "1"], ["< 5", 'not("a")', "2"], [">= 5", '"a"', "3"]]

    assert told(rows) == ['No rule of “D” matches x0: >= 5; x1: not("a"); the result is then null.']


def test_allowed_values_bound_what_must_be_covered() -> None:
    assert told([['"a"', "1"], ['"b"', "2"]], x0="'a', 'b'") == []
    assert 'x0: "c"' in told([['"a"', "1"], ['"b"', "2"]], x0="'a', 'b', 'c'")[0]


def test_rules_that_can_match_together_are_told_where_one_may() -> None:
    rows = [["[0..5]", "1"], ["[5..9]", "2"], ["< 0", "3"], ["> 9", "3"]]

    assert told(rows) == ["Rules 1 and 2 of “D” can match together; the result is then null."]
    assert told(rows, "FIRST") == []


def test_any_allows_overlaps_that_say_the_same() -> None:
    assert told([["-", "1"], ["> 5", "1"]], "ANY") == []
    assert len(told([["-", "1"], ["> 5", "2"]], "ANY")) == 1


def test_a_rule_behind_a_wider_one_is_told_where_the_first_counts() -> None:
    assert "Rule 2 of “D” never counts" in told([["-", "1"], ["> 5", "2"]], "FIRST")[0]


def test_a_cell_that_must_be_evaluated_stops_the_search_for_gaps() -> None:
    assert told([["? > 5 and ? < 9", "1"], ["3", "2"]]) == []


def test_a_table_with_very_many_combinations_is_left_alone() -> None:
    rows = [[*(f"{(row * 7 + column) % 40}" for column in range(8)), "1"] for row in range(60)]

    assert isinstance(told(rows), list)


def test_a_cell_that_cannot_be_read_is_told_with_its_line() -> None:
    file = model(
        given("x"), decision("D", table(["x"], ["o"], [["< 5", '"a'], ["5 +", "1"]]), ["x"])
    )

    found = list(check(read_models({"a.dmn": file})["a.dmn"]))

    assert [one.rule for one in found] == ["decision-cell", "decision-cell"]
    assert all(one.line >= 3 for one in found)
    assert "Rule 1 of “D”" in found[0].problem % found[0].params


def test_other_mistakes_are_told() -> None:
    unknown = table(["1"], ["o"], [["-", "1"]], "SOMETIMES")
    unranked = table(["1"], ["o"], [["-", "1"]], "PRIORITY")
    java = '<functionDefinition kind="Java"/>'
    script = '<literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>'

    assert rules_of(model(decision("D", unknown))) == ["decision-hit-policy"]
    assert rules_of(model(decision("D", unranked))) == ["decision-priority"]
    assert rules_of(model(decision("D", java))) == ["decision-external"]
    assert rules_of(model(decision("D", script))) == ["decision-language"]
    assert rules_of(model(decision("D", literal("1 +")))) == ["decision-cell"]
    assert rules_of(model(decision("D", ""))) == ["decision-empty"]
    assert rules_of(model(decision("D", literal("1"), type_ref="tNone"))) == ["decision-type"]
    assert rules_of(model(decision("D", literal("1"), ["Other"]))) == ["decision-requirement"]


def test_decisions_that_require_each_other_are_told() -> None:
    file = model(
        decision("A", literal("1"), ["B"]),
        decision("B", literal("1"), ["C"]),
        decision("C", literal("1"), ["A"]),
    )

    assert rules_of(file) == ["decision-circle"]


def test_a_sound_model_gets_no_remark() -> None:
    file = model(
        given("x", "number"),
        decision("A", literal("x + 1"), ["x"], "number"),
        decision("B", table(["A"], ["o"], [["< 5", "1"], [">= 5", "A"]]), ["A"], "number"),
    )

    assert remarks(file) == []
