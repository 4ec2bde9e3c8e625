"""Keys with which programs act in the name of an account: made, shown once, revoked."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import ApiKey, UserAccount
from webapp.operations.people import actor_of

PREFIX = "mck_"  # so that a key which leaked into a file can be found by its look
KNOWN_FOR = timedelta(seconds=2)  # a key is looked up again after that; see ``find_known``
KNOWN_AT_MOST = 1_000  # keys; forgotten all at once
TOUCH_EVERY = timedelta(minutes=5)  # how exactly "last used" is kept
_lock = Lock()
_known: dict[str, tuple[Actor, datetime]] = {}


def create(
    session: Session,
    user_id: UUID,
    *,
    name: str,
    actor: Actor,
    at: datetime,
    roles: Iterable[str] | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Return the secret of a new key of an account. It is not kept and cannot be shown again.

    ``roles`` narrow what the key may do to some of the account's roles. Raises RejectedError for
    a key without a name, an end that is past or a role that the account does not have.
    """
    _require_administrator(actor)
    user = session.get(UserAccount, user_id)
    if user is None or not user.is_active:
        raise NotFoundError(N_("There is no such person."))
    if not name.strip():
        raise RejectedError(N_("Say what the key is for."))
    if expires_at is not None and expires_at <= at:
        raise RejectedError(N_("The key would have ended already."))
    secret = PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            user_id=user_id,
            name=name.strip(),
            token_sha256=digest(secret),
            roles=_narrowed(user, roles),
            created_at=at,
            created_by=actor.user_id,
            expires_at=expires_at,
        )
    )
    session.flush()
    return secret


def revoke(session: Session, key_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End a key for good. Raises ConflictError where that was done before."""
    _require_administrator(actor)
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFoundError(N_("There is no such key."))
    if key.revoked_at is not None:
        raise ConflictError(N_("This key is revoked already."))
    key.revoked_at = at
    session.flush()
    forget_known()


def actor_of_key(session: Session, secret: str, at: datetime) -> Actor | None:
    """Return in whose name a key acts, with the roles it still has; None where it opens nothing."""
    found = session.execute(
        select(ApiKey, UserAccount)
        .join(UserAccount, UserAccount.id == ApiKey.user_id)
        .where(ApiKey.token_sha256 == digest(secret))
    ).first()
    if found is None:
        return None
    key, user = found
    ended = key.expires_at is not None and at >= key.expires_at
    if ended or key.revoked_at is not None or not user.is_active:
        return None
    actor = actor_of(user)
    roles = actor.roles if key.roles is None else actor.roles.intersection(key.roles)
    actor = Actor(actor.user_id, actor.username, actor.name, actor.title, roles, actor.groups)
    with _lock:
        if len(_known) >= KNOWN_AT_MOST:
            _known.clear()
        _known[digest(secret)] = (actor, at)
    return actor


def find_known(secret: str, at: datetime) -> Actor | None:
    """Return in whose name a key acts, if it was looked up less than two seconds ago.

    So a key that is revoked elsewhere, or an account that lost a role, acts two seconds longer at
    most, and a program that sends a hundred requests a second costs one look-up, not a hundred.
    """
    found = _known.get(digest(secret))
    if found is None or not timedelta() <= at - found[1] < KNOWN_FOR:
        return None
    return found[0]


def forget_known() -> None:
    """Look every key up again from now on, in this process."""
    with _lock:
        _known.clear()


def touch_is_due(session: Session, secret: str, at: datetime) -> bool:
    """Tell whether ``touch`` would change anything; so most requests write nothing."""
    used_at = session.scalar(select(ApiKey.used_at).where(ApiKey.token_sha256 == digest(secret)))
    return used_at is None or at - used_at >= TOUCH_EVERY


def touch(session: Session, secret: str, at: datetime) -> None:
    """Note that the key was used just now."""
    session.execute(update(ApiKey).where(ApiKey.token_sha256 == digest(secret)).values(used_at=at))


def digest(secret: str) -> str:
    """Return what is kept of a secret: it is long and random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _narrowed(user: UserAccount, roles: Iterable[str] | None) -> list[str] | None:
    if roles is None:
        return None
    held = {row.role for row in user.roles}
    wanted = sorted({str(role) for role in roles})
    strange = [role for role in wanted if role not in held]
    if strange:
        raise RejectedError(
            N_("%(name)s does not have the role %(role)s."), name=user.name, role=strange[0]
        )
    return wanted


def _require_administrator(actor: Actor) -> None:
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may give out keys."))
