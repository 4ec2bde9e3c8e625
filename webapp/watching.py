"""Times each request of an application, and answers ``/metrics`` for Prometheus."""

import os
from threading import Lock
from time import perf_counter

from flask import Flask, Response, g, request

from webapp import metrics
from webapp.db import Database
from webapp.product import database

_told: dict[str, tuple[int, int]] = {}  # by state: the process and what its gauge shows
_telling = Lock()


def install(app: Flask) -> None:
    """Time every request of ``app`` by the name of its endpoint; addresses would be countless."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = perf_counter()


def _end(response: Response) -> Response:
    seconds = perf_counter() - g.get("began", perf_counter())
    counted = metrics.instruments()
    counted.requests.labels(
        request.method, request.endpoint or "unknown", response.status_code
    ).observe(seconds)
    _count_connections(database())
    return response


def _count_connections(used: Database) -> None:
    pool = used.sql_engine.pool
    _tell("in use", getattr(pool, "checkedout", int)())
    _tell("idle", getattr(pool, "checkedin", int)())


def _tell(state: str, count: int) -> None:
    """Set a gauge of connections, unless it shows the number: mostly the same at every request."""
    shown = os.getpid(), count  # a process that was forked has gauges of its own
    if _told.get(state) == shown:
        return
    with _telling:
        metrics.instruments().connections.labels(state).set(count)
        _told[state] = shown
