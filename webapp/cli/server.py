"""gunicorn with the product inside and the worker beside it."""

import gc
import subprocess
import sys
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from webapp import metrics
from webapp.app import create_app
from webapp.cli.even_worker import Connections
from webapp.config import Config

GRACEFUL_SECONDS = 10  # for requests that run when the server is stopped
JOB_SECONDS = 60  # for what the worker has in hand; then it finishes by itself
THREADS = 4  # per process
KEEP_SECONDS = 75  # an idle connection; nginx ends one after 60, so it never asks on a line we end


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The pages on the configured address; ``run`` returns when it was stopped."""

    def __init__(self, config: Config, *, with_worker: bool = True) -> None:
        self._config = config
        self._with_worker = with_worker
        self._worker: subprocess.Popen[bytes] | None = None
        self._connections = Connections()
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn where to listen and what to start beside itself."""
        settings: dict[str, Any] = {
            "bind": f"{self._config.host}:{self._config.port}",
            "workers": self._config.web_workers,
            "threads": THREADS,
            **self._connections.settings(),
            "child_exit": self._forget,
            "keepalive": KEEP_SECONDS,
            "graceful_timeout": GRACEFUL_SECONDS,
            "loglevel": "warning",
            "proc_name": "motcua",
            "control_socket_disable": True,  # it would lie in a folder that machines may share
            "when_ready": self._start_worker,
            "on_exit": self._stop_worker,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the product; called in every process after the fork, so that each has a pool."""
        app = create_app(self._config)
        gc.collect()
        gc.freeze()  # what is loaded stays: no search for garbage needs to go through it again
        return app

    def _start_worker(self, _arbiter: object) -> None:
        if not self._with_worker:
            return
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "worker", "--beside-parent"]
        )

    def _stop_worker(self, _arbiter: object) -> None:
        if self._worker is not None:
            self._worker.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._worker.wait(JOB_SECONDS)

    def _forget(self, arbiter: object, worker: Any) -> None:
        """Stop counting the connections of a process that ended."""
        self._connections.leave(arbiter, worker)
        metrics.forget_process(worker.pid)
