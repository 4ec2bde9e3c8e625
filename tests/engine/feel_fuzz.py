"""Mutated expressions: whatever comes of them, no exception but our own may escape.

And whatever was inferred of one before it was evaluated must be true of its value.

``python -m tests.engine.feel_fuzz --seconds 600 --seed 1`` runs for longer than the tests do.
"""

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from lxml import etree

from engine.feel import (
    Budget,
    Expression,
    FeelError,
    FeelSyntaxError,
    parse,
    parse_script,
    parse_unary_tests,
    plain,
)
from engine.feel.builtins import BUILTINS
from engine.feel.expected import Expected, of_value
from engine.feel.inferring import infer, infer_tests
from engine.feel.values import admit, kind_of

ROOT = Path(__file__).parents[2]
KIT = ROOT.parent / "shared" / "conformance" / "dmn-tck"
OURS = (
    'if a > 1 and b = "x" then {c: a, "d e": c + 1}.c else for i in 1..3 return i * a',
    "some x in [1, 2], y in x..5 satisfies x + y between 3 and 4 or y in (< 2, [3..4))",
    "sort([{n: 2}, {n: 1}], function(a, b) a.n < b.n)[1].n instance of list<context<n: number>>",
    'date("2026-01-31") + duration("P1M") - @"2026-01-01T10:00:00@Asia/Ho_Chi_Minh"',
    'replace("a-b", "(\\\\p{L})-([a-z-[c]])", "$2$1", "ix")',
    "{f: function(n: number) if n < 2 then 1 else n * f(n - 1), r: f(n: 5)}.r",
    'context put(ctx, ["a", "b"], is(time("10:00:00Z"), time("10:00:00+00:00")))',
    "overlaps before([1..5], ]2..6[) = meets([1..2], [2..3]) and not(null)",
    "list replace([1, 2, 3], function(item, new) item > new, 2)[item >= 2][-1]",
    'range("[1..5)").start + median(1, 2.5, -3) ** 2 / modulo(-7, 3)',
    "${amount > 1000 && !empty items ? items[0].name : 'none'} và #{a.b}",
    'total = sum([i["p"] * 2 for i in items if i["p"] > 1]) or f"{a}" not in {"k": [1]}',
)
_PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|\w+|\s+|\*\*|\.\.|[<>!=]=|.', re.DOTALL)
_DIALECTS = ("feel", "feel", "feel", "tests", "juel", "python", "script")
_VARIABLES = {
    "a": 1, "b": "x", "n": None, "amount": 2000, "ctx": {"a": {"b": 1}}, "many": [3, 1, 2],
    "items": [{"p": 1, "name": "x"}, {"p": 2}], "x": [[1], {"a": 2.5}],
}  # fmt: skip


_KNOWN = {name: of_value(value) for name, value in _VARIABLES.items()}


def expressions() -> list[str]:
    """Return the expressions to start from: ours, and those of the kit where it lies."""
    found = list(OURS)
    for file in sorted(KIT.glob("*/*/*.dmn")):
        texts = etree.parse(str(file)).getroot().itertext("{*}text")
        found += [text for text in texts if 0 < len(text.strip()) < 400]
    return found


def mutations(seed: int) -> Iterator[str]:
    """Yield mutated expressions for ever, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    texts = [_PIECES.findall(text) for text in expressions()]
    others = [*BUILTINS, "(", ")", "[", "]", "{", "}", "..", ",", ":", "-", '"', "?", "null", "1e9"]
    while True:
        pieces = list(chance.choice(texts))
        for _ in range(chance.randint(1, 4)):
            _mutate(pieces, chance, texts, others)
        yield "".join(pieces)


def _mutate(
    pieces: list[str], chance: random.Random, texts: list[list[str]], others: list[str]
) -> None:
    at = chance.randrange(len(pieces) + 1)
    end = min(len(pieces), at + chance.randint(0, 4))
    donor = chance.choice(texts)
    start = chance.randrange(len(donor))
    choices: list[list[str]] = [
        [],
        [chance.choice(others)],
        donor[start : start + chance.randint(1, 12)],
        pieces[at:end] * 2,
        ["(", *pieces[at:end], ")"],
    ]
    pieces[at:end] = chance.choice(choices)


def run(seconds: float, seed: int) -> tuple[int, int]:
    """Return how many mutations were tried and how many of them are expressions."""
    chance = random.Random(seed)  # noqa: S311
    until = monotonic() + seconds
    tried = valid = 0
    for text in mutations(seed):
        if monotonic() > until:
            break
        tried += 1
        valid += _try(text, chance.choice(_DIALECTS), seed)
    return tried, valid


def _try(text: str, dialect: str, seed: int) -> bool:
    try:
        _evaluate(text, dialect)
    except FeelSyntaxError:
        return False
    except FeelError as error:
        str(error)
    except Exception as error:
        raise AssertionError(f"seed {seed}, {dialect}: {text!r} ends in {error!r}") from error
    return True


def _evaluate(text: str, dialect: str) -> None:
    if dialect == "tests":
        tests = parse_unary_tests(text, _VARIABLES)
        infer_tests(tests, of_value(1), _KNOWN)
        tests.matches(1, _VARIABLES)
    elif dialect == "script":
        _check(parse_script(text, "python"))
    else:
        _check(parse(text, dialect, _VARIABLES))


def _check(expression: Expression) -> None:
    expected = infer(expression, _KNOWN).expected
    budget = Budget(now=_VARIABLES)
    value = expression.value(_VARIABLES, budget)
    if not is_as(value, expected):
        raise ValueError(f"{value!r} is not {expected}")
    plain(value, budget)


def is_as(value: object, expected: Expected, depth: int = 0) -> bool:
    """Return whether a value is what was expected of it; null always is."""
    value = admit(value)
    if value is None or not expected.kind or depth > 20:
        return True
    if kind_of(value) != expected.kind:
        return False
    if isinstance(value, str):
        return expected.choices is None or value in expected.choices
    if isinstance(value, list):
        return all(is_as(one, expected.inside, depth + 1) for one in value)
    if isinstance(value, dict):
        entries = expected.entries
        return (not expected.closed or value.keys() <= entries.keys()) and all(
            is_as(one, entries[key], depth + 1) for key, one in value.items() if key in entries
        )
    return True


def main() -> None:
    """Run for as long as is said and print what was tried."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tried, valid = run(options.seconds, options.seed)
    print(f"{tried} mutations, {valid} of them expressions, no foreign exception")  # noqa: T201


if __name__ == "__main__":
    main()
