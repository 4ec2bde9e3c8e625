"""Process instances: start one, look at one with its variables, find them by business key."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from engine.model import InstanceStatus
from webapp import clock
from webapp.api.guard import current_actor
from webapp.api.keys import KEY_PARAMETER, idempotency_key
from webapp.operations import instances, modifying
from webapp.operations.once import once
from webapp.product import database
from webapp.queries import instances as queries
from webapp.storable import storable

bp = Blueprint(
    "instances",
    __name__,
    url_prefix="/v1/process-instances",
    description="Running and finished process instances.",
)


class StartSchema(Schema):
    """Which process to start, and with what."""

    process_key = fields.String(required=True, validate=validate.Length(1, 200))
    business_key = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(1, instances.MAX_KEY_LENGTH)
    )
    variables = fields.Dict(keys=fields.String(), load_default=dict)


class StartedSchema(Schema):
    """What was started."""

    id = fields.UUID(required=True)


class InstanceSchema(Schema):
    """One process instance."""

    id = fields.UUID(required=True)
    process_key = fields.String(required=True)
    process_version = fields.Integer(required=True)
    business_key = fields.String(required=True, allow_none=True)
    status = fields.String(
        required=True, validate=validate.OneOf([one.value for one in InstanceStatus])
    )
    started_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class VariablesSchema(Schema):
    """The variables of an instance as JSON: instants are ISO 8601, exact fractions text."""

    variables = fields.Dict(keys=fields.String(), required=True)


class WantedSchema(Schema):
    """Which instances to list."""

    process_key = fields.String(load_default=None)
    business_key = fields.String(load_default=None)
    after = fields.UUID(
        load_default=None, metadata={"description": "The id of the last one of the page before."}
    )


@bp.post("")
@bp.arguments(StartSchema)
@bp.response(201, StartedSchema)
@bp.doc(parameters=[KEY_PARAMETER])
def start(asked: dict[str, Any]) -> dict[str, Any]:
    """Start the newest version of a process."""
    actor, at = current_actor(), clock.now()
    with database().transaction() as session:
        started = once(
            session,
            idempotency_key(),
            actor,
            at,
            lambda: str(
                instances.start(
                    session,
                    asked["process_key"],
                    asked["variables"],
                    actor=actor,
                    at=at,
                    business_key=asked["business_key"],
                )
            ),
            request=asked,
        )
    return {"id": UUID(started)}


@bp.get("")
@bp.arguments(WantedSchema, location="query")
@bp.response(200, InstanceSchema(many=True))
def listed(wanted: dict[str, Any]) -> list[queries.Instance]:
    """Return the instances of a process or with a business key, newest first, a page at a time."""
    with database().reading() as session:
        return list(queries.instances(session, **wanted))


@bp.get("/<uuid:instance_id>")
@bp.response(200, InstanceSchema)
def instance(instance_id: UUID) -> queries.Instance:
    """Return one instance."""
    with database().reading() as session:
        return queries.get_instance(session, instance_id)


@bp.get("/<uuid:instance_id>/variables")
@bp.response(200, VariablesSchema)
def variables(instance_id: UUID) -> dict[str, Any]:
    """Return the variables of an instance."""
    with database().reading() as session:
        return {"variables": storable(modifying.variables(session, instance_id))}
