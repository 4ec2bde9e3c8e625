"""Who asks, by the key they show, how often they may, and which resources their role opens."""

from contextlib import ExitStack, suppress
from secrets import token_hex
from typing import Final

from flask import Flask, Response, g, request
from limits import parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests, Unauthorized

from engine.texts import N_
from webapp import clock, logs
from webapp.actors import Actor, Role
from webapp.api.rates import Rates
from webapp.config import Config
from webapp.errors import NotAllowedError, UnavailableError
from webapp.operations import api_keys
from webapp.product import database

ROLES: dict[str, frozenset[Role]] = {
    "deployments": frozenset({Role.ANALYST}),
    "dossiers": frozenset({Role.OFFICER, Role.COUNTER, Role.ADMIN}),
    "instances": frozenset({Role.ADMIN, Role.PROGRAM}),
    "messages": frozenset({Role.ADMIN, Role.PROGRAM}),
    "external_jobs": frozenset({Role.PROGRAM, Role.ADMIN}),
    "user_tasks": frozenset({Role.OFFICER, Role.COUNTER}),
}
"""Blueprint name to the roles of which one suffices. A blueprint that is not here is shut."""

OPEN: Final = frozenset({"api-docs"})  # no key needed: it says only what is in the manual, too
WRONG_KEYS = parse_many("60 per minute")  # per address


def install(app: Flask, config: Config) -> None:
    """Check every request of ``app``: key, rate, role."""
    limiter = FixedWindowRateLimiter(storage_from_string(config.rate_limit_storage))
    rates = Rates(parse_many(config.api_rate))

    def check() -> None:
        blueprint = request.blueprint
        if blueprint is None or blueprint in OPEN:
            return  # no such address: the problem says so
        secret = _secret()
        actor = _actor_of(secret) if secret else None
        if actor is None:
            if not all(limiter.hit(rate, f"wrong {request.remote_addr}") for rate in WRONG_KEYS):
                raise TooManyRequests("Slow down: too many wrong keys from this address.")
            raise Unauthorized("Send a valid API key: Authorization: Bearer mck_…")
        if not rates.allow(api_keys.digest(secret), clock.now()):
            raise TooManyRequests("Slow down: too many requests with this key.")
        g.actor = actor
        _bind(actor=actor.username, **_ids())
        if not ROLES.get(blueprint, frozenset()) & actor.roles:
            raise NotAllowedError(N_("The role of this key does not include this."))

    app.before_request(_name)
    app.before_request(check)
    app.after_request(_tell_name)
    app.teardown_request(_release)


def current_actor() -> Actor:
    """Return in whose name the request acts."""
    actor: Actor = g.actor
    return actor


def _secret() -> str:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _actor_of(secret: str) -> Actor | None:
    now = clock.now()
    known = api_keys.find_known(secret, now)
    if known is not None:
        return known
    with database().reading() as session:
        actor = api_keys.actor_of_key(session, secret, now)
        stale = actor is not None and api_keys.touch_is_due(session, secret, now)
    if stale:
        with suppress(UnavailableError), database().transaction() as session:
            api_keys.touch(session, secret, now)  # where nothing can be written, one may read
    return actor


def _name() -> None:
    g.request_id = token_hex(8)
    g.log_facts = ExitStack()
    _bind(request_id=g.request_id, actor="nobody")


def _tell_name(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _bind(**facts: str) -> None:
    """Write these facts on every log line of this request."""
    g.log_facts.enter_context(logs.bound(**facts))


def _ids() -> dict[str, str]:
    given = request.view_args or {}
    return {name: str(value) for name, value in given.items() if name.endswith("_id")}


def _release(_error: BaseException | None) -> None:
    facts: ExitStack | None = g.pop("log_facts", None)
    if facts is not None:
        facts.close()
