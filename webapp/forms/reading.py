"""From what a person typed to checked values, or to complaints beside the fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from engine import forms as models
from engine.forms import inputs_of as inputs
from engine.forms.composites import ADDRESS
from engine.model import Variables
from engine.texts import N_
from webapp.forms import kinds
from webapp.forms.labels import label_of
from webapp.forms.messages import Message
from webapp.forms.rows import ORIGIN, row_known, rows_of
from webapp.forms.shapes import shape_of
from webapp.forms.understanding import is_given, settle

Typed = dict[str, Any]
"""Values as typed, by key: text, lists of option values, booleans, lists of files, rows. JSON."""


Posted = MultiDict[str, str]
"""What a browser sent."""

ADD_ROW, REMOVE_ROW = "add-row:", "remove-row:"
"""Of the buttons of a repeating group; the name of the group, or of the row, follows."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``values`` of the visible fields, or ``errors`` by name in the order of the page.

    The name of a field is its key; inside a row ``path.number.key``, inside a record ``path.key``.
    """

    typed: Typed
    values: Variables
    errors: Mapping[str, Message]


def read_posted(
    form: models.Form, posted: Posted, files: Mapping[str, list[dict[str, str]]], prefix: str = ""
) -> Typed:
    """Return the values as typed. Files were stored before and are given by field.

    The buttons that add and take away a row do so here.
    """
    typed: Typed = {}
    for component in inputs(form.components):
        key, name = component.key, prefix + component.key
        if component.is_list:
            typed[key] = _posted_rows(component, posted, files, name)
        elif component.is_record:
            typed[key] = read_posted(models.part_of(component), posted, files, f"{name}.")
        elif not is_given(component):
            value = _posted_value(component, posted, files, name)
            if value is not None:
                typed[key] = value
    return typed


def _posted_value(
    component: models.Component,
    posted: Posted,
    files: Mapping[str, list[dict[str, str]]],
    name: str,
) -> Any:
    if component.type == "filepicker":
        return files.get(name, [])
    if component.type in models.SEVERAL:
        return posted.getlist(name)
    if component.type == "checkbox":
        return name in posted
    text = (posted.get(name, "") or "").replace("\r\n", "\n").strip()
    return text or None


def _posted_rows(
    record: models.Component,
    posted: Posted,
    files: Mapping[str, list[dict[str, str]]],
    name: str,
) -> list[Typed]:
    written = posted.get(f"{name}.{ORIGIN}", "") or ""
    count = int(written) if written.isdigit() and len(written) < 4 else 0
    part, rows = models.part_of(record), []
    for number in range(min(count, models.MOST_ROWS)):
        row = read_posted(part, posted, files, f"{name}.{number}.")
        row[ORIGIN] = posted.get(f"{name}.{number}.{ORIGIN}", "") or ""
        rows.append(row)
    action = posted.get("action", "") or ""
    removed = action.removeprefix(f"{REMOVE_ROW}{name}.")
    if action == f"{ADD_ROW}{name}":
        rows.append({ORIGIN: ""})
    elif removed != action and removed.isdigit() and int(removed) < len(rows):
        rows.pop(int(removed))
    return rows


def check(
    form: models.Form, typed: Typed, *, known: Variables, language: str, prefix: str = ""
) -> Reading:
    """Return the checked values of the visible fields, or what is wrong with them.

    ``known`` are the variables that conditions of the form may mention beside its own fields.
    """
    sheet = settle(form, typed, known=known, language=language)
    shown = list(inputs(sheet.components))
    loaded, complaints = _loaded(shown, typed, known, language)
    complaints |= problems_of(sheet, language)
    errors: dict[str, Message] = {}
    values: Variables = {}
    for one in shown:
        name = prefix + one.key
        if one.key in complaints:
            errors[name] = _first(complaints[one.key])
        elif one.is_record and not is_given(one):
            inner = _Rows(one, {**known, **sheet.values}, known.get(one.key), language, name)
            values[one.key] = inner.checked(typed.get(one.key), errors)
        elif is_given(one):
            value = sheet.values.get(one.key)
            if value is not None or not one.readonly:
                values[one.key] = value
        elif one.key in loaded:
            values[one.key] = _stored(one, loaded[one.key])
    return Reading(typed, {}, errors) if errors else Reading(typed, values, {})


def _loaded(
    shown: list[models.Component], typed: Typed, known: Variables, language: str
) -> tuple[Mapping[str, Any], dict[Any, Any]]:
    """Read the fields of one level by a marshmallow schema: values, or complaints by key."""
    asked = [one for one in shown if not (is_given(one) or one.is_record)]
    today = known.get("today")
    day = today if isinstance(today, date) else None
    keys = {one.key for one in asked}
    schema = shape_of(asked, language, day)
    try:
        return schema.load({key: value for key, value in typed.items() if key in keys}), {}
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return valid, dict(error.messages) if isinstance(error.messages, dict) else {}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one record on their way to values."""

    record: models.Component
    around: Variables
    kept: Any  # what the dossier holds for the record
    language: str
    name: str

    def checked(self, typed: Any, errors: dict[str, Message]) -> Any:
        rows = rows_of(self.record, typed)
        if not self.record.is_list:
            return self._row(rows[0], 0, f"{self.name}.", errors)
        found = [
            self._row(row, number, f"{self.name}.{number}.", errors)
            for number, row in enumerate(rows)
        ]
        complaint = _row_count(self.record, len(rows), self.language)
        if complaint:
            errors[self.name] = complaint
        return found

    def _row(self, row: Typed, number: int, prefix: str, errors: dict[str, Message]) -> Variables:
        known = row_known(self.record, self.around, row, number, self.kept)
        read = check(
            models.part_of(self.record), row, known=known, language=self.language, prefix=prefix
        )
        errors.update(read.errors)
        named = {**read.values, **self._names(row, known)} if read.values else read.values
        wrong = kinds.disagreement(self.record.properties.get("kind", ""), read.values)
        if wrong:
            errors[f"{prefix}{wrong[0]}"] = wrong[1]
        return named

    def _names(self, row: Typed, known: Variables) -> Variables:
        """The names of a chosen province and commune, which outlive the codes."""
        if self.record.properties.get("kind") != ADDRESS:
            return {}
        sheet = settle(models.part_of(self.record), row, known=known, language=self.language)
        return {
            f"{one.key}_ten": option.label
            for one in inputs(sheet.components)
            for option in one.values
            if option.value == row.get(one.key)
        }


