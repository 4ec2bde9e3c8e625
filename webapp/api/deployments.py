"""Deployments: check files, publish them, list what is published."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from engine import Finding
from engine.texts import N_
from webapp.actors import Actor
from webapp.api.keys import KEY_PARAMETER, carried_out
from webapp.api.problems import sentence
from webapp.errors import RejectedError
from webapp.forms.messages import message_of
from webapp.operations import deployments
from webapp.product import database
from webapp.queries.procedures import Procedure, procedures

bp = Blueprint(
    "deployments", __name__, url_prefix="/v1", description="Procedures: checked and published."
)
FIELD = "files"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {
                        FIELD: {
                            "type": "array",
                            "items": {"type": "string", "contentMediaType": "application/zip"},
                            "description": ".bpmn, .form, .dmn, .tests.json, facts.json or a zip",
                        },
                        "note": {"type": "string", "description": "What is new."},
                    },
                }
            }
        },
    }
}


def _said(template: str, params: Mapping[str, object]) -> str:
    return sentence(message_of(template, params))


class FindingSchema(Schema):
    """One remark of the checks."""

    rule = fields.String(required=True)
    severity = fields.String(required=True)
    file = fields.String(required=True)
    line = fields.Integer(required=True, allow_none=True)
    column = fields.Integer(required=True, allow_none=True)
    element_id = fields.String(required=True, allow_none=True)
    problem = fields.Function(lambda one: _said(one.problem, one.params), required=True)
    remedy = fields.Function(lambda one: _said(one.remedy, one.params), required=True)


class PublishedSchema(Schema):
    """What was published, as ``key version``."""

    versions = fields.List(fields.String(), required=True)


class ProcedureSchema(Schema):
    """A procedure by its newest version."""

    process_key = fields.String(required=True, attribute="latest.names.key")
    process_version = fields.Integer(required=True, attribute="latest.number")
    name = fields.String(required=True, attribute="latest.names.name")
    checksum = fields.String(required=True, attribute="latest.checksum")
    published_at = fields.AwareDateTime(required=True, attribute="latest.published_at")
    running = fields.Integer(required=True)
    dossiers = fields.Integer(required=True)


@bp.get("/procedures")
@bp.response(200, ProcedureSchema(many=True))
def listed() -> list[Procedure]:
    """Return every published procedure."""
    with database().reading() as session:
        return list(procedures(session))


@bp.post("/lint")
@bp.response(200, FindingSchema(many=True))
@bp.doc(**_BODY)
def lint() -> list[Finding]:
    """Check files and return every remark, errors first. Nothing is kept."""
    return list(deployments.check(_files()))


@bp.post("/deployments")
@bp.response(201, PublishedSchema)
@bp.doc(**_BODY, parameters=[KEY_PARAMETER])
def publish() -> dict[str, Any]:
    """Publish the processes of these files as their next versions."""
    files, note = _files(), request.form.get("note", "")
    name = next(iter(request.files.values())).filename or FIELD
    sent = {one: sha256(content).hexdigest() for one, content in files.items()}
    with database().transaction() as session:

        def command(actor: Actor, at: datetime) -> list[str]:
            draft = deployments.save_draft(session, files, name, actor=actor, at=at)
            deployments.publish(session, draft, note=note, actor=actor, at=at)
            return list(deployments.versions(session, draft))

        return {"versions": carried_out(session, command, [sent, note])}


def _files() -> dict[str, bytes]:
    sent = request.files.getlist(FIELD)
    if not sent:
        raise RejectedError(N_("Send the files of the procedure in the field “files”."))
    return deployments.read_upload((one.filename or "", one.read()) for one in sent)
