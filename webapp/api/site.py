"""The API as an application of its own: no cookies, no forms, no pages, one kind of error."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider
from flask_babel import Babel
from flask_smorest import Api, Blueprint

from webapp import product, watching
from webapp.api import (
    deployments,
    dossiers,
    external_jobs,
    guard,
    instances,
    messages,
    problems,
    user_tasks,
)
from webapp.api.language import language
from webapp.calendars import TIMEZONE

PREFIX = "/api"
VERSION = "1.0"
RESOURCES: tuple[Blueprint, ...] = (
    user_tasks.bp,
    dossiers.bp,
    instances.bp,
    messages.bp,
    deployments.bp,
    external_jobs.bp,
)

_DESCRIPTION = (
    "Everything that people do on the pages, for programs. Sign requests with an API key:"
    " `Authorization: Bearer mck_…`. Refusals are problem details (RFC 9457)."
)
_TRANSLATIONS = Path(__file__).parents[1] / "translations"


def create_site(running: product.Product) -> Flask:
    """Return the application that answers below ``/api``."""
    app = _Site("webapp.api", static_folder=None)
    app.json = _OrjsonProvider(app)
    app.config.from_mapping(_settings(running))
    product.attach(app, running)
    watching.install(app)
    guard.install(app, running.config)
    problems.install(app)
    Babel(app, locale_selector=language, timezone_selector=lambda: TIMEZONE)
    app.after_request(_set_headers)
    _register(app, RESOURCES)
    return app


class _Site(Flask):
    """A Flask application all of whose functions are plain ones."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: none is async, so that none is asked ten times a request."""
        return func


class _OrjsonProvider(JSONProvider):
    """JSON by orjson. Fractions come in as floats; the engine keeps them as exact decimals."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        content = orjson.dumps(self._prepare_response_obj(args, kwargs))
        return Response(content, mimetype="application/json")


class _Api(Api):
    """flask-smorest, without its own error handlers: ``problems`` answers every refusal."""

    def _register_error_handlers(self) -> None:
        """Leave the errors to ``problems``."""


def _register(app: Flask, resources: Iterable[Blueprint]) -> None:
    api = _Api(app)
    api.spec.components.security_scheme("api_key", {"type": "http", "scheme": "bearer"})
    for blueprint in resources:
        api.register_blueprint(blueprint)


def _settings(running: product.Product) -> dict[str, object]:
    return {
        "MAX_CONTENT_LENGTH": running.config.max_upload_bytes,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(_TRANSLATIONS),
        "API_TITLE": "Motcua",
        "API_VERSION": VERSION,
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "info": {"description": _DESCRIPTION},
            "servers": [{"url": PREFIX}],
            "security": [{"api_key": []}],
        },
    }


def _set_headers(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
