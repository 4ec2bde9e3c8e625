"""A person at the pages: keeps cookies, sends form tokens, follows nothing by itself."""

import re
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from webapp import clock
from webapp.app import create_app
from webapp.config import Config
from webapp.db import Database
from webapp.operations import people
from webapp.pages.guard import SESSION_COOKIE

PASSWORD = "motcua-test"
_TOKEN = re.compile(r'name="csrf[_-]token" (?:value|content)="([^"]+)"')


def product(database: Database, **settings: Any) -> Flask:
    """Return the product on a test's database."""
    config = Config(
        secret_key="only for tests, never elsewhere", database_url=database.url, **settings
    )
    return create_app(config, database)


class Visitor:
    """One browser without scripts. English unless told otherwise."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client = app.test_client()
        self.language = language

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={"Accept-Language": self.language, **headers})

    def post(
        self,
        path: str,
        data: dict[str, object] | None = None,
        *,
        token: str | None = None,
        **headers: str,
    ) -> TestResponse:
        sent = {"csrf_token": self.token() if token is None else token, **(data or {})}
        return self.client.post(
            path,
            data=sent,
            headers={"Accept-Language": self.language, **headers},
            content_type="multipart/form-data",
        )

    def upload(self, path: str, files: dict[str, bytes]) -> TestResponse:
        return self.post(path, {"files": [(BytesIO(text), name) for name, text in files.items()]})

    def token(self) -> str:
        for path in ("/people/new", "/sign-in", "/no-such-page"):
            found = _TOKEN.search(self.get(path).text)
            if found:
                return found[1]
        raise AssertionError("no page gave a form token")


def signed_in(app: Flask, database: Database, username: str, language: str = "en") -> Visitor:
    """Return a visitor with a session of that person."""
    with database.transaction() as session:
        _, secret = people.sign_in(session, username, PASSWORD, clock.now())
    visitor = Visitor(app, language)
    visitor.client.set_cookie(SESSION_COOKIE, secret)
    return visitor
