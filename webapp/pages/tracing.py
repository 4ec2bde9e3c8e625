"""Who asked what, on every log line that a request writes."""

from contextlib import ExitStack
from secrets import token_hex

from flask import Flask, g

from webapp import logs
from webapp.pages.guard import find_actor


def install(app: Flask) -> None:
    """Bind a request id and the actor to the log lines of each request of ``app``."""
    app.before_request(_bind)
    app.teardown_request(_release)


def _bind() -> None:
    actor = find_actor()
    g.log_facts = ExitStack()
    g.log_facts.enter_context(
        logs.bound(request_id=token_hex(8), actor=actor.username if actor else "nobody")
    )


def _release(_error: BaseException | None) -> None:
    facts: ExitStack | None = g.pop("log_facts", None)
    if facts is not None:
        facts.close()
