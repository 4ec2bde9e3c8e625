"""Who acts, and who may do what. Pure rules: no session, no Flask."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

LEADERS = "lanh-dao"  # the group whose members lead, besides administrators


class Role(StrEnum):
    """What a person may do besides the tasks of their groups."""

    ANALYST = "analyst"  # upload and publish procedures
    COUNTER = "counter"  # start dossiers, print receipts
    OFFICER = "officer"  # work tasks from the inbox
    ADMIN = "admin"  # timings, all dossiers, people and groups
    INSPECTOR = "inspector"  # reads every dossier, log and report; changes nothing
    PROGRAM = "program"  # another program: external jobs, messages and signals, over the API


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or the program itself (``user_id`` is None)."""

    user_id: UUID | None
    username: str
    name: str
    title: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    groups: frozenset[str] = field(default_factory=frozenset)
    agency_id: UUID | None = None
    # user names and names of the people away whose work this one does now
    stands_in_for: tuple[tuple[str, str], ...] = ()

    @property
    def usernames(self) -> frozenset[str]:
        """The names under which tasks are offered to this person: their own, and stood in for."""
        return frozenset((self.username, *(username for username, _ in self.stands_in_for)))

    @property
    def works(self) -> bool:
        """Whether this person has an inbox, or keeps those who have."""
        return not self.roles.isdisjoint((Role.OFFICER, Role.COUNTER, Role.ADMIN))

    @property
    def sees_all(self) -> bool:
        """Whether this person reads every dossier, and who looked at it."""
        return not self.roles.isdisjoint((Role.ADMIN, Role.INSPECTOR))

    def has(self, role: Role) -> bool:
        return role in self.roles


SYSTEM = Actor(None, "system", "")  # the worker: timers, jobs, messages


def may_claim(
    actor: Actor, candidate_groups: Iterable[str], candidate_users: Iterable[str]
) -> bool:
    """A task may be taken by its candidates."""
    return bool(actor.groups.intersection(candidate_groups)) or not actor.usernames.isdisjoint(
        candidate_users
    )


def may_work(actor: Actor, assignee_id: UUID | None) -> bool:
    """A task is worked by the one who claimed it, by nobody else."""
    return actor.user_id is not None and assignee_id == actor.user_id


def leads(actor: Actor) -> bool:
    """Tell whether a person leads: administrators and the leaders' group."""
    return actor.has(Role.ADMIN) or LEADERS in actor.groups


def may_see(actor: Actor, dossier_groups: Iterable[str]) -> bool:
    """A dossier is seen by the groups that have or had work in it, and by who sees all."""
    return actor.sees_all or bool(actor.groups.intersection(dossier_groups))
