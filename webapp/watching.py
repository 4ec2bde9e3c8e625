"""Times each request of an application, and answers ``/metrics`` for Prometheus."""

from time import perf_counter

from flask import Flask, Response, g, request

from webapp import metrics
from webapp.db import Database
from webapp.product import database


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
    gauge = metrics.instruments().connections
    gauge.labels("in use").set(getattr(pool, "checkedout", int)())
    gauge.labels("idle").set(getattr(pool, "checkedin", int)())
