"""Who is signed in, asked by every request of a page: statements that are put together once."""

from datetime import datetime, timedelta

from sqlalchemy import String, Uuid, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from webapp.actors import Actor, Role
from webapp.models import UserAccount, UserRole, UserSession
from webapp.models.people import group_member
from webapp.operations import people
from webapp.operations.people import digest

_TOKEN = UserSession.token_sha256 == bindparam("token", type_=String())
_USER_ID = bindparam("user_id", type_=Uuid())
_SIGNED_IN = (
    select(
        UserSession.expires_at,
        UserSession.seen_at,
        UserAccount.id,
        UserAccount.username,
        UserAccount.name,
        UserAccount.title,
        UserAccount.is_active,
        UserAccount.agency_id,
    )
    .join(UserAccount, UserAccount.id == UserSession.user_id)
    .where(_TOKEN)
)
_SEEN_AT = select(UserSession.seen_at).where(_TOKEN)
_ROLES_AND_GROUPS = union_all(
    select(UserRole.role, literal(1)).where(UserRole.user_id == _USER_ID),
    select(group_member.c.group_key, literal(0)).where(group_member.c.user_id == _USER_ID),
)


def actor_of_session(
    session: Session, secret: str, at: datetime, *, idle: timedelta = people.IDLE
) -> Actor | None:
    """Return who is signed in under ``secret``, or None. Reads only; see ``touch``."""
    user = session.execute(_SIGNED_IN, {"token": digest(secret)}).first()
    if user is None:
        return None
    if at >= user.expires_at or at >= user.seen_at + idle or not user.is_active:
        return None
    told = session.execute(_ROLES_AND_GROUPS, {"user_id": user.id}).all()
    actor = Actor(
        user.id,
        user.username,
        user.name,
        user.title,
        frozenset(Role(key) for key, is_role in told if is_role),
        frozenset(key for key, is_role in told if not is_role),
        user.agency_id,
    )
    return people.standing_in(session, actor, at)


def touch_is_due(session: Session, secret: str, at: datetime) -> bool:
    """Tell whether ``touch`` would change anything; so most requests write nothing."""
    seen_at = session.scalar(_SEEN_AT, {"token": digest(secret)})
    return seen_at is not None and at - seen_at >= people.TOUCH_EVERY
