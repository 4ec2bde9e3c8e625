"""Answers in words: for the check page and for the dossier."""

from collections.abc import Mapping
from typing import Any

from engine import forms as models
from engine.model import Variables
from engine.texts import N_
from webapp.forms.entry import write_date, write_number
from webapp.forms.labels import label_of, options_of, suffix_of
from webapp.forms.messages import Message
from webapp.forms.reading import inputs

YES, NO = Message(N_("Yes")), Message(N_("No"))
Answer = tuple[str, str | Message | tuple[str, ...]]


def answers_of(
    form: models.Form, values: Mapping[str, Any], *, known: Variables, language: str
) -> tuple[Answer, ...]:
    """Return label and answer of each visible field that has one, in the order of the form.

    An answer is text, several texts (options, names of files) or a Message (yes, no).
    """
    shown = models.visible(form, {**known, **values})
    rows = []
    for component in inputs(shown):
        value = values.get(component.key)
        if value is None or value in ("", []):
            continue
        rows.append((label_of(component, language), _words(component, value, language)))
    return tuple(rows)


def public_answers(
    form: models.Form, values: Mapping[str, Any], language: str
) -> tuple[tuple[str, Answer], ...]:
    """Return the answers, by key, to fields whose property ``public`` lets the applicant read."""
    return tuple(
        (one.key, (label_of(one, language), _words(one, values[one.key], language)))
        for one in models.inputs(form)
        if one.properties.get("public") and values.get(one.key)
    )


def plain_answers(values: Mapping[str, Any], language: str) -> tuple[Answer, ...]:
    """Return answers whose form is not known any more, by their keys."""
    return tuple((key, _plain(value, language)) for key, value in values.items() if value != "")


def _words(
    component: models.Component, value: Any, language: str
) -> str | Message | tuple[str, ...]:
    labels = dict(options_of(component, language))
    if component.type == "checkbox":
        return YES if value else NO
    if component.type == "number":
        return f"{write_number(value, language)} {suffix_of(component, language)}".rstrip()
    if component.type == "datetime":
        return write_date(value)
    if labels:
        several = value if isinstance(value, list) else [value]
        texts = tuple(labels.get(one, str(one)) for one in several)
        return texts[0] if len(texts) == 1 else texts
    if component.type == "filepicker":
        return tuple(str(one.get("name", "")) for one in value if isinstance(one, Mapping))
    return str(value)


def _plain(value: Any, language: str) -> str | Message:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return ", ".join(
            str(one.get("name", one) if isinstance(one, Mapping) else one) for one in value
        )
    return write_number(value, language) if isinstance(value, (int, float)) else str(value)
