"""The expressions of a component beside its condition: limits, options, what is calculated."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.feel import Budget, Expression, FeelError, parse, plain
from engine.forms.document import Raw
from engine.forms.kinds import CHOICES
from engine.forms.model import Component
from engine.texts import N_

IN_VALIDATION = ("required", "min", "max", "minLength", "maxLength")
ALONE = ("readonly", "disabled", "defaultValue")
_NONE: frozenset[str] = frozenset()
OPTIONS, RESULT = "valuesExpression", "expression"
TABLE, HEADINGS = "dataSource", "columnsExpression"


def formula_texts(raw: Raw) -> Iterator[tuple[str, str]]:
    """Yield each part of a component that is a FEEL expression, with its text."""
    validate = raw.get("validate") or {}
    parts = [(name, validate.get(name)) for name in IN_VALIDATION]
    parts += [(name, raw.get(name)) for name in ALONE]
    for name, value in parts:
        if isinstance(value, str) and is_formula(value):
            yield name, value
    if raw["type"] in CHOICES and (raw.get(OPTIONS) or raw.get("valuesKey")):
        yield OPTIONS, raw.get(OPTIONS) or raw["valuesKey"]
    if raw["type"] == "expression":
        yield RESULT, raw.get(RESULT) or ""
    if raw["type"] == "table":
        yield TABLE, raw.get(TABLE) or raw.get("id") or ""
        if raw.get(HEADINGS):
            yield HEADINGS, raw[HEADINGS]


def is_formula(value: object) -> bool:
    """Return whether a value is the text of an expression: it starts with "="."""
    return isinstance(value, str) and value.lstrip().startswith("=")


def read_formulas(raw: Raw) -> dict[str, Expression]:
    """Return the expressions of a component by the part they stand for. Raises FeelError."""
    return {part: parse(text, "feel") for part, text in formula_texts(raw)}


def formula_problems(raw: Raw) -> Iterator[tuple[str, str, str, dict[str, object]]]:
    """Yield rule, problem, remedy and params of each expression that cannot be read."""
    for part, text in formula_texts(raw):
        try:
            parse(text, "feel")
        except FeelError as error:
            place: dict[str, object] = {
                "part": part,
                "condition": text[:200],
                "at_character": (error.position or 0) + 1,
            }
            yield (
                "form-expression",
                N_(
                    "The expression “%(part)s” of “%(name)s” cannot be read at character"
                    " %(at_character)s: %(condition)s"
                ),
                error.message,
                place | dict(error.params),
            )


def names_read(component: Component) -> frozenset[str]:
    """Return the variables that the expressions of one component read, its condition's too."""
    names = component.hide.names if component.hide else frozenset()
    return names.union(*(one.names for one in component.formulas.values()))


def calculation_order(components: tuple[Component, ...]) -> tuple[Component, ...]:
    """Return the calculated fields, each after those it reads."""
    found = {one.key: one for one in _every(components) if RESULT in one.formulas}
    needs = {
        key: one.formulas[RESULT].names if one.is_live else _NONE for key, one in found.items()
    }
    return tuple(found[key] for key in in_order(needs)[0])


def in_order(needs: Mapping[str, frozenset[str]]) -> tuple[list[str], list[str]]:
    """Return the keys, each after those it needs, and the keys that need each other in a circle."""
    done: list[str] = []
    waiting = dict(needs)
    while waiting:
        ready = [key for key in waiting if not waiting.keys() & needs[key]]
        if not ready:
            break
        done += ready
        waiting = {key: waiting[key] for key in waiting if key not in set(ready)}
    return done, list(waiting)


def _every(components: tuple[Component, ...]) -> Iterator[Component]:
    for component in components:
        yield component
        if not component.is_record:
            yield from _every(component.components)


def default_of(component: Component, values: Mapping[str, Any]) -> Any:
    """Return what a field holds before anybody typed; nothing where its expression fails."""
    formula = component.formulas.get("defaultValue")
    if formula is None:
        return component.default
    try:
        return formula.evaluate(values)
    except FeelError:
        return None


def outcome(formula: Expression, context: Mapping[str, Any], budget: Budget) -> Any:
    """Return what an expression gives, as plain data, within a budget. Raises FeelError."""
    return plain(formula.value(context, budget), budget)
