"""The header that makes a request safe to repeat."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from webapp import clock
from webapp.actors import Actor
from webapp.api.guard import current_actor
from webapp.operations.once import once

HEADER = "Idempotency-Key"
KEY_PARAMETER = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "maxLength": 200},
    "description": "A request with the same key and body is carried out once, for seven days.",
}


def idempotency_key() -> str | None:
    """Return the key of this request, or None."""
    return request.headers.get(HEADER)


def carried_out(session: Session, command: Callable[[Actor, datetime], Any], asked: object) -> Any:
    """Carry out a command of this request, once for its key, and return its outcome.

    ``asked`` is what the body and the address say: the same key with another question is refused.
    """
    actor, at = current_actor(), clock.now()
    asked = [request.method, request.path, asked]
    return once(session, idempotency_key(), actor, at, lambda: command(actor, at), request=asked)
