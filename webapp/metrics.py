"""What this process has done, counted for whoever watches: Prometheus counters and histograms.

The processes of one machine write to files of one folder and any of them answers for all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from webapp.config import counting_folder, name_counting_folder

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)  # seconds
_REQUEST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


_first = Lock()


@dataclass(frozen=True, slots=True)
class Instruments:
    """Everything that is counted."""

    requests: "Histogram"
    steps: "Histogram"
    refused_steps: "Counter"
    jobs: "Counter"
    timers: "Counter"
    connections: "Gauge"


def use_folder(folder: Path, *, fresh: bool) -> None:
    """Let this process and those it starts count together in ``folder``.

    ``fresh`` forgets what an earlier run left. To be called before anything is counted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        for path in folder.glob("*.db"):
            path.unlink(missing_ok=True)
    name_counting_folder(folder)


def instruments() -> Instruments:
    """Return the counters of this process."""
    with _first:  # threads of a worker may ask at the same moment
        return _instruments()


@cache
def _instruments() -> Instruments:
    from prometheus_client import Counter, Gauge, Histogram  # noqa: PLC0415  (after use_folder)

    return Instruments(
        requests=Histogram(
            "motcua_http_request_seconds",
            "Time to answer a request, by page or resource.",
            ("method", "endpoint", "status"),
            buckets=_REQUEST,
        ),
        steps=Histogram(
            "motcua_engine_step_seconds",
            "Time of the engine for one command.",
            ("command",),
            buckets=_QUICK,
        ),
        refused_steps=Counter(
            "motcua_engine_refused", "Commands that the engine refused.", ("command",)
        ),
        jobs=Counter("motcua_jobs", "Jobs that were tried.", ("topic", "result")),
        timers=Counter("motcua_timers", "Timers that came due.", ("result",)),
        connections=Gauge(
            "motcua_database_connections",
            "Connections to the database, by state.",
            ("state",),
            multiprocess_mode="livesum",
        ),
    )


@contextmanager
def step(command: str) -> Iterator[None]:
    """Time one command of the engine; one that raises is counted as refused."""
    began = perf_counter()
    try:
        yield
    except Exception:
        instruments().refused_steps.labels(command).inc()
        raise
    instruments().steps.labels(command).observe(perf_counter() - began)


def forget_process(pid: int) -> None:
    """Stop adding what a process that ended held open."""
    if counting_folder():
        from prometheus_client import multiprocess  # noqa: PLC0415  (after use_folder)

        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]


def answer(port: int) -> None:
    """Answer Prometheus on ``port`` of this machine, for a worker that stands alone."""
    from prometheus_client import start_http_server  # noqa: PLC0415  (after use_folder)

    start_http_server(port, addr="127.0.0.1", registry=registry())


def registry() -> "CollectorRegistry":
    """Return a registry that answers for all processes of the folder, or for this one."""
    from prometheus_client import REGISTRY, CollectorRegistry, multiprocess  # noqa: PLC0415

    instruments()
    if not counting_folder():
        return REGISTRY
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
