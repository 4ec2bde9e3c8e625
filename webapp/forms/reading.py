"""From what a person typed to checked values, or to complaints beside the fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError
from werkzeug.datastructures import MultiDict

from engine import forms as models
from engine.forms import inputs_of as inputs
from engine.model import Variables
from engine.texts import N_
from webapp.forms.entry import READERS, WRITERS, read_number
from webapp.forms.fields import field_of
from webapp.forms.labels import label_of
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
        if is_given(component):
            continue
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
    sheet = settle(form, typed, known=known, language=language)
    shown = list(inputs(sheet.components))
    made = {one.key: field_of(one, language) for one in shown if not is_given(one)}
    schema = Schema.from_dict({key: field for key, field in made.items() if field})(unknown=EXCLUDE)
    complaints: dict[Any, Any] = {}
    loaded: Mapping[str, Any] = {}
    try:
        loaded = schema.load({key: value for key, value in typed.items() if key in made})
    except ValidationError as error:
        complaints = dict(error.messages) if isinstance(error.messages, dict) else {}
    complaints |= problems_of(sheet, language)
    if complaints:
        errors = {one.key: _first(complaints[one.key]) for one in shown if one.key in complaints}
        return Reading(typed, {}, errors)
    given = {one.key: sheet.values.get(one.key) for one in shown if is_given(one)}
    empty = {one.key for one in shown if one.readonly and given[one.key] is None}
    return Reading(typed, {**loaded, **{key: given[key] for key in given.keys() - empty}}, {})


def settle(form: models.Form, typed: Typed, *, known: Variables, language: str) -> models.Settled:
    """Return the form as it stands with what was typed: limits, options, calculated values.

    Calculated and read-only fields never take what was typed: they are made of ``known``.
    """
    kept = {one.key: _kept(one, known) for one in inputs(form.components)}
    return models.settle(form, _understood(form, typed, language), known=known, kept=kept)


def is_given(component: models.Component) -> bool:
    """Return whether the program fills in a field, so that nobody types into it."""
    return component.readonly or component.type == "expression"


def problems_of(sheet: models.Settled, language: str) -> dict[str, Message]:
    """Return what to say beside the fields whose expressions failed."""
    template = N_("“%(label)s” cannot be worked out. %(reason)s")
    return {
        one.key: Message(
            template,
            {
                "label": label_of(one, language) or one.key,
                "reason": Message(sheet.problems[one.key].message, sheet.problems[one.key].params),
            },
        )
        for one in inputs(sheet.components)
        if one.key in sheet.problems
    }


def conditional_keys(form: models.Form) -> frozenset[str]:
    """Return the keys whose values change something else on the page."""
    keys = {one.key for one in inputs(form.components)}
    return frozenset(keys & models.condition_names(form))


def _understood(form: models.Form, typed: Typed, language: str) -> Variables:
    """Typed values as far as they can be read already; what cannot be read is null."""
    values: Variables = {}
    for component in inputs(form.components):
        if component.type != "expression":
            values[component.key] = _read(component, typed.get(component.key), language)
    return values


def _read(component: models.Component, value: Any, language: str) -> Any:
    try:
        if component.type == "number" and value is not None:
            return read_number(str(value), language)
        if component.type == "datetime" and value is not None:
            return READERS[component.subtype](str(value))
    except ValueError:
        return None
    return value


def _kept(component: models.Component, known: Variables) -> Any:
    """The dossier's value of a field, or the one the form begins with."""
    value = known.get(component.key)
    if value is None:
        value = models.default_of(component, known)
    if component.type == "datetime" and isinstance(value, str):
        return _read(component, WRITERS[component.subtype](value), "vi")
    if component.type == "number" and isinstance(value, float):
        return Decimal(str(value))
    return list(value) if isinstance(value, tuple) else value


def _first(messages: Any) -> Message:
    while isinstance(messages, dict):
        messages = next(iter(messages.values()))
    first = messages[0] if isinstance(messages, list) else messages
    return first if isinstance(first, Message) else Message(str(first))
