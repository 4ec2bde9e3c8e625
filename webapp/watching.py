"""Times each request of an application, and tells the log of those that change something."""

import logging
import os
from threading import Lock
from time import perf_counter

from flask import Flask, Response, g, request

from webapp import metrics
from webapp.db import Database
from webapp.product import database

log = logging.getLogger(__name__)
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_told: dict[str, tuple[int, int]] = {}  # by state: the process and what its gauge shows
_telling = Lock()


def install(app: Flask) -> None:
    """Time every request of ``app`` by the name of its endpoint; addresses would be countless.

    Those that may have changed something write a line into the log, with who asked.
    """
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = perf_counter()


def _end(response: Response) -> Response:
    seconds = perf_counter() - g.get("began", perf_counter())
    endpoint, status = request.endpoint or "unknown", response.status_code
    metrics.instruments().requests.labels(request.method, endpoint, status).observe(seconds)
    if request.method not in READING:
        told = {"method": request.method, "endpoint": endpoint, "status": status}
        log.info("request answered", extra={**told, "milliseconds": round(seconds * 1000)})
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
