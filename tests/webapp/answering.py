"""A server of two processes that share their connections; it answers with who answers.

Run as ``python -m tests.webapp.answering PORT``.
"""

import os
import sys
from collections.abc import Callable, Iterable

from gunicorn.app.base import BaseApplication

from webapp.cli import even_worker

PATIENCE = 0.5  # seconds; more than a busy machine needs to wake the other process


def application(_environ: object, start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer with the number of the process."""
    content = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(content)))])
    return [content]


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def load_config(self) -> None:
        settings = {
            "bind": f"127.0.0.1:{sys.argv[1]}",
            "workers": 2,
            "threads": 4,
            "keepalive": 60,
            **even_worker.Connections().settings(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Iterable[bytes]]:
        return application


if __name__ == "__main__":
    even_worker.LEAVE_SECONDS = PATIENCE
    _Server().run()
