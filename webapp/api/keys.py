"""The header that makes a request safe to repeat."""

from flask import request

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
