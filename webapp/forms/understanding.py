"""What was typed, as far as it can be understood already, set into the form."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine import forms as models
from engine.forms import inputs_of as inputs
from engine.model import Variables
from webapp.forms.entry import READERS, WRITERS, read_number
from webapp.forms.rows import row_known, rows_of


def settle(
    form: models.Form, typed: Mapping[str, Any], *, known: Variables, language: str
) -> models.Settled:
    """Return the form as it stands with what was typed: limits, options, calculated values.

    Calculated and read-only fields never take what was typed: they are made of ``known``.
    """
    kept = {one.key: _kept(one, known) for one in inputs(form.components)}
    return models.settle(form, _understood(form, typed, known, language), known=known, kept=kept)


def is_given(component: models.Component) -> bool:
    """Return whether the program fills in a field, so that nobody types into it."""
    return component.readonly or component.type == "expression"


def _understood(
    form: models.Form, typed: Mapping[str, Any], known: Variables, language: str
) -> Variables:
    """Typed values as far as they can be read already; what cannot be read is null."""
    values: Variables = {}
    records = []
    for component in inputs(form.components):
        if component.is_record:
            records.append(component)
        elif component.type != "expression":
            values[component.key] = _read(component, typed.get(component.key), language)
    for record in records:  # their rows may mention the fields around them
        values[record.key] = _understood_rows(
            record, typed.get(record.key), known, values, language
        )
    return values


def _understood_rows(
    record: models.Component, typed: Any, known: Variables, around: Variables, language: str
) -> Any:
    part, outer = models.part_of(record), {**known, **around}
    found = [
        settle(
            part,
            row,
            known=row_known(record, outer, row, number, known.get(record.key)),
            language=language,
        ).values
        for number, row in enumerate(rows_of(record, typed))
    ]
    return found if record.is_list else found[0]


def _read(component: models.Component, value: Any, language: str) -> Any:
    try:
        if component.type == "number" and value is not None:
            return read_number(value, language)
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
