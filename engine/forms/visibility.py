"""Which components of a form are seen with given values."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.feel import FeelError
from engine.forms.formulas import names_read
from engine.forms.model import Component, Form, inputs

ROW_WORDS = frozenset({"parent", "i"})
"""What expressions in a row may say beside names: the values around it, and its number."""


def visible(form: Form, values: Mapping[str, Any]) -> tuple[Component, ...]:
    """Return the components that are not hidden, groups without their hidden members.

    A component is hidden when its condition is true; null and errors leave it visible. As in
    form-js a hidden field has no value: later conditions see null, and it is not among the answers.
    """
    return _visible(form.components, dict(values))


def _visible(components: tuple[Component, ...], known: dict[str, Any]) -> tuple[Component, ...]:
    seen = []
    for component in components:
        if _hidden(component, known):
            _forget(component, known)
        elif component.type == "group" and not component.key:
            members = _visible(component.components, known)
            if members:
                seen.append(replace(component, components=members))
        else:
            seen.append(component)
    return tuple(seen)


def _hidden(component: Component, known: Mapping[str, Any]) -> bool:
    if component.hide is None:
        return False
    try:
        return component.hide.holds(known)
    except FeelError:
        return False


def _forget(component: Component, known: dict[str, Any]) -> None:
    known.pop(component.key, None)
    for member in component.components:
        _forget(member, known)


def condition_names(form: Form) -> frozenset[str]:
    """Return the variables that the form's expressions read: its own fields and others."""
    return _condition_names(form.components)


def variables_read(form: Form) -> frozenset[str] | None:
    """Return the variables that checking answers of the form reads; None where it may be any.

    What stands in a row reads all that is around it as ``parent``.
    """
    fields = list(inputs(form))
    if any(one.is_record for one in fields):
        return None
    return condition_names(form).union(one.key for one in fields)


def _own(record: Component) -> frozenset[str]:
    return record.member_keys | ROW_WORDS


def _condition_names(components: tuple[Component, ...]) -> frozenset[str]:
    names: frozenset[str] = frozenset()
    for component in components:
        names |= names_read(component)
        inner = _condition_names(component.components)
        names |= inner - _own(component) if component.is_record else inner
    return names
