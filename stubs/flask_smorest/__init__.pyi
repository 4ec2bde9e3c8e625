from collections.abc import Callable
from typing import Any, TypeVar

import flask
from apispec import APISpec
from marshmallow import Schema

_F = TypeVar("_F", bound=Callable[..., Any])
_Schema = type[Schema] | Schema

class Api:
    spec: APISpec
    def __init__(self, app: flask.Flask | None = None) -> None: ...
    def register_blueprint(self, blp: Blueprint) -> None: ...
    def _register_error_handlers(self) -> None: ...

class Blueprint(flask.Blueprint):
    description: str
    def __init__(
        self, name: str, import_name: str, *, url_prefix: str = ..., description: str = ...
    ) -> None: ...
    def arguments(
        self,
        schema: _Schema,
        *,
        location: str = ...,
        content_type: str | None = ...,
        required: bool = ...,
        description: str = ...,
        example: Any = ...,
        **options: Any,
    ) -> Callable[[_F], _F]: ...
    def response(
        self, status_code: int, schema: _Schema | None = None, *, description: str = ...
    ) -> Callable[[Callable[..., Any]], Callable[..., flask.Response]]: ...
    def doc(self, **options: Any) -> Callable[[_F], _F]: ...
