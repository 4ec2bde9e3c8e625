"""Every refusal of the API as problem details (RFC 9457)."""

import logging
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from engine.errors import EngineError
from webapp.errors import ProductError, UnavailableError
from webapp.forms.messages import Message, message_of
from webapp.statuses import status_of

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 10  # of a database that is away
_CODES = {  # of refusals that have no error class of ours
    400: "malformed",
    401: "key_required",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
}


def install(app: Flask) -> None:
    """Answer every error of ``app`` with a problem."""
    app.register_error_handler(ProductError, _refusal)
    app.register_error_handler(EngineError, _engine_refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _mistake)


def _refusal(error: ProductError) -> Response:
    findings = getattr(error, "findings", None)
    more: dict[str, Any] = {}
    if findings is not None:
        more["findings"] = [_finding(one) for one in findings]
    complaints = getattr(error, "complaints", None)
    if complaints is not None:
        more["errors"] = {name: [sentence(one)] for name, one in complaints.items()}
    answer = _problem(status_of(error), error.code, _words(error), more)
    if isinstance(error, UnavailableError):
        facts = {"path": request.path, "reason": error.reason}
        log.error("database or disk cannot serve", extra=facts)
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _engine_refusal(error: EngineError) -> Response:
    log.warning("engine refused", extra={"code": error.code, "element_id": error.element_id})
    more = {"element_id": error.element_id, "line": error.line, "file": error.file}
    found = {name: value for name, value in more.items() if value is not None}
    return _problem(status_of(error), error.code, _words(error), found)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    messages: Mapping[str, Any] = getattr(error, "data", {}).get("messages") or {}
    more = {"errors": messages} if messages else {}
    answer = _problem(status, _CODES.get(status, "refused"), error.description or "", more)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if error.response is None:
        kept = {"Allow", "Retry-After"}
        answer.headers.extend((k, v) for k, v in error.get_headers() if k in kept)
    return answer


def _mistake(error: Exception) -> Response:
    log.error("request failed", exc_info=error, extra={"path": request.path})
    return _problem(500, "mistake", gettext("The program made a mistake"), {})


def _problem(status: int, code: str, detail: str, more: Mapping[str, Any]) -> Response:
    told = {
        "type": f"urn:motcua:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return Response(orjson.dumps(told), status, mimetype=MEDIA_TYPE)


def _words(error: ProductError | EngineError) -> str:
    params = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in error.params.items()
    }
    return sentence(message_of(error.message, params))


def sentence(message: Message) -> str:
    params = {
        name: sentence(one) if isinstance(one, Message) else one
        for name, one in message.params.items()
    }
    return gettext(message.template, **params)


def _finding(finding: Any) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "element_id": finding.element_id,
        "problem": sentence(message_of(finding.problem, finding.params)),
        "remedy": sentence(message_of(finding.remedy, finding.params)),
    }
