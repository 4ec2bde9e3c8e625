"""A form as the page draws it: labels, values as typed, complaints, rows of short fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import forms as models
from engine.forms import inputs_of as inputs
from engine.model import Variables
from webapp.forms.answers import plain_words
from webapp.forms.entry import WRITERS, write_number
from webapp.forms.labels import hint_of, label_of, options_of, suffix_of, text_of
from webapp.forms.messages import Message
from webapp.forms.reading import Typed, conditional_keys, is_given, problems_of, settle

_SHORT = {"number", "datetime", "select", "textfield"}
_NARROW = {"number", "datetime"}
_IN_ROW = 3  # short fields side by side


@dataclass(frozen=True, slots=True)
class FieldView:
    """One component, ready for a template. ``rows`` are the members of a group."""

    type: str
    key: str = ""
    id: str = ""
    label: str = ""
    hint: str = ""
    text: str = ""
    value: Any = None
    options: tuple[tuple[str, str, bool], ...] = ()  # value, label, chosen
    error: Message | None = None
    is_required: bool = False
    is_readonly: bool = False
    decides: bool = False  # its value shows or hides other fields
    prefix: str = ""
    suffix: str = ""
    kind: str = ""  # email, phone; date, time, datetime
    accept: str = ""
    multiple: bool = False
    max_length: int | None = None
    rows: tuple[tuple["FieldView", ...], ...] = ()

    @property
    def anchor(self) -> str:
        """The id that a link in the error summary leads to."""
        return f"{self.id}-1" if self.type in {"radio", "checklist"} else self.id


def field_rows(
    form: models.Form,
    typed: Typed,
    *,
    known: Variables,
    language: str,
    errors: Mapping[str, Message] | None = None,
) -> tuple[tuple[FieldView, ...], ...]:
    """Return the visible components in rows; short fields that follow each other share one."""
    sheet = settle(form, typed, known=known, language=language)
    complaints = {**(errors or {}), **problems_of(sheet, language)}
    given = {
        one.key: sheet.values.get(one.key) for one in inputs(sheet.components) if is_given(one)
    }
    drawing = _Drawing({**typed, **given}, language, complaints, conditional_keys(form))
    return drawing.rows(sheet.components)


def error_links(rows: tuple[tuple[FieldView, ...], ...]) -> list[tuple[Message, str]]:
    """Return complaints with the ids of their fields, in the order of the page."""
    found: list[tuple[Message, str]] = []
    for row in rows:
        for view in row:
            if view.error:
                found.append((view.error, view.anchor))
            found.extend(error_links(view.rows))
    return found


def typed_from(form: models.Form, values: Mapping[str, Any], language: str) -> Typed:
    """Return stored values as a person would have typed them, to fill the form again."""
    typed: Typed = {}
    for component in models.inputs(form):
        value = values.get(component.key)
        if value is None:
            value = models.default_of(component, values)
        if value is not None and component.type != "expression":
            typed[component.key] = _as_typed(component, value, language)
    return typed


def _as_typed(component: models.Component, value: Any, language: str) -> Any:
    if component.type == "expression":
        return plain_words(value, language)
    if component.type == "number" and value is not None:
        return write_number(value, language)
    if component.type == "datetime" and value is not None:
        return WRITERS[component.subtype](value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class _Drawing:
    typed: Typed
    language: str
    errors: Mapping[str, Message]
    deciding: frozenset[str]

    def rows(self, shown: tuple[models.Component, ...]) -> tuple[tuple[FieldView, ...], ...]:
        rows: list[list[FieldView]] = []
        for component in shown:
            view = self.view(component)
            if view.type == "expression" and not (view.label or view.error):
                continue  # calculated for the process only
            if rows and _fits(rows[-1], view):
                rows[-1].append(view)
            else:
                rows.append([view])
        return tuple(tuple(row) for row in rows)

    def view(self, component: models.Component) -> FieldView:
        if component.type == "group":
            return FieldView(
                "group",
                label=label_of(component, self.language),
                rows=self.rows(component.components),
            )
        if not component.key:
            return FieldView(component.type, text=text_of(component, self.language))
        value = self.typed.get(component.key)
        if is_given(component):
            value = _as_typed(component, value, self.language)
        chosen = value if isinstance(value, list) else [value]
        return FieldView(
            type=component.type,
            key=component.key,
            id="f-" + component.key.replace(".", "-"),
            label=label_of(component, self.language),
            hint=hint_of(component, self.language),
            value=value,
            options=tuple(
                (option, text, option in chosen)
                for option, text in options_of(component, self.language)
            ),
            error=self.errors.get(component.key),
            is_required=component.required and not component.readonly,
            is_readonly=component.readonly,
            decides=component.key in self.deciding,
            prefix=component.prefix,
            suffix=suffix_of(component, self.language),
            kind=component.validation_type or component.subtype,
            accept=component.accept,
            multiple=component.multiple,
            max_length=component.max_length,
        )


def _fits(row: list[FieldView], view: FieldView) -> bool:
    if view.type not in _SHORT or row[-1].type not in _SHORT:
        return False
    narrow = all(one.type in _NARROW for one in [*row, view])
    return len(row) < (_IN_ROW if narrow else 2)
