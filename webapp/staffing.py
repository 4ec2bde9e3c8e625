"""Who is there now: people, their desks, their absences, and who stands in for whom.

A substitute who is away is replaced by the substitute's own substitute (Decree 309/2026, art. 6:
reception must not stop because somebody is on leave).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import Actor, Role
from webapp.models import Absence, UserAccount, UserRole, group_member

WORKING_ROLES = (Role.OFFICER, Role.COUNTER)  # those that open the inbox


@dataclass(frozen=True, slots=True)
class Person:
    """An account as far as work concerns it."""

    id: UUID
    username: str
    name: str
    title: str
    agency_id: UUID | None
    works: bool  # has an open account and a role that opens the inbox
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Away:
    """An absence that lasts."""

    user_id: UUID
    substitute_id: UUID | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Staffing:
    """Everybody at one instant."""

    people: Mapping[UUID, Person]
    away: Mapping[UUID, Away]

    def acting(self, user_id: UUID) -> Person | None:
        """Return who does the work of a person now: the person, or who stands in; else None."""
        seen: set[UUID] = set()
        following: UUID | None = user_id
        while following is not None and following not in seen:
            seen.add(following)
            person, absence = self.people.get(following), self.away.get(following)
            if absence is None:
                return person if person is not None and person.works else None
            following = absence.substitute_id
        return None

    def stood_in_for(self, user_id: UUID) -> tuple[Person, ...]:
        """Return the people whose work a person does now besides their own, by name."""
        found = (
            self.people[one]
            for one in self.away
            if one != user_id and one in self.people and self._acts_for(one, user_id)
        )
        return tuple(sorted(found, key=lambda one: one.name))

    def members(self, group_keys: Iterable[str]) -> tuple[Person, ...]:
        """Return the people of those groups, whether they are there or not."""
        keys = frozenset(group_keys)
        return tuple(one for one in self.people.values() if one.groups & keys)

    def present(self, group_keys: Iterable[str], usernames: Iterable[str]) -> tuple[Person, ...]:
        """Return who can take a task of those candidates now, each person once."""
        named = frozenset(usernames)
        candidates = {one.id for one in self.members(group_keys)}
        candidates |= {one.id for one in self.people.values() if one.username in named}
        acting = {one.id: one for one in map(self.acting, candidates) if one is not None}
        return tuple(sorted(acting.values(), key=lambda one: one.username))

    def _acts_for(self, absent_id: UUID, user_id: UUID) -> bool:
        acting = self.acting(absent_id)
        return acting is not None and acting.id == user_id


def led_people(there: Staffing, actor: Actor) -> tuple[Person, ...]:
    """Return whom a leader leads: the working people of the same agency, or of none."""
    return tuple(one for one in there.people.values() if one.works and leads_person(actor, one))


def leads_person(actor: Actor, person: Person) -> bool:
    """Tell whether a person, who may have left, belongs to those whom a leader leads."""
    return leads_everybody(actor) or person.agency_id in (None, actor.agency_id)


def leads_everybody(actor: Actor) -> bool:
    """Tell whether a leader's reach has no bounds."""
    return actor.has(Role.ADMIN) or actor.agency_id is None


def staffing(session: Session, at: datetime) -> Staffing:
    """Return everybody as of ``at``."""
    groups: dict[UUID, set[str]] = {}
    for user_id, key in session.execute(select(group_member.c.user_id, group_member.c.group_key)):
        groups.setdefault(user_id, set()).add(key)
    working = set(session.scalars(select(UserRole.user_id).where(UserRole.role.in_(WORKING_ROLES))))
    rows = session.execute(
        select(
            UserAccount.id,
            UserAccount.username,
            UserAccount.name,
            UserAccount.title,
            UserAccount.agency_id,
            UserAccount.is_active,
        )
    )
    people = {
        row.id: Person(
            row.id,
            row.username,
            row.name,
            row.title,
            row.agency_id,
            works=row.is_active and row.id in working,
            groups=frozenset(groups.get(row.id, ())),
        )
        for row in rows
    }
    return Staffing(people, absences(session, at))


def absences(session: Session, at: datetime) -> Mapping[UUID, Away]:
    """Return the absences that last at an instant, by person."""
    rows = session.execute(
        select(Absence.user_id, Absence.substitute_id, Absence.ends_at).where(
            Absence.ends_at > at, Absence.starts_at <= at, Absence.cancelled_at.is_(None)
        )
    )
    return {row.user_id: Away(row.user_id, row.substitute_id, row.ends_at) for row in rows}
