"""Accounts, sessions, groups and roles: who there is, who is signed in, who may do what."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp import staffing
from webapp.actors import Actor, Role
from webapp.errors import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
    RememberedRefusalError,
)
from webapp.models import UserAccount, UserGroup, UserRole, UserSession
from webapp.operations.user_tasks import give_back_all

MIN_PASSWORD_LENGTH = 10  # characters
MAX_FAILURES = 5  # in a row
LOCK = timedelta(minutes=15)
IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=5)  # how exactly "last seen" is kept
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_GROUP_KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,39}(@[A-Za-z0-9][A-Za-z0-9.]{0,29})?")
_hasher = PasswordHasher()


class SignInRefusedError(RememberedRefusalError):
    """Unknown name, wrong password, ended or locked account: the answer is always the same."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The user name or the password is not right. After %(tries)s failed tries"
                " an account is closed for %(minutes)s minutes."
            ),
            tries=MAX_FAILURES,
            minutes=LOCK // timedelta(minutes=1),
        )


def sign_in(
    session: Session, username: str, password: str, at: datetime, *, absolute: timedelta = ABSOLUTE
) -> tuple[Actor, str]:
    """Return the person and the secret of a new session.

    Raises SignInRefusedError; it commits, so that failed tries are counted.
    """
    user = session.scalar(
        select(UserAccount).where(UserAccount.username == username.strip().lower())
    )
    matches = _matches(user.password_hash if user else _nobodys_hash(), password)
    if user is None or not user.is_active:
        raise SignInRefusedError
    if user.locked_until is not None and user.locked_until > at:
        raise SignInRefusedError
    if not matches:
        _count_failure(session, user.id, at)
        raise SignInRefusedError
    user.failed_sign_ins, user.locked_until = 0, None
    return actor_of(user), _new_session(session, user.id, at, absolute)


def demo_sign_in(
    session: Session, username: str, at: datetime, *, absolute: timedelta = ABSOLUTE
) -> tuple[Actor, str]:
    """Sign in a demo person without a password. The edge allows it in demo mode only."""
    user = session.scalar(
        select(UserAccount).where(
            UserAccount.username == username, UserAccount.is_demo, UserAccount.is_active
        )
    )
    if user is None:
        raise NotFoundError(N_("There is no person %(username)s."), username=username)
    return actor_of(user), _new_session(session, user.id, at, absolute)


def sign_out(session: Session, secret: str) -> None:
    """End a session; an unknown secret is no error."""
    session.execute(delete(UserSession).where(UserSession.token_sha256 == digest(secret)))


def touch(session: Session, secret: str, at: datetime) -> None:
    """Note that the session was used just now, which postpones its idle end."""
    session.execute(
        update(UserSession).where(UserSession.token_sha256 == digest(secret)).values(seen_at=at)
    )


def forget_ended(session: Session, at: datetime, *, idle: timedelta = IDLE) -> None:
    """Delete the sessions that are over."""
    session.execute(
        delete(UserSession).where(
            (UserSession.expires_at <= at) | (UserSession.seen_at <= at - idle)
        )
    )


def create_user(
    session: Session,
    *,
    username: str,
    name: str,
    password: str,
    actor: Actor,
    at: datetime,
    title: str = "",
    roles: Iterable[str] = (),
    groups: Iterable[str] = (),
    is_demo: bool = False,
    password_hash: str | None = None,
) -> UUID:
    """Create an account and return its id. ``password_hash``: of the password, if known already.

    Raises RejectedError for a malformed name, a short password, an unknown role or group,
    and ConflictError when the user name is taken.
    """
    require_administrator(actor)
    username = _username(username)
    user = UserAccount(
        username=username,
        name=_full_name(name),
        title=title.strip(),
        password_hash=password_hash or hashed(password),
        is_active=True,
        is_demo=is_demo,
        created_at=at,
        failed_sign_ins=0,
        groups=_groups(session, groups),
        roles=[UserRole(role=role) for role in _roles(roles)],
    )
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:  # unique (username)
        taken = N_("The user name %(username)s is taken.")
        raise ConflictError(taken, username=username) from error
    return user.id


def rename(session: Session, user_id: UUID, *, name: str, title: str, actor: Actor) -> None:
    """Change a person's name and title."""
    require_administrator(actor)
    user = _get(session, user_id)
    user.name, user.title = _full_name(name), title.strip()


def set_password(session: Session, user_id: UUID, password: str, *, actor: Actor) -> None:
    """Set a new password, lift a lock and sign the person out everywhere."""
    if actor.user_id != user_id:
        require_administrator(actor)
    user = _get(session, user_id)
    user.password_hash = hashed(password)
    user.failed_sign_ins, user.locked_until = 0, None
    _sign_out_everywhere(session, user_id)


def set_active(
    session: Session, user_id: UUID, *, active: bool, actor: Actor, at: datetime
) -> None:
    """Let a person sign in, or end that; an ended account keeps its history, not its tasks."""
    require_administrator(actor)
    _get(session, user_id).is_active = active
    if not active:
        _sign_out_everywhere(session, user_id)
        give_back_all(session, user_id, actor=actor, at=at)
    _keep_an_administrator(session, actor)


def set_roles(session: Session, user_id: UUID, roles: Iterable[str], *, actor: Actor) -> None:
    """Give a person exactly these roles."""
    require_administrator(actor)
    user = _get(session, user_id)
    wanted = _roles(roles)
    kept = [row for row in user.roles if row.role in wanted]
    present = {row.role for row in kept}
    user.roles = kept + [UserRole(role=role) for role in wanted if role not in present]
    _keep_an_administrator(session, actor)


