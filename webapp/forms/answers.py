"""Answers in words: for the check page and for the dossier."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine import forms as models
from engine.feel import to_text
from engine.forms import inputs_of as inputs
from engine.forms.composites import ADDRESS
from engine.model import Variables
from engine.texts import N_
from webapp.forms import kinds
from webapp.forms.entry import WRITERS, write_date, write_moment, write_number, write_time
from webapp.forms.labels import label_of, options_of, suffix_of
from webapp.forms.messages import Message
from webapp.forms.rows import ORIGIN, first_rows, row_known

YES, NO = Message(N_("Yes")), Message(N_("No"))
_LINE, _BOTH = N_("%(label)s: %(answer)s"), N_("%(first)s; %(second)s")
Answer = tuple[str, str | Message | tuple[str | Message, ...]]


def answers_of(
    form: models.Form, values: Mapping[str, Any], *, known: Variables, language: str
) -> tuple[Answer, ...]:
    """Return label and answer of each visible field that has one, in the order of the form.

    An answer is text, several texts (options, names of files, fields of a row) or a Message
    (yes, no). Each row of a repeating group is an answer of its own.
    """
    shown = models.visible(form, {**known, **values})
    offered = _offered(form, values, known)
    rows: list[Answer] = []
    for component in inputs(shown):
        value, label = values.get(component.key), label_of(component, language)
        if value is None or value in ("", []):
            continue
        if component.is_record:
            rows += _record_answers(component, value, {**known, **values}, language)
        elif label:
            rows.append((label, _words(offered.get(component.key, component), value, language)))
    return tuple(rows)


def _record_answers(
    record: models.Component, value: Any, around: Variables, language: str
) -> list[Answer]:
    """One answer for each row: its fields with their labels."""
    label, part = label_of(record, language), models.part_of(record)
    if record.properties.get("kind") == ADDRESS and isinstance(value, Mapping):
        return [(label, kinds.address_line(value))]
    found: list[Answer] = []
    for number, row in enumerate(first_rows(record, value)):
        known = row_known(record, around, {ORIGIN: str(number)}, number, value)
        inner = answers_of(part, row, known=known, language=language)
        if inner:
            heading = f"{label} {number + 1}" if record.is_list else label
            found.append((heading, tuple(_line(*one) for one in inner)))
    return found


def _line(label: str, answer: str | Message | tuple[str | Message, ...]) -> Message:
    words = _joined(answer) if isinstance(answer, tuple) else answer
    return Message(_LINE, {"label": label, "answer": words})


def _joined(words: tuple[str | Message, ...]) -> str | Message:
    """Several answers in one line; rows within rows keep their messages."""
    made: str | Message = words[0]
    for one in words[1:]:
        made = Message(_BOTH, {"first": made, "second": one})
    return made


def public_answers(
    form: models.Form, values: Mapping[str, Any], language: str
) -> tuple[tuple[str, Answer], ...]:
    """Return the answers, by key, to fields whose property ``public`` lets the applicant read."""
    offered = _offered(form, values, {})
    found: list[tuple[str, Answer]] = []
    for one in models.inputs(form):
        value = values.get(one.key)
        if not one.properties.get("public") or not value:
            continue
        if one.is_record:
            told = _record_answers(one, value, {**values}, language)
            found += [(f"{one.key}.{place}", row) for place, row in enumerate(told)]
        else:
            words = _words(offered.get(one.key, one), value, language)
            found.append((one.key, (label_of(one, language), words)))
    return tuple(found)


def plain_answers(values: Mapping[str, Any], language: str) -> tuple[Answer, ...]:
    """Return answers whose form is not known any more, by their keys."""
    return tuple(
        (key, plain_words(value, language)) for key, value in values.items() if value != ""
    )


def plain_words(value: Any, language: str) -> str | Message:
    """Return a value in words where no form says what it is."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return ", ".join(
            str(plain_words(one.get("name", one) if isinstance(one, Mapping) else one, language))
            for one in value
        )
    if isinstance(value, int | float | Decimal):
        return write_number(value, language)
    writer = _WRITERS.get(type(value))
    return writer(value) if writer else "" if value is None else str(value)


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    date: write_date,
    datetime: write_moment,
    time: write_time,
    timedelta: to_text,
    dict: to_text,
}


def _offered(
    form: models.Form, values: Mapping[str, Any], known: Variables
) -> dict[str, models.Component]:
    """The fields with the options that the variables gave, where they come from variables."""
    if not any(one.formulas for one in models.inputs(form)):
        return {}
    settled = models.settle(form, values, known=known, kept=values)
    return {one.key: one for one in inputs(settled.components)}


def _words(
    component: models.Component, value: Any, language: str
) -> str | Message | tuple[str | Message, ...]:
    labels = dict(options_of(component, language))
    if component.type == "checkbox":
        return YES if value else NO
    if component.type == "number":
        return f"{write_number(value, language)} {suffix_of(component, language)}".rstrip()
    if component.type == "datetime":
        return WRITERS[component.subtype](value)
    if component.type == "expression":
        return _calculated(component, value, language)
    if labels:
        several = value if isinstance(value, list) else [value]
        texts = tuple(labels.get(one, str(one)) for one in several)
        return texts[0] if len(texts) == 1 else texts
    if component.type == "filepicker":
        return tuple(str(one.get("name", "")) for one in value if isinstance(one, Mapping))
    return kinds.written(component.properties.get("kind", ""), str(value))


def _calculated(component: models.Component, value: Any, language: str) -> str | Message:
    if isinstance(value, str):
        return write_date(value) if len(value) == len("2026-03-27") else value
    words = plain_words(value, language)
    suffix = suffix_of(component, language)
    return f"{words} {suffix}" if suffix and isinstance(words, str) else words
