"""Who asked what, on every log line that a request writes."""

from contextlib import ExitStack
from secrets import token_hex

from flask import Flask, Response, g, request

from webapp import logs
from webapp.pages.guard import find_actor


def install(app: Flask) -> None:
    """Bind request id, actor and the ids of the address to the log lines of each request."""
    app.before_request(_bind)
    app.after_request(_tell)
    app.teardown_request(_release)


def _bind() -> None:
    actor = find_actor()
    ids = {name: str(value) for name, value in (request.view_args or {}).items()}
    facts = {name: value for name, value in ids.items() if name.endswith("_id")}
    g.request_id = token_hex(8)
    g.log_facts = ExitStack()
    g.log_facts.enter_context(
        logs.bound(request_id=g.request_id, actor=actor.username if actor else "nobody", **facts)
    )


def _tell(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _release(_error: BaseException | None) -> None:
    facts: ExitStack | None = g.pop("log_facts", None)
    if facts is not None:
        facts.close()
