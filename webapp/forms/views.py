"""A form as the page draws it: labels, values as typed, complaints, rows of short fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import forms as models
from engine.forms import inputs_of as inputs
from engine.model import Variables
from webapp.forms import kinds
from webapp.forms.answers import plain_words
from webapp.forms.entry import WRITERS, write_number
from webapp.forms.labels import hint_of, label_of, options_of, suffix_of, text_of
from webapp.forms.messages import Message
from webapp.forms.reading import Typed, conditional_keys, problems_of
from webapp.forms.rows import ORIGIN, first_rows, row_known, rows_of
from webapp.forms.standing import Block, blocks_of
from webapp.forms.understanding import is_given, settle

_SHORT = {"number", "datetime", "select", "textfield"}
_MANY_BOXES = {"radio", *models.SEVERAL}
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
    items: tuple["ItemView", ...] = ()  # the rows of a repeating group
    may_add: bool = False
    may_remove: bool = False
    heads: tuple[str, ...] = ()  # of a table
    cells: tuple[tuple[str | Message, ...], ...] = ()
    blocks: tuple[Block, ...] = ()  # of a standing text

    @property
    def anchor(self) -> str:
        """The id that a link in the error summary leads to."""
        return f"{self.id}-1" if self.type in _MANY_BOXES else self.id


@dataclass(frozen=True, slots=True)
class ItemView:
    """One row of a repeating group; ``origin`` says which of the dossier's rows it was."""

    name: str
    origin: str
    rows: tuple[tuple[FieldView, ...], ...]


def field_rows(
    form: models.Form,
    typed: Typed,
    *,
    known: Variables,
    language: str,
    errors: Mapping[str, Message] | None = None,
) -> tuple[tuple[FieldView, ...], ...]:
    """Return the visible components in rows; short fields that follow each other share one."""
    return _Frame(known, language, errors or {}).rows(form, typed)


def error_links(rows: tuple[tuple[FieldView, ...], ...]) -> list[tuple[Message, str]]:
    """Return complaints with the ids of their fields, in the order of the page."""
    found: list[tuple[Message, str]] = []
    for row in rows:
        for view in row:
            if view.error:
                found.append((view.error, view.anchor))
            found.extend(error_links(view.rows))
            for item in view.items:
                found.extend(error_links(item.rows))
    return found


def typed_from(form: models.Form, values: Mapping[str, Any], language: str) -> Typed:
    """Return stored values as a person would have typed them, to fill the form again."""
    typed: Typed = {}
    for component in models.inputs(form):
        value = values.get(component.key)
        if value is None:
            value = models.default_of(component, values)
        if component.is_record:
            typed[component.key] = _typed_rows(component, value, values, language)
        elif value is not None and component.type != "expression":
            typed[component.key] = as_typed(component, value, language)
    return typed


def _typed_rows(
    record: models.Component, value: Any, around: Mapping[str, Any], language: str
) -> Any:
    part = models.part_of(record)
    known = {name: one for name, one in around.items() if name not in record.member_keys}
    found = [
        typed_from(part, {**known, **row}, language) | {ORIGIN: str(number)}
        for number, row in enumerate(first_rows(record, value))
    ]
    return found if record.is_list else found[0]


