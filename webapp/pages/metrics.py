"""The figures of this house for Prometheus: what was done, what waits, how old it is."""

from collections.abc import Iterator, Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from engine.texts import N_
from webapp import clock, metrics
from webapp.errors import NotFoundError
from webapp.pages.product import config, database
from webapp.queries.load import Load, load

if TYPE_CHECKING:
    from prometheus_client import Metric

bp = Blueprint("metrics", __name__)
_HERE = frozenset({"127.0.0.1", "::1"})
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@bp.get("/metrics")
def show() -> Response:
    """Answer who knows the token; without one in the settings, this machine only."""
    if not _may_read():
        raise NotFoundError(N_("There is no such page."))
    with database().reading() as session:
        found = load(session, clock.now())
    return Response(_counted() + _looked_up(found), content_type=_TYPE)


def _may_read() -> bool:
    token = config().metrics_token
    if token:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return compare_digest(shown.encode(), token.encode())
    came_through_a_proxy = any(name in request.headers for name in _FORWARDED)
    return request.remote_addr in _HERE and not came_through_a_proxy


def _counted() -> bytes:
    from prometheus_client import generate_latest  # noqa: PLC0415  (after metrics.use_folder)

    return generate_latest(metrics.registry())


def _looked_up(found: Load) -> bytes:
    """Return what the database knows, for all machines together.

    Made anew for each answer: an instrument would write what it was told into the folder in which
    the processes count, and tell it again beside the new figures.
    """
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415
    from prometheus_client.registry import Collector  # noqa: PLC0415

    class Looked(Collector):
        def collect(self) -> "Iterator[Metric]":
            return _families(found)

    registry = CollectorRegistry()
    registry.register(Looked())
    return generate_latest(registry)


def _families(found: Load) -> "Iterator[Metric]":
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    by_label: tuple[tuple[str, str, str, Mapping[str, float]], ...] = (
        ("motcua_instances", "Process instances by status.", "status", found.instances),
        ("motcua_waiting", "What waits, by kind.", "kind", found.waiting),
        (
            "motcua_due_age_seconds",
            "How long the oldest thing that is due has waited.",
            "kind",
            found.due_age_seconds,
        ),
    )
    for name, text, label, values in by_label:
        family = GaugeMetricFamily(name, text, labels=(label,))
        for key, value in values.items():
            family.add_metric((key,), value)
        yield family
    for name, text, value in (
        (
            "motcua_user_tasks_overdue",
            "Open user tasks after their date.",
            found.overdue_user_tasks,
        ),
        ("motcua_incidents_open", "Incidents nobody has resolved.", found.open_incidents),
    ):
        yield GaugeMetricFamily(name, text, value=value)
