"""API keys as the page of administration shows them: never the secret, which nobody keeps."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.models import ApiKey, UserAccount


@dataclass(frozen=True, slots=True)
class Key:
    """One key; ``roles`` None: all roles of the account. ``state``: open, ended or revoked."""

    id: UUID
    name: str
    account: str
    username: str
    roles: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None  # exact to a few minutes
    revoked_at: datetime | None
    state: str


def keys(session: Session, at: datetime) -> tuple[Key, ...]:
    """Return all keys: those that open something first, the newest first."""
    rows = session.execute(
        select(ApiKey, UserAccount)
        .join(UserAccount, UserAccount.id == ApiKey.user_id)
        .order_by(ApiKey.created_at.desc(), ApiKey.id)
    ).all()
    found = [_key(key, user, at) for key, user in rows]
    return tuple(sorted(found, key=lambda one: one.state != "open"))


def _key(key: ApiKey, user: UserAccount, at: datetime) -> Key:
    is_over = not user.is_active or (key.expires_at is not None and key.expires_at <= at)
    state = "revoked" if key.revoked_at is not None else "ended" if is_over else "open"
    return Key(
        id=key.id,
        name=key.name,
        account=user.name,
        username=user.username,
        roles=None if key.roles is None else tuple(key.roles),
        created_at=key.created_at,
        expires_at=key.expires_at,
        used_at=key.used_at,
        revoked_at=key.revoked_at,
        state=state,
    )
