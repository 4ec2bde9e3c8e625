"""The HTTP status of every refusal, for pages and API alike. The one table of them."""

from engine.errors import CommandRejectedError, ExecutionError, InvalidModelError
from webapp.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
    StorageFullError,
    UnavailableError,
)

MISTAKE = 500
_STATUS: dict[type[Exception], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    ConflictError: 409,
    RejectedError: 422,
    StorageFullError: 507,
    UnavailableError: 503,
    CommandRejectedError: 409,
    ExecutionError: 422,
    InvalidModelError: 422,
}


def status_of(error: Exception) -> int:
    """Return the HTTP status that fits ``error``; MISTAKE for what is no refusal."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), MISTAKE)
