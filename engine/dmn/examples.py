"""Tables of examples beside a model: ``<model>.tests.json``, run before the model may be used."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.dmn.deciding import evaluate
from engine.dmn.errors import InvalidDecisionModelError
from engine.dmn.linking import ENDING, DecisionModel
from engine.dmn.run import Run
from engine.feel import FeelError, parse
from engine.feel.limits import Budget
from engine.feel.values import equal
from engine.feel.written import written
from engine.texts import N_

EXAMPLES_ENDING = ".tests.json"
MOST_EXAMPLES = 500
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Example:
    """One example; ``expected`` is the whole value of the decision."""

    name: str
    decision: str
    inputs: Mapping[str, Any]
    expected: Any


@dataclass(frozen=True, slots=True)
class Tried:
    """An example that was run. The texts are FEEL; ``problem`` says why nothing came."""

    example: Example
    passed: bool
    expected_text: str
    got_text: str
    problem: str = ""


def model_of(file: str) -> str:
    """Return the name of the model that a file of examples lies beside."""
    return file[: -len(EXAMPLES_ENDING)] + ENDING


def read_examples(content: bytes, file: str) -> tuple[Example, ...]:
    """Return the examples of a file. Raises InvalidDecisionModelError saying what is missing.

    The form is documented in docs/reference/decisions.md. ``{"feel": "…"}`` stands for the value
    of an expression, wherever JSON has no word for it.
    """
    try:
        data = json.loads(content, parse_float=Decimal) if len(content) <= _MOST_BYTES else None
    except (ValueError, RecursionError) as error:
        raise _malformed(file, 0) from error
    entries = data.get("tests") if isinstance(data, dict) else None
    if not isinstance(entries, list) or len(entries) > MOST_EXAMPLES:
        raise _malformed(file, 0)
    return tuple(_example(one, number, file) for number, one in enumerate(entries, 1))


def try_examples(model: DecisionModel, examples: tuple[Example, ...]) -> tuple[Tried, ...]:
    """Return what each example gave, in their order; never raises for a decision that fails."""
    return tuple(_tried(model, one) for one in examples)


def _malformed(file: str, number: int) -> InvalidDecisionModelError:
    message = (
        N_("Example %(number)s needs “decision”, “inputs” and “expected”.")
        if number
        else N_("The file is no list of at most %(limit)s examples under “tests”.")
    )
    return InvalidDecisionModelError(
        message, {"number": number, "limit": MOST_EXAMPLES}, line=1, file=file
    )


def _example(entry: Any, number: int, file: str) -> Example:
    good = (
        isinstance(entry, dict)
        and isinstance(entry.get("decision"), str)
        and isinstance(entry.get("inputs"), dict)
        and "expected" in entry
    )
    if not good:
        raise _malformed(file, number)
    name = entry.get("name")
    return Example(
        name=name if isinstance(name, str) and name.strip() else str(number),
        decision=entry["decision"],
        inputs=entry["inputs"],
        expected=entry["expected"],
    )


def _tried(model: DecisionModel, example: Example) -> Tried:
    run = Run(Budget(types=model.types.declared))
    try:
        expected = _value(example.expected, run)
        inputs = {name: _value(one, run) for name, one in example.inputs.items()}
        run.seen_by_all = inputs
        got = evaluate(model, example.decision, inputs, run)
        passed = equal(expected, got, run.budget) is True
        return Tried(example, passed, _text(expected, run), _text(got, run), _reason(run))
    except FeelError as error:
        return Tried(example, False, str(example.expected), "null", str(error))  # noqa: FBT003


def _text(value: Any, run: Run) -> str:
    return written(value, run.budget, depth=1)


def _reason(run: Run) -> str:
    reasons = [message % params for made in run.made for message, params in made.problems]
    return reasons[0] if reasons else ""


def _value(given: Any, run: Run) -> Any:
    """Return the FEEL value of something given in JSON."""
    if isinstance(given, list):
        return [_value(one, run) for one in given]
    if isinstance(given, dict):
        if given.keys() == {"feel"} and isinstance(given["feel"], str):
            return parse(given["feel"], "feel").value({}, run.budget)
        return {name: _value(one, run) for name, one in given.items()}
    return given
