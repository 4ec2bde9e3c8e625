"""People, groups and roles as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from engine.texts import N_
from webapp.actors import Role
from webapp.errors import NotFoundError
from webapp.models import UserAccount, UserGroup, UserRole, UserTask, UserTaskStatus, group_member


@dataclass(frozen=True, slots=True)
class Person:
    """One account with its roles and groups."""

    id: UUID
    username: str
    name: str
    title: str
    roles: tuple[Role, ...]
    groups: tuple[str, ...]  # keys
    is_active: bool
    is_demo: bool
    created_at: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """One group and who is in it."""

    key: str
    name: str
    members: tuple[str, ...]  # names of active people


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to try the program as."""

    username: str
    name: str
    title: str
    roles: tuple[Role, ...]
    open_tasks: int
    late_tasks: int


def people(session: Session) -> tuple[Person, ...]:
    """Everybody, active people first, by name."""
    rows = session.scalars(
        select(UserAccount)
        .options(selectinload(UserAccount.groups), selectinload(UserAccount.roles))
        .order_by(UserAccount.is_active.desc(), UserAccount.name)
    )
    return tuple(_person(row) for row in rows)


def names_with(session: Session, role: Role) -> tuple[str, ...]:
    """The names of the active people who have a role."""
    rows = session.scalars(
        select(UserAccount.name)
        .join(UserRole, UserRole.user_id == UserAccount.id)
        .where(UserRole.role == role, UserAccount.is_active.is_(True))
        .order_by(UserAccount.name)
    )
    return tuple(rows)


def get_person(session: Session, user_id: UUID) -> Person:
    """One person. Raises NotFoundError."""
    row = session.get(UserAccount, user_id)
    if row is None:
        raise NotFoundError(N_("There is no such person."))
    return _person(row)


def groups(session: Session) -> tuple[Group, ...]:
    """Every group by name, with its active members."""
    rows = session.execute(
        select(UserGroup.key, UserGroup.name, UserAccount.name)
        .outerjoin(group_member, group_member.c.group_key == UserGroup.key)
        .outerjoin(UserAccount, (UserAccount.id == group_member.c.user_id) & UserAccount.is_active)
        .order_by(UserGroup.name, UserGroup.key, UserAccount.name)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for key, name, member in rows:
        found.setdefault((key, name), []).extend([member] if member else [])
    return tuple(Group(key, name, tuple(members)) for (key, name), members in found.items())


def demo_people(session: Session, at: datetime) -> tuple[DemoPerson, ...]:
    """The people of the demo, in the order they were made, with the tasks each has taken."""
    counts = _task_counts(session, at)
    rows = session.scalars(
        select(UserAccount)
        .where(UserAccount.is_demo, UserAccount.is_active)
        .options(selectinload(UserAccount.roles))
        .order_by(UserAccount.created_at, UserAccount.username)
    )
    return tuple(
        DemoPerson(row.username, row.name, row.title, _roles(row), *counts.get(row.id, (0, 0)))
        for row in rows
    )


def _task_counts(session: Session, at: datetime) -> dict[UUID | None, tuple[int, int]]:
    rows = session.execute(
        select(
            UserTask.assignee_id,
            func.count(),
            func.count().filter(UserTask.due_at < at),
        )
        .where(UserTask.status == UserTaskStatus.OPEN, UserTask.assignee_id.is_not(None))
        .group_by(UserTask.assignee_id)
    )
    return {assignee: (total, late) for assignee, total, late in rows}


def _person(row: UserAccount) -> Person:
    return Person(
        row.id,
        row.username,
        row.name,
        row.title,
        _roles(row),
        tuple(sorted(group.key for group in row.groups)),
        row.is_active,
        row.is_demo,
        row.created_at,
        row.locked_until,
    )


def _roles(row: UserAccount) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in {item.role for item in row.roles})
