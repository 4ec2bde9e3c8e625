"""Starting an instance without a dossier, for programs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import NotAllowedError, NotFoundError
from webapp.operations import beginning, moving
from webapp.operations.deployments import find_latest

MAX_KEY_LENGTH = 200  # characters


def start(
    session: Session,
    key: str,
    variables: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    business_key: str | None = None,
) -> UUID:
    """Start the newest version of a process and return the instance's id.

    Raises NotFoundError when nothing is published under ``key``, NotAllowedError for an actor who
    is neither program nor administrator, and engine.EngineError when the first tokens cannot move.
    """
    if actor.user_id is not None and not (actor.has(Role.PROGRAM) or actor.has(Role.ADMIN)):
        raise NotAllowedError(N_("Only programs and administrators start instances."))
    definition = find_latest(session, key)
    if definition is None:
        raise NotFoundError(N_("There is no such procedure."))
    instance, outcome = beginning.begin(session, definition.id, variables, actor=actor, at=at)
    instance.business_key = business_key
    moving.settle(session, instance, outcome, actor=actor, at=at)
    return instance.id