def _row_count(record: models.Component, count: int, language: str) -> Message | None:
    label = label_of(record, language)
    if count < record.fewest_rows:
        return Message(
            N_("%(label)s must have at least %(count)s rows"),
            {"label": label, "count": record.fewest_rows},
        )
    if count > record.most_rows:
        return Message(
            N_("%(label)s may have at most %(count)s rows"),
            {"label": label, "count": record.most_rows},
        )
    return None


def _stored(component: models.Component, value: Any) -> Any:
    is_text = component.is_text and component.type == "number"
    return value if value is None or not is_text else f"{value:f}"


def problems_of(sheet: models.Settled, language: str) -> dict[str, Message]:
    """Return what to say beside the fields whose expressions failed."""
    template = N_("“%(label)s” cannot be worked out. %(reason)s")
    return {
        one.key or one.id: Message(
            template,
            {
                "label": label_of(one, language) or one.key,
                "reason": Message(problem.message, problem.params),
            },
        )
        for one in models.told_of(sheet.components)
        if (problem := sheet.problems.get(one.key or one.id))
    }


def conditional_keys(form: models.Form) -> frozenset[str]:
    """Return the keys whose values change something else on the page."""
    keys = {one.key for one in inputs(form.components)}
    return frozenset(keys & models.condition_names(form))


def _first(messages: Any) -> Message:
    while isinstance(messages, dict):
        messages = next(iter(messages.values()))
    first = messages[0] if isinstance(messages, list) else messages
    return first if isinstance(first, Message) else Message(str(first))