def as_typed(component: models.Component, value: Any, language: str) -> Any:
    """Return the stored value of one field as a person would have typed it."""
    if component.type == "expression":
        return plain_words(value, language)
    if component.type == "number" and value is not None:
        return write_number(value, language)
    if component.type == "datetime" and value is not None:
        return WRITERS[component.subtype](value)
    if isinstance(value, str):
        return kinds.written(component.properties.get("kind", ""), value)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where fields stand: in the form itself, or in a row of it; ``prefix`` begins their names."""

    known: Variables
    language: str
    errors: Mapping[str, Message]
    prefix: str = ""
    all_decide: bool = False

    def rows(self, form: models.Form, typed: Typed) -> tuple[tuple[FieldView, ...], ...]:
        sheet = settle(form, typed, known=self.known, language=self.language)
        problems = {self.prefix + key: one for key, one in self._problems(sheet).items()}
        given = {
            one.key: sheet.values.get(one.key) for one in inputs(sheet.components) if is_given(one)
        }
        around = {**self.known, **sheet.values}
        frame = replace(self, known=around, errors={**self.errors, **problems})
        deciding = conditional_keys(form)
        drawing = _Drawing({**typed, **given}, frame, deciding, self.known)
        return drawing.rows(sheet.components)

    def _problems(self, sheet: models.Settled) -> dict[str, Message]:
        return problems_of(sheet, self.language)


@dataclass(frozen=True, slots=True)
class _Drawing:
    typed: Typed
    frame: _Frame
    deciding: frozenset[str]
    before: Variables  # what the dossier holds

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
        if component.is_record:
            return self._record(component)
        if component.type == "group":
            return FieldView(
                "group",
                label=label_of(component, self.frame.language),
                rows=self.rows(component.components),
            )
        return self._field(component) if component.key else self._standing(component)

    def _standing(self, component: models.Component) -> FieldView:
        language = self.frame.language
        text = text_of(component, language)
        return FieldView(
            component.type,
            id=f"f-{component.id}",
            label=label_of(component, language),
            text=component.alternative or text,
            blocks=blocks_of(text) if component.type == "text" else (),
            value=component.source,
            error=self.frame.errors.get(self.frame.prefix + component.id),
            heads=tuple(one.label for one in component.columns_shown),
            cells=tuple(
                tuple(plain_words(cell, language) for cell in row) for row in component.cells
            ),
        )

    def _record(self, record: models.Component) -> FieldView:
        """A record with the fields of each of its rows."""
        name = self.frame.prefix + record.key
        before = self.before.get(record.key)
        if is_given(record):
            typed = _typed_rows(record, before, self.before, self.frame.language)
        else:
            typed = self.typed.get(record.key)
        rows = rows_of(record, typed)
        part = models.part_of(record)
        shown = replace(part, components=_frozen(part.components)) if is_given(record) else part
        items = tuple(
            ItemView(
                f"{name}.{number}",
                str(row.get(ORIGIN) or ""),
                self._row(record, name, number, before, row).rows(shown, row),
            )
            for number, row in enumerate(rows)
        )
        changes = record.is_list and record.may_repeat and not is_given(record)
        return FieldView(
            record.type,
            key=name,
            id=anchor_of(name),
            label=label_of(record, self.frame.language),
            hint=hint_of(record, self.frame.language),
            error=self.frame.errors.get(name),
            rows=() if record.is_list else items[0].rows,
            items=items if record.is_list else (),
            may_add=changes and len(items) < record.most_rows,
            may_remove=changes and len(items) > record.fewest_rows,
        )

    def _row(
        self, record: models.Component, name: str, number: int, before: Any, row: Typed
    ) -> _Frame:
        known = row_known(record, self.frame.known, row, number, before)
        prefix = f"{name}.{number}." if record.is_list else f"{name}."
        decides = self.frame.all_decide or record.key in self.deciding
        return replace(self.frame, known=known, prefix=prefix, all_decide=decides)

    def _field(self, component: models.Component) -> FieldView:
        language = self.frame.language
        value = self.typed.get(component.key)
        if is_given(component):
            value = as_typed(component, value, language)
        chosen = value if isinstance(value, list) else [value]
        name = self.frame.prefix + component.key
        return FieldView(
            type=component.type,
            key=name,
            id=anchor_of(name),
            label=label_of(component, language),
            hint=hint_of(component, language),
            value=value,
            options=tuple(
                (option, text, option in chosen) for option, text in options_of(component, language)
            ),
            error=self.frame.errors.get(name),
            is_required=component.required and not component.readonly,
            is_readonly=component.readonly,
            decides=self.frame.all_decide or component.key in self.deciding,
            prefix=component.prefix,
            suffix=suffix_of(component, language),
            kind=component.validation_type
            or component.subtype
            or component.properties.get("kind", ""),
            accept=component.accept,
            multiple=component.multiple,
            max_length=component.max_length,
        )


def anchor_of(name: str) -> str:
    """Return the id on the page of the field, or repeating group, of that name."""
    return "f-" + name.replace(".", "-")


def _frozen(components: tuple[models.Component, ...]) -> tuple[models.Component, ...]:
    """Members of a record that is read-only: nobody types into them."""
    return tuple(
        replace(one, readonly=True, required=False, components=_frozen(one.components))
        for one in components
    )


def _fits(row: list[FieldView], view: FieldView) -> bool:
    if view.type not in _SHORT or row[-1].type not in _SHORT:
        return False
    narrow = all(one.type in _NARROW for one in [*row, view])
    return len(row) < (_IN_ROW if narrow else 2)
