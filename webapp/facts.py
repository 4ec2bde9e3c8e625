"""The facts sheet (``facts.json``) of a procedure: what it has to say, and what is wrong in one."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

import engine
from engine import dmn
from engine.texts import N_
from webapp.calendars import agency_calendar
from webapp.promises import Convention, Unit, limit_of

FACTS_FILE = "facts.json"
_ANY_MORNING = datetime(2026, 11, 18, 2, tzinfo=UTC)
_MISSING = fields.Field.default_error_messages["required"]
_UNKNOWN = "Unknown field."


def lint_facts(files: engine.Files) -> tuple[engine.Finding, ...]:
    """Return what is wrong with the facts sheet of an upload; nothing where there is none.

    Raises engine.InvalidModelError when a model beside it cannot be read.
    """
    if FACTS_FILE not in files:
        return ()
    try:
        facts = json.loads(files[FACTS_FILE])
    except ValueError as error:
        return (_unreadable(getattr(error, "lineno", None)),)
    try:
        FactsSchema().load(facts)
    except ValidationError as error:
        return tuple(_wrong(path, message) for path, message in _leaves(error.messages))
    found = [*_strangers(facts, engine.read_definitions(files)), *_uncountable(facts["limit"])]
    return (*found, *_unknown_decision(facts["limit"], files))


class TextSchema(Schema):
    vi = fields.String(required=True)
    en = fields.String(required=True)


class FilledTextSchema(Schema):
    vi = fields.String(required=True, validate=validate.Length(min=1))
    en = fields.String(required=True, validate=validate.Length(min=1))


def _text() -> fields.Nested:
    return fields.Nested(FilledTextSchema, required=True)


_AMOUNT = validate.Regexp(r"^P(\d+(\.\d+)?[DW]|\d+M|T\d+H)$")
_UNIT = validate.OneOf([unit.value for unit in Unit])
_CONVENTION = validate.OneOf([convention.value for convention in Convention])
_CLOSING = validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$")


class ChannelLimitSchema(Schema):
    """What differs for one channel; the rest is as the limit says."""

    amount = fields.String(validate=_AMOUNT)
    unit = fields.String(validate=_UNIT)
    convention = fields.String(validate=_CONVENTION)
    day_ends_at = fields.String(allow_none=True, validate=_CLOSING)
    text = fields.Nested(FilledTextSchema)
    basis = fields.Nested(FilledTextSchema)


class PhaseSchema(Schema):
    """A legal phase: its own limit between two elements."""

    id = fields.String(required=True)
    name = _text()
    amount = fields.String(required=True, validate=_AMOUNT)
    unit = fields.String(required=True, validate=_UNIT)
    convention = fields.String(validate=_CONVENTION)
    day_ends_at = fields.String(allow_none=True, validate=_CLOSING)
    starts_at = fields.String(required=True)
    ends_at = fields.String(required=True)
    text = fields.Nested(FilledTextSchema)
    basis = _text()


class PauseRuleSchema(Schema):
    """A reason for which the clock may stand still."""

    reason = fields.String(
        required=True,
        validate=validate.OneOf(["supplement", "payment", "confirmation", "stopped", "other"]),
    )
    basis = _text()


class ExtensionRuleSchema(Schema):
    """How often and by how much the limit may be extended, and who signs."""

    max_count = fields.Integer(required=True, validate=validate.Range(min=0, max=99))
    max_amount = fields.String(validate=_AMOUNT)
    signer = _text()
    basis = _text()


class LimitSchema(Schema):
    amount = fields.String(required=True, validate=_AMOUNT)
    unit = fields.String(required=True, validate=_UNIT)
    day_ends_at = fields.String(required=True, allow_none=True, validate=_CLOSING)
    convention = fields.String(validate=_CONVENTION)
    text = _text()
    basis = _text()
    channels = fields.Dict(
        keys=fields.String(validate=validate.OneOf(["counter", "online", "post"])),
        values=fields.Nested(ChannelLimitSchema),
    )
    decision = fields.String(validate=validate.Length(min=1))
    starts_at = fields.String()
    ends_at = fields.String()
    warn_before = fields.String(validate=validate.Regexp(r"^P(\d+(\.\d+)?D|T\d+H)$"))
    pauses = fields.List(fields.Nested(PauseRuleSchema))
    extensions = fields.Nested(ExtensionRuleSchema)
    phases = fields.List(fields.Nested(PhaseSchema), validate=validate.Length(max=9))


class FeeSchema(Schema):
    amount = fields.Integer(required=True, validate=validate.Range(min=0))
    text = _text()


class PaperSchema(Schema):
    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]+$"))
    name = _text()
    form = fields.String(
        required=True, validate=validate.OneOf(["original", "copy", "electronic", "data"])
    )
    copies = fields.Integer(required=True, validate=validate.Range(min=1))
    required = fields.Boolean(required=True)
    note = fields.Nested(TextSchema, required=True)


class ResultSchema(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"^(KQ\.[A-Z]\d+\.\d{6})?$"))
    name = _text()


class StageSchema(Schema):
    id = fields.String(required=True)
    name = _text()
    doing = _text()
    elements = fields.List(fields.String(), required=True, validate=validate.Length(min=1))


class FactsSchema(Schema):
    """The facts sheet of a procedure."""

    process_id = fields.String(required=True)
    code = fields.String(required=True, validate=validate.Regexp(r"^(\d\.\d{6}(\.[A-Z]\d+)?)?$"))
    name = _text()
    field = _text()
    level = fields.String(
        required=True, validate=validate.OneOf(["commune", "province", "ministry"])
    )
    online_level = fields.String(validate=validate.OneOf(["full", "partial", "none"]))
    decision = fields.String(required=True)
    legal_basis = fields.List(
        fields.Nested(FilledTextSchema), required=True, validate=validate.Length(min=1)
    )
    limit = fields.Nested(LimitSchema, required=True)
    fee = fields.Nested(FeeSchema, required=True)
    papers = fields.List(fields.Nested(PaperSchema), required=True)
    results = fields.List(fields.Nested(ResultSchema), required=True)
    applicants = _text()
    stages = fields.List(
        fields.Nested(StageSchema), required=True, validate=validate.Length(min=1, max=6)
    )
    element_names = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.String())
    )
    source = fields.String(required=True, validate=validate.Length(min=1))


def _leaves(messages: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the place and first message of every mistake."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _leaves(inner, (*path, str(key)) if key != "_schema" else path)
    else:
        yield ".".join(path), str(messages[0])


def _wrong(path: str, message: str) -> engine.Finding:
    if message == _MISSING:
        problem = N_("The facts sheet does not say “%(path)s”.")
    elif message == _UNKNOWN:
        problem = N_("The facts sheet says “%(path)s”, which means nothing here.")
    else:
        problem = N_("What the facts sheet says as “%(path)s” is not valid.")
    return _finding(
        problem,
        N_("Write it as in the facts sheet of a shipped procedure."),
        path=path or FACTS_FILE,
    )


def _unreadable(line: int | None) -> engine.Finding:
    return _finding(
        N_("The facts sheet is not valid JSON."),
        N_("Open it in an editor that shows mistakes in JSON, and correct the line."),
        line=line,
    )


def _strangers(
    facts: Mapping[str, Any], definitions: Collection[engine.Definitions]
) -> Iterator[engine.Finding]:
    """Yield the process or elements that the sheet names and the model does not have."""
    known = {name for one in definitions for name in one.element_lines}
    if not any(facts["process_id"] in one.processes for one in definitions):
        yield _finding(
            N_("The facts sheet is about “%(id)s”; the upload has no process of that id."),
            N_("Write the id of your process as process_id."),
            id=facts["process_id"],
        )
        return
    named = [name for stage in facts["stages"] for name in stage["elements"]]
    parts = [facts["limit"], *facts["limit"].get("phases", [])]
    named += [part[end] for part in parts for end in ("starts_at", "ends_at") if part.get(end)]
    named += [name for names in facts.get("element_names", {}).values() for name in names]
    for name in sorted(set(named) - known):
        yield _finding(
            N_("The facts sheet names “%(id)s”; the model has no such element."),
            N_("Write the id as it stands in the model, or take it out of the sheet."),
            id=name,
        )


def _uncountable(limit: Mapping[str, Any]) -> Iterator[engine.Finding]:
    """Yield the limits whose amount does not fit what they count."""
    channels = [(f"channels.{key}", {**limit, **own}) for key, own in _channels(limit)]
    phases = [(f"phases.{n}", one) for n, one in enumerate(limit.get("phases", []))]
    for path, told in [("", limit), *channels, *phases]:
        counted = limit_of(told)
        try:
            if counted is not None:
                counted.plain_due(_ANY_MORNING, agency_calendar())
        except engine.EngineError:
            yield _finding(
                N_("The limit “%(amount)s” does not fit its unit %(unit)s."),
                N_("Write days as P3D, hours as PT4H, months as P2M with the unit month."),
                amount=told.get("amount"),
                unit=told.get("unit"),
                path=".".join(part for part in ("limit", path) if part),
            )


def _unknown_decision(limit: Mapping[str, Any], files: engine.Files) -> Iterator[engine.Finding]:
    wanted = limit.get("decision")
    if not wanted:
        return
    try:
        known = dmn.find_model(dmn.read_models(files), wanted) is not None
    except dmn.DecisionError:
        return  # the checks of the decision tables say what is wrong with them
    if not known:
        yield _finding(
            N_("The limit names the decision “%(id)s”, which is not in the upload."),
            N_("Upload the .dmn file with it, or correct the name."),
            id=wanted,
        )


def _channels(limit: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from limit.get("channels", {}).items()


def _finding(
    problem: str, remedy: str, line: int | None = None, **params: object
) -> engine.Finding:
    return engine.Finding(
        "facts-sheet",
        engine.Severity.ERROR,
        problem,
        remedy,
        file=FACTS_FILE,
        line=line,
        params=params,
    )
