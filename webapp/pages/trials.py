"""Trying an expression or a decision against sample data, within the usual limits."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext

from engine import dmn, feel
from engine.dmn.elements import Decision, DecisionService, DecisionTable, InputData
from engine.dmn.linking import parameters_of
from engine.feel.values import kind_of
from engine.texts import N_
from webapp.pages.decisions import rules_told
from webapp.pages.expressions import dialect_words

SCRIPT = "script"
TESTS = "tests"
_SPOKEN = (feel.Dialect.FEEL, feel.Dialect.JUEL, feel.Dialect.PYTHON)
KINDS = {
    "": N_("Expression, its dialect is detected"),
    feel.Dialect.FEEL.value: N_("FEEL expression"),
    feel.Dialect.JUEL.value: N_("JUEL expression"),
    feel.Dialect.PYTHON.value: N_("Python-style expression"),
    SCRIPT: N_("Python-style script"),
    TESTS: N_("Unary tests, a cell of a decision table"),
}
_TYPES = {
    "number": N_("number"),
    "string": N_("text"),
    "boolean": N_("true or false"),
    "date": N_("date"),
    "time": N_("time"),
    "date and time": N_("date and time"),
    "days and time duration": N_("days and time duration"),
    "years and months duration": N_("years and months duration"),
    "list": N_("list"),
    "context": N_("context"),
    "range": N_("range"),
    "function": N_("function"),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing came out: a sentence, the error's code, and the line around its place."""

    field: str
    sentence: str
    code: str
    before: str = ""
    at: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out, as FEEL writes it, with its type and the dialect that was read."""

    text: str
    type: str
    dialect: str


@dataclass(frozen=True, slots=True)
class MadeLine:
    """One decision on the way: its value, the rules that counted, what made it null."""

    name: str
    output: str
    rules: tuple[str, ...]
    problems: tuple[str, ...]


def tried(kind: str, text: str, sample: str, value: str, *, at: datetime) -> Answer | Trouble:
    """Return what an expression or unary tests give for the sample data, or what is wrong."""
    field, written = "sample", sample
    try:
        context = {"now": at} | _sample(sample)
        if kind == TESTS:
            field, written = "value", value
            subject = feel.parse(value, names=context).value(context)
            field, written = "expression", text
            passed = feel.parse_unary_tests(text, context).matches(subject, context)
            return _answer(passed, gettext("unary tests"))
        field, written = "expression", text
        found = _read(kind, text, context)
        return _answer(found.value(context), dialect_words(found.dialect))
    except feel.FeelError as error:
        return _trouble(error, field, written)


def decided(
    model: dmn.DecisionModel, decision: str, given: Mapping[str, str], sample: str, *, at: datetime
) -> tuple[Answer, tuple[MadeLine, ...]] | Trouble:
    """Return what a decision gives for inputs written one by one, over those of the sample data.

    The field of a trouble is "sample" or the input by its number: "input-1".
    """
    field, written = "sample", sample
    try:
        inputs = _sample(sample)
        for number, (name, text) in enumerate(given.items(), 1):
            if text.strip():
                field, written = f"input-{number}", text
                inputs[name] = _input(text)
        field, written = "sample", ""
        made = dmn.decide(model, decision, inputs, now=at)
        return _answer(made.outputs, "DMN"), tuple(_made(one) for one in made.explanation)
    except feel.FeelError as error:
        return _trouble(error, field, written)


def decisions_of(models: Mapping[str, dmn.DecisionModel]) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of every decision and decision service of a version."""
    return tuple(
        (node.element_id or node.name, node.name)
        for model in models.values()
        for node in model.drawn.nodes.values()
        if isinstance(node, Decision | DecisionService)
    )


def inputs_of(model: dmn.DecisionModel, decision: str) -> tuple[str, ...]:
    """Return the names that a decision needs: input data, and what its tables read besides."""
    names: dict[str, None] = {}
    seen: set[int] = set()
    _collect(model, model.get_node(decision), names, seen)
    return tuple(names)


def _collect(model: dmn.DecisionModel, node: Any, names: dict[str, None], seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, InputData):
        names[node.name] = None
        return
    service = isinstance(node, DecisionService)
    for reference in parameters_of(model, node) if service else getattr(node, "requires", ()):
        found = model.find_required(reference)
        if found is not None and service:
            names[found[2].name] = None
        elif found is not None:
            _collect(found[1], found[2], names, seen)
    names.update(dict.fromkeys(_read_by_table(model, node)))


def _read_by_table(model: dmn.DecisionModel, node: Any) -> Iterator[str]:
    """Yield what the left side of a table reads and nothing in the model gives."""
    body = getattr(node, "body", None)
    if not isinstance(body, DecisionTable):
        return
    drawn = {one.name for one in model.drawn.nodes.values()}
    for column in body.inputs:
        try:
            read = feel.parse(column.expression, names=model.names).names
        except feel.FeelError:
            continue
        yield from sorted(read - drawn)


def _read(kind: str, text: str, context: Mapping[str, Any]) -> feel.Expression:
    if kind == SCRIPT:
        return feel.parse_script(text, feel.Dialect.PYTHON)
    if kind in _SPOKEN:
        return feel.parse(text, kind, context)
    return feel.parse_condition(text, names=context)


def _sample(text: str) -> dict[str, Any]:
    """Return the variables that a FEEL context or a JSON object spells. Raises FeelError."""
    if not text.strip():
        return {}
    try:
        found = feel.parse(text).value({})
    except feel.FeelLimitError:
        raise
    except feel.FeelError:
        found = _json(text)
        if found is None:
            raise
    if not isinstance(found, dict):
        raise feel.FeelSyntaxError(
            N_("Write the sample data as entries in braces, such as {so_tang: 3}.")
        )
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError, InvalidOperation):
        return None


def _input(text: str) -> Any:
    """Return the FEEL value of an input; a text that is none, or reads a name, is a text."""
    try:
        found = feel.parse(text, feel.Dialect.FEEL)
    except feel.FeelLimitError:
        raise
    except feel.FeelError:
        return text.strip()
    return text.strip() if found.names else found.value({})


def _answer(value: Any, dialect: str) -> Answer:
    kind = kind_of(value)
    named = gettext(_TYPES[kind]) if kind in _TYPES else gettext("null: no value")
    return Answer(feel.to_text(value), named, dialect)


def _made(made: dmn.Made) -> MadeLine:
    return MadeLine(
        made.name,
        feel.to_text(made.output),
        rules_told([made.as_data()]),
        tuple(gettext(message, **params) for message, params in made.problems),
    )


def _trouble(error: feel.FeelError, field: str, text: str) -> Trouble:
    sentence = gettext(error.message, **error.params)
    code = error.limit if isinstance(error, feel.FeelLimitError) else error.code
    position = error.position
    if position is None or position > len(text):
        return Trouble(field, sentence, code)
    start, end = text.rfind("\n", 0, position) + 1, text.find("\n", position)
    line = text[start : end if end >= 0 else len(text)]
    place = position - start
    return Trouble(
        field,
        sentence,
        code,
        line[max(0, place - 60) : place],
        line[place : place + 1] or "␣",
        line[place + 1 : place + 61],
    )
