"""A program at the API: shows its key, sends and reads JSON."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from webapp import clock
from webapp.actors import SYSTEM, Actor
from webapp.db import Database
from webapp.operations import api_keys


def key_of(database: Database, actor: Actor, **options: Any) -> str:
    """Return the secret of a new API key of that person."""
    assert actor.user_id is not None
    with database.transaction() as session:
        return api_keys.create(
            session, actor.user_id, name="test", actor=SYSTEM, at=clock.now(), **options
        )


class Program:
    """One caller with one key."""

    def __init__(self, app: Flask, key: str | None) -> None:
        self._client = app.test_client(use_cookies=False)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self._client.get(f"/api{path}", query_string=query, headers=self._headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {**self._headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self._client.post(f"/api{path}", json={} if body is None else body, headers=sent)

    def delete(self, path: str) -> TestResponse:
        return self._client.delete(f"/api{path}", headers=self._headers)

    def upload(self, path: str, files: dict[str, Any]) -> TestResponse:
        return self._client.post(f"/api{path}", data=files, headers=self._headers)


def program(app: Flask, database: Database, actor: Actor, **options: Any) -> Program:
    """Return a program that acts in the name of that person."""
    return Program(app, key_of(database, actor, **options))
