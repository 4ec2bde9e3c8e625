"""The legal clock of a dossier as programs read it: each line in both languages."""

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from marshmallow import Schema, fields

from webapp import clock_words
from webapp.legal_clock import Clock
from webapp.queries.deadlines import ClockSheet

_LANGUAGES = ("vi", "en")
_AMOUNT = {"description": "ISO 8601, of the unit's own time: P3D are three working days."}
_INSTANT: dict[str, Any] = {"required": True, "allow_none": True}


class LimitSchema(Schema):
    """How long it may take."""

    amount = fields.String(required=True, metadata=_AMOUNT)
    unit = fields.String(required=True)
    convention = fields.String(required=True)
    day_ends_at = fields.String(**_INSTANT)


class LineSchema(Schema):
    """One line of the sum: what, the article or decision behind it, the instant or amount."""

    what = fields.String(required=True)
    why = fields.String(required=True)
    value = fields.String(required=True)


class LinesSchema(Schema):
    """The same lines in both languages."""

    vi = fields.List(fields.Nested(LineSchema), required=True)
    en = fields.List(fields.Nested(LineSchema), required=True)


class PauseSchema(Schema):
    """A time that does not count."""

    from_ = fields.String(required=True, data_key="from", attribute="from")
    to = fields.String(**_INSTANT)
    reason = fields.String(required=True)
    legal_basis = fields.String(required=True)


class ExtensionSchema(Schema):
    """A date that was moved, and by whom."""

    at = fields.String(required=True)
    old_due_at = fields.String(required=True)
    new_due_at = fields.String(required=True)
    reason = fields.String(required=True)
    signer = fields.String(required=True)


class ClockSchema(Schema):
    """The clock of the whole procedure, or of one legal phase of it. Instants are UTC."""

    phase = fields.Dict(**_INSTANT, metadata={"description": "Its name by language; or null."})
    limit = fields.Nested(LimitSchema, required=True)
    status = fields.String(required=True)
    received_at = fields.String(**_INSTANT)
    started_at = fields.String(**_INSTANT, metadata={"description": "The first that counts."})
    original_due_at = fields.String(**_INSTANT)
    due_at = fields.String(**_INSTANT, metadata={"description": "Null while the clock stands."})
    finished_at = fields.String(**_INSTANT)
    spent_seconds = fields.Integer(required=True)
    remaining_seconds = fields.Integer(**_INSTANT)
    calendar_revision = fields.Integer(required=True)
    pauses = fields.List(fields.Nested(PauseSchema), required=True)
    extensions = fields.List(fields.Nested(ExtensionSchema), required=True)
    lines = fields.Nested(LinesSchema, required=True)


class ForecastSchema(Schema):
    """By when half and nine tenths of like cases were decided."""

    cases = fields.Integer(required=True)
    element_id = fields.String(required=True)
    median_at = fields.String(required=True)
    p90_at = fields.String(required=True)


class ClockSheetSchema(Schema):
    """The clocks of one dossier; none where nothing is promised."""

    code = fields.String(required=True)
    clocks = fields.List(fields.Nested(ClockSchema), required=True)
    forecast = fields.Nested(ForecastSchema, required=True, allow_none=True)


def told(sheet: ClockSheet) -> dict[str, Any]:
    """Return the clocks of a dossier as ``ClockSheetSchema`` has them."""
    return {
        "code": sheet.code,
        "clocks": _in_both_languages(sheet.clocks),
        "forecast": clock_words.forecast_data(sheet.forecast),
    }


def _in_both_languages(clocks: Sequence[Clock]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in clocks:
        data = clock_words.clock_data(one)
        lines = {}
        for language in _LANGUAGES:
            with force_locale(language):
                lines[language] = clock_words.lines_data(one)
        found.append({**data, "lines": lines})
    return found
