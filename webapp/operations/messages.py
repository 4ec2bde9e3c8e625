"""Messages and signals from outside: another program tells what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.events import Event, EventKind
from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import NotAllowedError, NotFoundError
from webapp.operations.moving import deliver

SENDERS = (Role.PROGRAM, Role.ADMIN)


def send(
    session: Session,
    name: str,
    *,
    correlation_key: str | None,
    variables: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> UUID:
    """Bring a message to the one instance that waits for it, or start one; return the instance.

    Raises NotFoundError where nobody waits for it, or several do and none may be preferred.
    """
    require_sender(actor)
    data = {"name": name, "correlation_key": correlation_key, "variables": dict(variables)}
    receivers = deliver(session, Event(EventKind.MESSAGE_SENT, data=data), actor=actor, at=at)
    if not receivers:
        raise NotFoundError(
            N_("Nobody waits for the message “%(name)s” with this key, or more than one does."),
            name=name,
        )
    return receivers[0]


def broadcast(
    session: Session, name: str, *, variables: Mapping[str, Any], actor: Actor, at: datetime
) -> tuple[UUID, ...]:
    """Bring a signal to every instance that waits for it; return them, with those it started."""
    require_sender(actor)
    data = {"name": name, "variables": dict(variables)}
    return deliver(session, Event(EventKind.SIGNAL_SENT, data=data), actor=actor, at=at)


def require_sender(actor: Actor) -> None:
    """Raise NotAllowedError for people who do not tell what happened outside."""
    if actor.user_id is not None and not any(actor.has(role) for role in SENDERS):
        raise NotAllowedError(N_("Only programs and administrators may send messages."))
