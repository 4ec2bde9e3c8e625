"""What no product can beat: the same gunicorn with a view that parses JSON and commits one row.

Every commit waits for the disk, as ours does. Run as ``python -m benchmarks.limit URL PORT``.
"""

import sqlite3
import sys
import threading
from typing import Any

import orjson
import psycopg
from flask import Flask, request
from gunicorn.app.base import BaseApplication
from sqlalchemy import make_url

from webapp.cli.even_worker import Connections
from webapp.cli.server import THREADS

WORKERS = 2
TABLE = "CREATE TABLE IF NOT EXISTS limit_row (id INTEGER PRIMARY KEY {}, body TEXT NOT NULL)"


class _Sqlite:
    """One connection for each thread, waiting for the disk at every commit."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._own = threading.local()

    def keep(self, body: str) -> None:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO limit_row (body) VALUES (?)", (body,))
        connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "connection"):
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=10)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(TABLE.format(""))
            self._own.connection = connection
        return self._own.connection  # type: ignore[no-any-return]


class _Postgresql:
    def __init__(self, address: str) -> None:
        self._address = address
        self._own = threading.local()
        with psycopg.connect(address) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(1)")
            connection.execute(TABLE.format("GENERATED ALWAYS AS IDENTITY"))

    def keep(self, body: str) -> None:
        if not hasattr(self._own, "connection"):
            self._own.connection = psycopg.connect(self._address, autocommit=True)
        self._own.connection.execute("INSERT INTO limit_row (body) VALUES (%s)", (body,))


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, url: str, port: int) -> None:
        self._url, self._port = url, port
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._port}",
            "workers": WORKERS,
            "threads": THREADS,
            **Connections().settings(),
            "loglevel": "warning",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        address = make_url(self._url)
        kept: Any
        if address.get_backend_name() == "sqlite":
            kept = _Sqlite(f"{address.database}-limit")
        else:
            kept = _Postgresql(
                address.set(drivername="postgresql").render_as_string(hide_password=False)
            )
        app = Flask(__name__)

        @app.post("/complete")
        def complete() -> tuple[str, int]:
            asked = orjson.loads(request.get_data())
            kept.keep(orjson.dumps(asked["variables"]).decode())
            return "", 204

        @app.get("/health/ready")
        def ready() -> tuple[str, int]:
            return "", 200

        return app


if __name__ == "__main__":
    _Server(sys.argv[1], int(sys.argv[2])).run()
