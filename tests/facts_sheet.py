"""What a complete facts sheet (``facts.json``) of a procedure has to say."""

from marshmallow import Schema, fields, validate


class TextSchema(Schema):
    vi = fields.String(required=True)
    en = fields.String(required=True)


class FilledTextSchema(Schema):
    vi = fields.String(required=True, validate=validate.Length(min=1))
    en = fields.String(required=True, validate=validate.Length(min=1))


def _text() -> fields.Nested:
    return fields.Nested(FilledTextSchema, required=True)


class LimitSchema(Schema):
    amount = fields.String(required=True, validate=validate.Regexp(r"^P(\d+D|T\d+H)$"))
    unit = fields.String(
        required=True, validate=validate.OneOf(["working_day", "calendar_day", "working_hour"])
    )
    day_ends_at = fields.String(
        required=True, allow_none=True, validate=validate.Regexp(r"^\d\d:\d\d$")
    )
    text = _text()
    basis = _text()


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
    code = fields.String(required=True, validate=validate.Regexp(r"^KQ\.[A-Z]\d+\.\d{6}$"))
    name = _text()


class StageSchema(Schema):
    id = fields.String(required=True)
    name = _text()
    doing = _text()
    elements = fields.List(fields.String(), required=True, validate=validate.Length(min=1))


class FactsSchema(Schema):
    """The facts sheet of a procedure."""

    process_id = fields.String(required=True)
    code = fields.String(required=True, validate=validate.Regexp(r"^\d\.\d{6}$"))
    name = _text()
    field = _text()
    level = fields.String(
        required=True, validate=validate.OneOf(["commune", "province", "ministry"])
    )
    decision = fields.String(required=True)
    legal_basis = fields.List(
        fields.Nested(FilledTextSchema), required=True, validate=validate.Length(min=1)
    )
    limit = fields.Nested(LimitSchema, required=True)
    fee = fields.Nested(FeeSchema, required=True)
    papers = fields.List(fields.Nested(PaperSchema), required=True, validate=validate.Length(min=1))
    results = fields.List(
        fields.Nested(ResultSchema), required=True, validate=validate.Length(min=1)
    )
    applicants = _text()
    stages = fields.List(
        fields.Nested(StageSchema), required=True, validate=validate.Length(min=3, max=6)
    )
    element_names = fields.Dict(required=True)
    source = fields.String(required=True, validate=validate.Length(min=1))
