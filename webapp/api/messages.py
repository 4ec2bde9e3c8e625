"""Messages, signals and conditions: another program tells what happened."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from webapp import clock
from webapp.api.guard import current_actor
from webapp.api.keys import KEY_PARAMETER, idempotency_key
from webapp.operations import conditions, messages
from webapp.operations.once import once
from webapp.product import database

bp = Blueprint(
    "messages", __name__, url_prefix="/v1", description="What happened outside, for who waits."
)


class SignalSchema(Schema):
    """What everybody who waits for it shall know."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    variables = fields.Dict(keys=fields.String(), load_default=dict)


class MessageSchema(SignalSchema):
    """What one instance shall know."""

    correlation_key = fields.String(load_default=None, allow_none=True)


class ConditionsSchema(Schema):
    """How things stand outside."""

    variables = fields.Dict(keys=fields.String(), required=True)


class DeliveredSchema(Schema):
    """Whom a message reached."""

    instance_id = fields.UUID(required=True)


class BroadcastSchema(Schema):
    """Whom a signal reached, or what has begun."""

    instance_ids = fields.List(fields.UUID(), required=True)


@bp.post("/messages")
@bp.arguments(MessageSchema)
@bp.response(200, DeliveredSchema)
@bp.doc(parameters=[KEY_PARAMETER])
def send(asked: dict[str, Any]) -> dict[str, Any]:
    """Bring a message to the one instance that waits for it, or start the process that listens."""
    actor, at = current_actor(), clock.now()
    with database().transaction() as session:
        reached = once(
            session,
            idempotency_key(),
            actor,
            at,
            lambda: str(messages.send(session, **asked, actor=actor, at=at)),
            request=["message", asked],
        )
    return {"instance_id": reached}


@bp.post("/signals")
@bp.arguments(SignalSchema)
@bp.response(200, BroadcastSchema)
@bp.doc(parameters=[KEY_PARAMETER])
def broadcast(asked: dict[str, Any]) -> dict[str, Any]:
    """Bring a signal to every instance that waits for it, and start the processes that listen."""
    actor, at = current_actor(), clock.now()
    with database().transaction() as session:
        reached = once(
            session,
            idempotency_key(),
            actor,
            at,
            lambda: [str(one) for one in messages.broadcast(session, **asked, actor=actor, at=at)],
            request=["signal", asked],
        )
    return {"instance_ids": reached}


@bp.post("/conditions")
@bp.arguments(ConditionsSchema)
@bp.response(200, BroadcastSchema)
@bp.doc(parameters=[KEY_PARAMETER])
def tell(asked: dict[str, Any]) -> dict[str, Any]:
    """Start an instance at every conditional start event that is true for these variables."""
    actor, at = current_actor(), clock.now()
    with database().transaction() as session:
        begun = once(
            session,
            idempotency_key(),
            actor,
            at,
            lambda: [str(one) for one in conditions.tell(session, **asked, actor=actor, at=at)],
            request=["conditions", asked],
        )
    return {"instance_ids": begun}
