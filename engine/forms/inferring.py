"""What the answers to a form are, and which of its expressions can never give what they should."""

from collections.abc import Iterator, Mapping

from engine.feel import Expression
from engine.feel.expected import (
    ANYTHING,
    BOOLEAN,
    CLOCK,
    DAY,
    MOMENT,
    NOTHING,
    NUMBER,
    STRING,
    Expected,
    context_of,
    list_of,
    of_value,
    one_of,
)
from engine.feel.inferring import Misfit, infer
from engine.forms.composites import KIND
from engine.forms.formulas import HEADINGS, OPTIONS, RESULT, TABLE
from engine.forms.kinds import CHOICES, SEVERAL
from engine.forms.model import Component, Form, inputs_of

Names = Mapping[str, Expected]
HIDE = "hide"
WANTED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((HIDE, "required", "readonly", "disabled"), ("boolean",)),
    **dict.fromkeys(("min", "max", "minLength", "maxLength"), ("number",)),
    OPTIONS: ("list",),
    **dict.fromkeys((TABLE, HEADINGS), ("list", "context")),
}
"""Types, by the part of a component, of which its expression's value must be."""

_SINGLE = {
    "textfield": STRING,
    "textarea": STRING,
    "checkbox": BOOLEAN,
    "filepicker": list_of(ANYTHING),
}
_MOMENTS = {"date": DAY, "time": CLOCK, "datetime": MOMENT}


def answers_of(form: Form, names: Names) -> dict[str, Expected]:
    """Return by key what the answers to a form are, where ``names`` are known of the dossier."""
    return _answers(form.components, form.calculated, names)


def _answers(
    components: tuple[Component, ...], calculated: tuple[Component, ...], names: Names
) -> dict[str, Expected]:
    found = {one.key: _answer(one, names) for one in inputs_of(components)}
    for one in calculated:
        found[one.key] = infer(one.formulas[RESULT], {**names, **found}).expected
    return found


def _answer(one: Component, names: Names) -> Expected:
    if one.is_record:
        return _record(one, names)
    if _may_be_fixed(one):
        return NOTHING if one.default is None else of_value(one.default)  # it keeps what was there
    if one.type in CHOICES:
        fixed = bool(one.values) and OPTIONS not in one.formulas
        choice = one_of(option.value for option in one.values) if fixed else STRING
        return list_of(choice) if one.type in SEVERAL else choice
    if one.type == "number":
        return ANYTHING if one.is_text else NUMBER
    if one.type == "datetime":
        return _MOMENTS.get(one.subtype, ANYTHING)
    return _SINGLE.get(one.type, ANYTHING)


def _may_be_fixed(one: Component) -> bool:
    return one.readonly or bool({"readonly", "disabled"} & one.formulas.keys())


def _record(one: Component, names: Names) -> Expected:
    inner = _answers(one.components, one.calculated, _inside(names))
    row = context_of(inner, closed=KIND not in one.properties)  # a kind adds names of places
    return list_of(row) if one.is_list else row


def _inside(names: Names) -> Names:
    """Return what the expressions in a row see beside its own fields."""
    return {**names, "parent": ANYTHING, "i": NUMBER}


def misfits_of(form: Form, names: Names) -> Iterator[tuple[Component, str, Misfit | Expected]]:
    """Yield (component, part, what is wrong) of the form's expressions.

    An ``Expected`` is what an expression gives that is there for something else.
    """
    yield from _misfits(form.components, form.calculated, names)


def _misfits(
    components: tuple[Component, ...], calculated: tuple[Component, ...], names: Names
) -> Iterator[tuple[Component, str, Misfit | Expected]]:
    answers = _answers(components, calculated, names)
    fixed = {one.key for one in inputs_of(components) if _may_be_fixed(one)}
    kept = {key: names.get(key, ANYTHING) for key in fixed}
    seen = {**names, **answers, **kept}
    for one in components:
        for part, formula in _formulas(one):
            found = infer(formula, seen)
            yield from ((one, part, misfit) for misfit in found.misfits)
            wanted = WANTED.get(part)
            if wanted and found.expected.known and found.expected.kind not in wanted:
                yield one, part, found.expected
        if one.is_record:
            yield from _misfits(one.components, one.calculated, _inside(seen))
        elif one.components:
            yield from _misfits(one.components, (), seen)


def _formulas(one: Component) -> Iterator[tuple[str, Expression]]:
    if one.hide is not None:
        yield HIDE, one.hide
    yield from one.formulas.items()