def set_groups(session: Session, user_id: UUID, groups: Iterable[str], *, actor: Actor) -> None:
    """Put a person into exactly these groups."""
    require_administrator(actor)
    _get(session, user_id).groups = _groups(session, groups)


def create_group(session: Session, key: str, name: str, *, actor: Actor) -> None:
    """Create a group; its key is what models name as candidate group."""
    require_administrator(actor)
    if not _GROUP_KEY.fullmatch(key):
        raise RejectedError(
            N_("A group key has small letters, digits, hyphens; perhaps @ and an agency.")
        )
    if not name.strip():
        raise RejectedError(N_("Enter the group's name."))
    if session.get(UserGroup, key) is not None:
        raise ConflictError(N_("The group %(key)s exists already."), key=key)
    session.add(UserGroup(key=key, name=name.strip()))
    session.flush()


def rename_group(session: Session, key: str, name: str, *, actor: Actor) -> None:
    """Change a group's name; its key stays, because models use it."""
    require_administrator(actor)
    group = session.get(UserGroup, key)
    if group is None:
        raise NotFoundError(N_("There is no group %(key)s."), key=key)
    group.name = name.strip() or group.name


def get_user_id(session: Session, username: str) -> UUID:
    """Return the id of an account by user name. Raises NotFoundError."""
    found = session.scalar(
        select(UserAccount.id).where(UserAccount.username == username.strip().lower())
    )
    if found is None:
        raise NotFoundError(N_("There is no person %(username)s."), username=username)
    return found


def actor_of(user: UserAccount) -> Actor:
    """Return a person as an actor, with roles and groups as they stand now."""
    return Actor(
        user.id,
        user.username,
        user.name,
        user.title,
        frozenset(Role(row.role) for row in user.roles),
        frozenset(group.key for group in user.groups),
        user.agency_id,
    )


def standing_in(session: Session, actor: Actor, at: datetime) -> Actor:
    """Return the actor with the desks of those away whose work they do now."""
    away = staffing.absences(session, at)
    if actor.user_id is None or all(one.substitute_id != actor.user_id for one in away.values()):
        return actor
    found = staffing.staffing(session, at).stood_in_for(actor.user_id)
    groups = actor.groups.union(*(one.groups for one in found))
    names = tuple((one.username, one.name) for one in found)
    return replace(actor, groups=groups, stands_in_for=names)


def hashed(password: str) -> str:
    """Return the argon2id hash of a password. Raises RejectedError when it is too short."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise RejectedError(
            N_("A password has at least %(length)s characters."), length=MIN_PASSWORD_LENGTH
        )
    return _hasher.hash(password)


def require_administrator(actor: Actor) -> None:
    """Raise NotAllowedError unless the actor keeps people and groups."""
    if actor.user_id is not None and not actor.has(Role.ADMIN):
        raise NotAllowedError(N_("Only an administrator may change people and groups."))


def _username(text: str) -> str:
    username = text.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise RejectedError(
            N_("A user name has 2 to 40 letters without marks, digits, dots, hyphens.")
        )
    return username


def _full_name(text: str) -> str:
    if not text.strip():
        raise RejectedError(N_("Enter the person's full name."))
    return text.strip()


def _get(session: Session, user_id: UUID) -> UserAccount:
    user = session.get(UserAccount, user_id)
    if user is None:
        raise NotFoundError(N_("There is no such person."))
    return user


def _roles(roles: Iterable[str]) -> list[str]:
    wanted = sorted({str(role) for role in roles})
    unknown = [role for role in wanted if role not in set(Role)]
    if unknown:
        raise RejectedError(N_("There is no role %(role)s."), role=unknown[0])
    return wanted


def _groups(session: Session, keys: Iterable[str]) -> list[UserGroup]:
    wanted = sorted(set(keys))
    found = {
        group.key: group
        for group in session.scalars(select(UserGroup).where(UserGroup.key.in_(wanted)))
    }
    for key in wanted:
        if key not in found:
            raise RejectedError(N_("There is no group %(key)s."), key=key)
    return [found[key] for key in wanted]


def _sign_out_everywhere(session: Session, user_id: UUID) -> None:
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))


def _keep_an_administrator(session: Session, actor: Actor) -> None:
    if actor.user_id is None:
        return
    session.flush()
    left = session.scalar(
        select(func.count())
        .select_from(UserRole)
        .join(UserAccount, UserAccount.id == UserRole.user_id)
        .where(UserRole.role == Role.ADMIN, UserAccount.is_active)
    )
    if not left:
        raise RejectedError(N_("At least one active administrator must remain."))


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    """A hash that no password matches: an unknown name costs the same time as a known one."""
    return _hasher.hash(secrets.token_urlsafe())


def _count_failure(session: Session, user_id: UUID, at: datetime) -> None:
    mine = UserAccount.id == user_id
    session.execute(
        update(UserAccount).where(mine).values(failed_sign_ins=UserAccount.failed_sign_ins + 1)
    )
    session.execute(
        update(UserAccount)
        .where(mine, UserAccount.failed_sign_ins >= MAX_FAILURES)
        .values(failed_sign_ins=0, locked_until=at + LOCK)
    )


def _new_session(session: Session, user_id: UUID, at: datetime, absolute: timedelta) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_sha256=digest(secret),
            user_id=user_id,
            created_at=at,
            seen_at=at,
            expires_at=at + absolute,
        )
    )
    session.flush()
    return secret


def digest(secret: str) -> str:
    """Return what is kept of the secret in a session's cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()
