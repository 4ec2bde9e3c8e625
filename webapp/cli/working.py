"""The command that runs a worker: beside the server, alone, or behind a broker."""

import logging
import os
import signal
import threading
from collections.abc import Mapping

import click
from gunicorn.systemd import sd_notify

from webapp import metrics
from webapp.cli import house
from webapp.config import Config, ConfigError
from webapp.db import Database
from webapp.demo.standins import STAND_INS
from webapp.stores import file_store
from webapp.worker.batches import Batches
from webapp.worker.carrier import Carrier, celery_app
from webapp.worker.doing import Doer, Handler
from webapp.worker.handlers import HANDLERS
from webapp.worker.loop import Worker
from webapp.worker.outside import outside_handlers, post_of

WATCH_SECONDS = 2.0


@click.command()
@click.option("--beside-parent", is_flag=True, hidden=True, help="Stop when the parent is gone.")
@click.option("--celery", is_flag=True, help="Do the jobs that the broker brings, nothing else.")
@click.option("--metrics-port", type=int, help="Answer Prometheus on this port of this machine.")
@house.refusals_are_told
def worker(*, beside_parent: bool, celery: bool, metrics_port: int | None) -> None:
    """Fire due timers and do due jobs, until stopped."""
    config = house.settings()
    if metrics_port is not None:
        metrics.answer(metrics_port)
    if celery:
        _receive(config)
        return
    stop = threading.Event()
    if beside_parent:
        threading.Thread(target=_watch_parent, args=(stop, os.getppid()), daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with house.migrated(config) as database:
        outside = outside_handlers(config, database)
        carrier = _carrier(config, database) if config.outside.broker_url else None
        batches = Batches(database, file_store(config), post_of(config, database))
        one = Worker(database, _inside(config), outside=outside, carrier=carrier, batches=batches)
        if not beside_parent:
            _say_ready()
        one.run(stop, poll_seconds=config.worker_poll_seconds)


def _receive(config: Config) -> None:
    if not config.outside.broker_url:
        raise ConfigError("MOTCUA_BROKER_URL is not set: there is no broker to receive from")
    with house.migrated(config) as database:
        _say_ready()
        _carrier(config, database).receive()


def _say_ready() -> None:
    """Tell systemd, where it started this process and waits for it, that the work begins."""
    sd_notify("READY=1", logging.getLogger(__name__))


def _carrier(config: Config, database: Database) -> Carrier:
    doer = Doer(database, _inside(config), outside_handlers(config, database))
    return Carrier(celery_app(config.outside.broker_url), database, doer)


def _inside(config: Config) -> Mapping[str, Handler]:
    """Return our own handlers; in the demo those that stand in for other agencies' systems, too."""
    return {**HANDLERS, **STAND_INS} if config.demo else HANDLERS


def _watch_parent(stop: threading.Event, parent: int) -> None:
    """Set ``stop`` when the server that started this worker died without saying so."""
    while not stop.wait(WATCH_SECONDS):
        if os.getppid() != parent:
            stop.set()
