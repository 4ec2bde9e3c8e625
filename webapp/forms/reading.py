"""From what a person typed to checked values, or to complaints beside the fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError
from werkzeug.datastructures import MultiDict

from engine import forms as models
from engine.model import Variables
from webapp.forms.entry import read_date, read_number
from webapp.forms.fields import field_of
from webapp.forms.messages import Message

Typed = dict[str, Any]
"""Values as typed, by key: text, lists of option values, booleans, lists of files. JSON."""


Posted = MultiDict[str, str]
"""What a browser sent."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``values`` of the visible fields, or ``errors`` by key in the order of the page."""

    typed: Typed
    values: Variables
    errors: Mapping[str, Message]


def read_posted(
    form: models.Form, posted: Posted, files: Mapping[str, list[dict[str, str]]]
) -> Typed:
    """Return the values as typed. Files were stored before and are given by field."""
    typed: Typed = {}
    for component in inputs(form.components):
        key = component.key
        if component.type == "filepicker":
            typed[key] = files.get(key, [])
        elif component.type == "checklist":
            typed[key] = posted.getlist(key)
        elif component.type == "checkbox":
            typed[key] = key in posted
        else:
            text = (posted.get(key, "") or "").replace("\r\n", "\n").strip()
            if text:
                typed[key] = text
    return typed


def check(form: models.Form, typed: Typed, *, known: Variables, language: str) -> Reading:
    """Return the checked values of the visible fields, or what is wrong with them.

    ``known`` are the variables that conditions of the form may mention beside its own fields.
    """
    shown = list(inputs(visible_components(form, typed, known=known, language=language)))
    made = {one.key: field_of(one, language) for one in shown}
    schema = Schema.from_dict({key: field for key, field in made.items() if field})(unknown=EXCLUDE)
    try:
        loaded = schema.load({key: value for key, value in typed.items() if key in made})
    except ValidationError as error:
        messages = dict(error.messages) if isinstance(error.messages, dict) else {}
        errors = {one.key: _first(messages[one.key]) for one in shown if one.key in messages}
        return Reading(typed, {}, errors)
    return Reading(typed, dict(loaded), {})


def visible_components(
    form: models.Form, typed: Typed, *, known: Variables, language: str
) -> tuple[models.Component, ...]:
    """Return the components a person sees, groups without their hidden members."""
    return models.visible(form, {**known, **_understood(form, typed, language)})


def inputs(components: tuple[models.Component, ...]) -> Iterator[models.Component]:
    """Yield the components that ask for a value, in the order of the page."""
    for component in components:
        if component.components:
            yield from inputs(component.components)
        elif component.key:
            yield component


def conditional_keys(form: models.Form) -> frozenset[str]:
    """Return the keys whose values decide whether another component is seen."""
    keys = {one.key for one in inputs(form.components)}
    return frozenset(keys & models.condition_names(form))


def _understood(form: models.Form, typed: Typed, language: str) -> Variables:
    """Typed values as far as they can be read already; what cannot be read is null."""
    values: Variables = {}
    for component in inputs(form.components):
        values[component.key] = _read(component, typed.get(component.key), language)
    return values


def _read(component: models.Component, value: Any, language: str) -> Any:
    try:
        if component.type == "number" and value is not None:
            return read_number(str(value), language)
        if component.type == "datetime" and value is not None:
            return read_date(str(value))
    except ValueError:
        return None
    return value


def _first(messages: Any) -> Message:
    while isinstance(messages, dict):
        messages = next(iter(messages.values()))
    first = messages[0] if isinstance(messages, list) else messages
    return first if isinstance(first, Message) else Message(str(first))
