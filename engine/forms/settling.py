"""A form with given values: what is seen, what is calculated, which limits hold just now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from engine.feel import Budget, FeelError, to_text
from engine.forms.formulas import HEADINGS, OPTIONS, RESULT, TABLE, outcome
from engine.forms.model import Component, Form, Option, inputs, inputs_of, told_of
from engine.forms.visibility import visible
from engine.model import Variables
from engine.texts import N_

MOST_OPTIONS = 500
LONGEST = 1_000_000  # characters that a length may ask for
_ROUNDS = 3  # of calculations that hide fields that other calculations read


@dataclass(frozen=True, slots=True)
class Settled:
    """The visible ``components`` with limits and options in place of their expressions.

    ``values`` are those of all visible fields by key, calculated and read-only ones among them;
    ``problems`` tell by key which field has an expression that failed.
    """

    components: tuple[Component, ...]
    values: Variables
    problems: Mapping[str, FeelError]


def settle(
    form: Form, values: Mapping[str, Any], *, known: Mapping[str, Any], kept: Mapping[str, Any]
) -> Settled:
    """Return the form as it stands with these values of its fields.

    ``known`` are the variables of the dossier; ``kept`` are the values of read-only fields, which
    count instead of those in ``values``. What is once read-only stays so for this call.
    """
    fixed = {one.key for one in inputs(form) if one.readonly}
    settled = _with_fixed(form, values, known, kept, fixed)
    late = {one.key for one in inputs_of(settled.components) if one.readonly} - fixed
    return _with_fixed(form, values, known, kept, fixed | late) if late else settled


@dataclass(slots=True)
class _Work:
    """One evaluation of a whole form; all its expressions share one budget."""

    form: Form
    known: Mapping[str, Any]
    budget: Budget
    problems: dict[str, FeelError] = field(default_factory=dict)

    def calculated(self, values: Variables) -> Variables:
        """Return the results of the calculated fields; what fails is null and a problem."""
        results: Variables = {}
        for one in self.form.calculated:
            context = {**self.known, **values, **results} if one.is_live else self.known
            self.problems.pop(one.key, None)
            try:
                results[one.key] = outcome(one.formulas[RESULT], context, self.budget)
            except FeelError as error:
                self.problems[one.key] = error
                results[one.key] = None
        return results

    def resolved(self, component: Component, context: Variables) -> Component:
        """Return a component with the outcomes of its expressions in their places."""
        if component.components and not component.is_record:
            members = tuple(self.resolved(one, context) for one in component.components)
            return replace(component, components=members)
        if not component.formulas:
            return _tabled(component)  # the same one: nothing of it is worked out
        changes: dict[str, Any] = {}
        for part, formula in component.formulas.items():
            if part in _READERS:
                name, read = _READERS[part]
                try:
                    changes[name] = read(outcome(formula, context, self.budget), part)
                except FeelError as error:
                    self.problems.setdefault(component.key or component.id, error)
        frozen = (component.readonly, changes.get("readonly"), changes.pop("disabled", None))
        changes["readonly"] = any(frozen)
        return _tabled(replace(component, **changes))


def _with_fixed(
    form: Form,
    values: Mapping[str, Any],
    known: Mapping[str, Any],
    kept: Mapping[str, Any],
    fixed: set[str],
) -> Settled:
    work = _Work(form, known, Budget(now=known))
    own: Variables = {**values, **{key: kept.get(key) for key in fixed}}
    components, context = _stable(work, own)
    settled = tuple(work.resolved(one, context) for one in components)
    frozen = tuple(_fixed(one, fixed) for one in settled)
    seen = {one.key for one in inputs_of(frozen)}
    told = {one.key or one.id for one in told_of(frozen)}
    return Settled(
        frozen,
        {key: value for key, value in context.items() if key in seen},
        {key: error for key, error in work.problems.items() if key in told},
    )


def _stable(work: _Work, own: Variables) -> tuple[tuple[Component, ...], Variables]:
    """Return what is seen and the variables then; a hidden field counts in no calculation."""
    keys = {one.key for one in inputs(work.form)}
    seen = keys
    for _ in range(_ROUNDS):
        present = {key: value if key in seen else None for key, value in own.items()}
        results = work.calculated(present)
        components = visible(work.form, {**work.known, **own, **results})
        before, seen = seen, {one.key for one in inputs_of(components)}
        if seen == before:
            break
    context = {**work.known, **own, **results}
    return components, {key: None if key in keys - seen else context[key] for key in context}


def _fixed(component: Component, keys: set[str]) -> Component:
    if component.components and not component.is_record:
        members = tuple(_fixed(one, keys) for one in component.components)
        return replace(component, components=members)
    return replace(component, readonly=True) if component.key in keys else component


def _tabled(component: Component) -> Component:
    """A table's cells in the order of its columns; others as they are."""
    if component.type != "table":
        return component
    heads = [one.value for one in component.columns_shown]
    rows = tuple(tuple(row.get(key) for key in heads) for row in component.cells)
    return replace(component, cells=rows)


def _yes(value: Any, part: str) -> bool:
    if value is None or isinstance(value, bool):
        return value is True
    raise _unfit(N_("The expression “%(part)s” must give true or false."), part)


def _number(value: Any, part: str) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _unfit(N_("The expression “%(part)s” must give a number."), part)
    return Decimal(value)


def _whole(value: Any, part: str) -> int | None:
    number = _number(value, part)
    if number is not None and not (0 <= number <= LONGEST and number == number.to_integral_value()):
        raise _unfit(
            N_("The expression “%(part)s” must give a whole number up to %(longest)s."), part
        )
    return None if number is None else int(number)


def _options(value: Any, part: str) -> tuple[Option, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_OPTIONS:
        raise _unfit(
            N_("The expression “%(part)s” must give a list of at most %(most)s options."), part
        )
    made = {one.value: one for one in (_option(entry, part) for entry in value)}
    return tuple(made.values())


def _rows(value: Any, part: str) -> tuple[dict[str, Any], ...]:
    if value is None:
        return ()
    rows = value if isinstance(value, list) else [value]
    if len(rows) > MOST_OPTIONS or not all(isinstance(one, dict) for one in rows):
        raise _unfit(
            N_("The expression “%(part)s” must give a list of at most %(most)s contexts."), part
        )
    return tuple(rows)


def _headings(value: Any, part: str) -> tuple[Option, ...]:
    return tuple(
        Option(to_text(row.get("key")), to_text(row.get("label"))) for row in _rows(value, part)
    )


def _option(entry: Any, part: str) -> Option:
    value = entry.get("value") if isinstance(entry, dict) else entry
    if value is None or isinstance(value, dict | list):
        raise _unfit(
            N_("Each option that “%(part)s” gives must be a text, or have a value and a label."),
            part,
        )
    label = entry.get("label") if isinstance(entry, dict) else None
    return Option(to_text(value), to_text(value if label is None else label))


def _unfit(template: str, part: str) -> FeelError:
    return FeelError(template, {"part": part, "most": MOST_OPTIONS, "longest": LONGEST})


_READERS: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "required": ("required", _yes),
    "readonly": ("readonly", _yes),
    "disabled": ("disabled", _yes),
    "min": ("minimum", _number),
    "max": ("maximum", _number),
    "minLength": ("min_length", _whole),
    "maxLength": ("max_length", _whole),
    OPTIONS: ("values", _options),
    TABLE: ("cells", _rows),
    HEADINGS: ("columns_shown", _headings),
}
"""Part of the form by the part of the component it sets, and how its value is read."""
