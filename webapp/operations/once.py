"""Each command once: the second delivery of the same key is answered like the first."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.errors import ConflictError, RejectedError, RememberedRefusalError
from webapp.models import IdempotencyKey
from webapp.storable import storable

MAX_KEY_LENGTH = 200  # characters
KEPT = timedelta(days=7)  # a key that is older may be used anew


class KeyReusedError(ConflictError):
    """The key belongs to another command. Send a key of your own."""

    code = "key_reused"


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a key: when it was taken, and the answer; None while there is none yet."""

    at: datetime
    outcome: Any | None


def once(
    session: Session,
    key: str | None,
    actor: Actor,
    at: datetime,
    action: Callable[[], Any],
    *,
    request: object = None,
) -> Any:
    """Carry out ``action`` and return its outcome; of a key seen before only the outcome.

    The outcome must be JSON or storable as JSON. Each actor has keys of their own; without a key
    (None or empty) the action is simply carried out. ``request`` is what was asked (any JSON):
    the same key with another question raises KeyReusedError. An action that raises leaves no key
    behind. Of two at once, the second waits for the first's transaction and gets its outcome.
    """
    if not key:
        return action()
    if len(key) > MAX_KEY_LENGTH:
        raise RejectedError(
            N_("An idempotency key has %(length)s characters at most."), length=MAX_KEY_LENGTH
        )
    name, asked = (_scope(actor), key), _fingerprint(request)
    if not _take(session, name, asked, at):
        return _answer(session, name, asked)
    try:
        outcome = storable(action())
    except RememberedRefusalError:  # its transaction is committed; the key shall not be
        drop(session, key, actor)
        raise
    tell(session, key, actor, outcome)
    return outcome


def take(session: Session, key: str, actor: Actor, at: datetime) -> bool:
    """Take a key in the transaction of what it stands for; False where it was taken before.

    Of two at once, the second waits for the first's transaction. The answer is told later, by
    ``tell``, when it is known.
    """
    return _take(session, (_scope(actor), key), "", at)


def tell(session: Session, key: str, actor: Actor, outcome: object) -> None:
    """Keep the answer to a key that was taken."""
    where = _is((_scope(actor), key))
    session.execute(update(IdempotencyKey).where(*where).values(outcome=storable(outcome)))


def drop(session: Session, key: str, actor: Actor) -> None:
    """Let a key be taken anew: what it stands for was refused."""
    session.execute(delete(IdempotencyKey).where(*_is((_scope(actor), key))))


def heard(session: Session, key: str, actor: Actor) -> Heard | None:
    """Return what became of a key; None where nobody took it."""
    found = session.execute(
        select(IdempotencyKey.created_at, IdempotencyKey.outcome).where(*_is((_scope(actor), key)))
    ).first()
    return None if found is None else Heard(found.created_at, found.outcome)


def forget_old(session: Session, at: datetime) -> None:
    """Delete keys that nobody will repeat any more."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < at - KEPT))


def _take(session: Session, name: tuple[str, str], asked: str, at: datetime) -> bool:
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    taken = session.execute(
        insert(IdempotencyKey)
        .values(scope=name[0], key=name[1], fingerprint=asked, created_at=at)
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    ).first()
    return taken is not None


def _answer(session: Session, name: tuple[str, str], asked: str) -> Any:
    known = session.get_one(IdempotencyKey, name, populate_existing=True)
    if known.fingerprint != asked:
        raise KeyReusedError(N_("This idempotency key was used for something else."))
    return known.outcome


def _is(name: tuple[str, str]) -> tuple[Any, Any]:
    return IdempotencyKey.scope == name[0], IdempotencyKey.key == name[1]


def _scope(actor: Actor) -> str:
    return str(actor.user_id) if actor.user_id else actor.username


def _fingerprint(request: object) -> str:
    text = json.dumps(storable(request), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
