"""Dossiers: receive one, find them, read one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from engine.texts import N_
from webapp import clock
from webapp.actors import Actor
from webapp.api import answering, clocks
from webapp.api.guard import current_actor
from webapp.api.keys import KEY_PARAMETER, carried_out
from webapp.errors import NotFoundError
from webapp.operations import dossiers
from webapp.product import config, database
from webapp.queries.deadlines import clock_sheet
from webapp.queries.dossiers import (
    DossierFilter,
    DossierRow,
    DossierView,
    dossier_page,
    find_dossier,
)
from webapp.queries.received import Received, received

bp = Blueprint(
    "dossiers", __name__, url_prefix="/v1/dossiers", description="What applicants asked for."
)


class ReceiveSchema(Schema):
    """What an applicant hands in."""

    process_key = fields.String(required=True, validate=validate.Length(1, 200))
    applicant_name = fields.String(required=True)
    applicant_identity = fields.String(load_default="")
    applicant_phone = fields.String(load_default="")
    applicant_email = fields.String(load_default="")
    applicant_address = fields.String(load_default="")
    subject = fields.String(load_default="")
    channel = fields.String(load_default="online")
    answers = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"description": "Of the start form, by key: process variables."},
    )


class DossierRowSchema(Schema):
    """A dossier in a list. Instants are UTC."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    process_key = fields.String(required=True, attribute="procedure.key")
    process_version = fields.Integer(required=True, attribute="procedure.version")
    subject = fields.String(required=True)
    state = fields.Integer(
        required=True, metadata={"description": "One of the ten published states."}
    )
    received_at = fields.AwareDateTime(required=True)
    promised_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class DossierSchema(DossierRowSchema):
    """One dossier with what the applicant handed in."""

    instance_id = fields.UUID(required=True)
    channel = fields.String(required=True)
    applicant_name = fields.String(required=True)
    applicant_identity = fields.String(required=True)
    applicant_phone = fields.String(required=True)
    applicant_email = fields.String(required=True)
    applicant_address = fields.String(required=True)
    answers = fields.Dict(required=True)
    first_promised_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.String(required=True)


class ReceivedSchema(Schema):
    """What became of it."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    tracking_token = fields.String(required=True)
    promised_at = fields.AwareDateTime(required=True, allow_none=True)


class WantedSchema(Schema):
    """Which dossiers to list; all that are given must hold."""

    text = fields.String(load_default="", metadata={"description": "Code, applicant, subject."})
    procedure = fields.String(load_default="", metadata={"description": "A process key."})
    state = fields.Integer(load_default=None)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1000))


@bp.post("")
@bp.arguments(ReceiveSchema())  # made once, not at every request
@bp.response(201, ReceivedSchema())
@bp.doc(parameters=[KEY_PARAMETER])
def receive(asked: dict[str, Any]) -> Received:
    """Receive a dossier: give it a code and a promised instant, start its procedure.

    Answers that the start form asks for are checked as at the counter; 422 with a sentence for
    each field.
    """
    request = dict(asked)
    key, answers = request.pop("process_key"), request.pop("answers")
    with database().transaction() as session:

        def command(actor: Actor, at: datetime) -> str:
            procedure = dossiers.find_latest(session, key)
            checked = answering.checked_start(session, procedure, answers, at)
            dossier_id = dossiers.start_with(
                session,
                procedure,
                dossiers.DossierRequest(**request, answers=checked),
                actor=actor,
                at=at,
                agency_code=config().agency_code,
            )
            return str(dossier_id)

        return received(session, UUID(carried_out(session, command, asked)))


@bp.get("")
@bp.arguments(WantedSchema, location="query")
@bp.response(200, DossierRowSchema(many=True))
def listed(wanted: dict[str, Any]) -> list[DossierRow]:
    """Return a page of 25 of the dossiers that the key may see, newest first."""
    with database().reading() as session:
        return list(dossier_page(session, current_actor(), DossierFilter(**wanted)).rows)


@bp.get("/<uuid:dossier_id>")
@bp.response(200, DossierSchema)
def one(dossier_id: UUID) -> DossierView:
    """Return one dossier."""
    return dossier(dossier_id)


@bp.get("/<uuid:dossier_id>/clock")
@bp.response(200, clocks.ClockSheetSchema)
def dossier_clock(dossier_id: UUID) -> dict[str, Any]:
    """Return why its date is what it is: the sum line by line, with the article of each line."""
    with database().reading() as session:
        sheet = clock_sheet(session, dossier_id, current_actor(), clock.now())
    if sheet is None:
        raise NotFoundError(N_("There is no such dossier."))
    return clocks.told(sheet)


def dossier(dossier_id: UUID) -> DossierView:
    """Return a dossier that the key may see. Raises NotFoundError."""
    with database().reading() as session:
        found = find_dossier(session, dossier_id, current_actor())
    if found is None:
        raise NotFoundError(N_("There is no such dossier."))
    return found
