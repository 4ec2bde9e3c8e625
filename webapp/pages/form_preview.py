"""A form while it is edited: drawn by the server as people will see it, with what is wrong."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

import engine
from engine.forms import Form, read_form
from webapp.forms.reading import Posted, read_posted
from webapp.forms.views import FieldView, field_rows, typed_from
from webapp.operations import definitions, form_changes
from webapp.operations.form_changes import FormText
from webapp.pages import review
from webapp.pages.wording import language, present


@dataclass(frozen=True, slots=True)
class Look:
    """How a form looks; ``left_out`` counts the components that could not be drawn."""

    rows: tuple[tuple[FieldView, ...], ...]
    findings: tuple[review.FindingLine, ...]
    left_out: int
    may_save: bool
    is_drawn: bool


def look(
    session: Session,
    files: engine.Files,
    form: FormText,
    posted: Posted | None,
    day: date,
    also: Iterable[engine.Finding] = (),
) -> Look:
    """Return the form as people will see it, filled with what was tried, and every remark."""
    found = tuple(also) or form_changes.remarks(session, files, form)
    model, left_out = _readable(form, found)
    lines = (*_broken_json(form), *review.finding_lines(found))
    errors = any(one.severity is engine.Severity.ERROR for one in found)
    rows = _rows(session, model, posted, day) if model else ()
    return Look(rows, lines, left_out, not errors, model is not None)


def _rows(
    session: Session, model: Form, posted: Posted | None, day: date
) -> tuple[tuple[FieldView, ...], ...]:
    around = {**present(), **definitions.known_for(session, model, day)}
    typed = read_posted(model, posted, {}) if posted else typed_from(model, around, language())
    return field_rows(model, typed, known=around, language=language())


def _readable(form: FormText, found: Iterable[engine.Finding]) -> tuple[Form | None, int]:
    """Return the form without the components that cannot be drawn, and how many those are."""
    faulty = {one.element_id for one in found if one.file == form.file}
    try:
        return read_form(form.text.encode(), form.file), 0
    except engine.EngineError:
        pass
    try:
        raw = json.loads(form.text)
        left_out = _prune(raw, faulty - {None})
        return read_form(json.dumps(raw).encode(), form.file), left_out
    except (ValueError, RecursionError, AttributeError, engine.EngineError):
        return None, 0


def _prune(raw: dict[str, Any], faulty: set[str | None]) -> int:
    """Take the faulty components out of a form or group; return how many."""
    before = [one for one in raw.get("components") or [] if isinstance(one, dict)]
    if not before:
        return 0
    kept = [one for one in before if not {one.get("id"), one.get("key")} & faulty]
    raw["components"] = kept
    return len(before) - len(kept) + sum(_prune(one, faulty) for one in kept)


def _broken_json(form: FormText) -> tuple[review.FindingLine, ...]:
    """Say where the text stops being JSON."""
    try:
        json.loads(form.text)
    except (ValueError, RecursionError) as error:
        where = gettext(
            "line %(line)s, column %(column)s",
            line=getattr(error, "lineno", 1),
            column=getattr(error, "colno", 1),
        )
        problem = gettext("The text of the form stops being JSON here: %(where)s.", where=where)
        remedy = gettext("Look for a missing comma, bracket or quotation mark just before it.")
        return (review.FindingLine(0, "error", gettext("Error"), problem, remedy, where, None, ""),)
    return ()
