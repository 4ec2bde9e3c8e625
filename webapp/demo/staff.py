"""Who of the demo's people takes a task: those present, and of them the one with the least."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from webapp.actors import Actor
from webapp.demo import rhythm

LEAVE, SICK = 0.7, 0.6  # of the people take a leave, fall ill, in three months
LEAVE_DAYS = (2, 5)
NOTICE = timedelta(days=3)  # before a leave
ALL_ARE_BACK = timedelta(days=4)  # before the end, so that every demo desk is manned


@dataclass(frozen=True, slots=True)
class Leave:
    """Some days on which somebody is away, known before where it is no illness."""

    username: str
    announced_at: datetime
    begins_at: datetime
    ends_at: datetime
    reason: str


@dataclass
class Staff:
    """The people by user name, the days on which they are away, and what each has to do."""

    people: Mapping[str, Actor]
    random: Random
    first: date
    last: date
    away: set[tuple[str, date]] = field(default_factory=set)
    leaves: list[Leave] = field(default_factory=list)
    load: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        days = (self.last - ALL_ARE_BACK - self.first).days
        for username in self.people if days > max(LEAVE_DAYS) else ():
            if self.random.random() < LEAVE:
                self._stay_away(username, days, self.random.randint(*LEAVE_DAYS), "Nghỉ phép năm")
            if self.random.random() < SICK:
                self._stay_away(username, days, 1, "Ốm")

    def _stay_away(self, username: str, days: int, length: int, reason: str) -> None:
        begin = self.first + timedelta(days=self.random.randrange(days - length))
        self.away |= {(username, begin + timedelta(days=day)) for day in range(length)}
        opens = rhythm.opening(begin)
        known = opens if length == 1 else opens - min(NOTICE, opens - rhythm.opening(self.first))
        leave = Leave(
            username, known, opens, rhythm.opening(begin + timedelta(days=length)), reason
        )
        self.leaves.append(leave)

    def substitute(self, person: Actor, at: datetime) -> Actor | None:
        """Return a colleague of the same desks who is there; None where there is nobody."""
        there = [
            one
            for one in self.people.values()
            if one.groups & person.groups and one != person and not self.is_away(one, at)
        ]
        return min(there, key=lambda one: self.load[one.username], default=None)

    def pick(self, group: str | None, at: datetime) -> Actor | None:
        """Return the member who is there and has the least to do; None for an unmanned group."""
        members = [person for person in self.people.values() if group in person.groups]
        there = [person for person in members if not self.is_away(person, at)]
        return min(there or members, key=lambda one: self.load[one.username], default=None)

    def present(self, at: datetime) -> tuple[Actor, ...]:
        """Return everybody who is there on the day of ``at``."""
        return tuple(one for one in self.people.values() if not self.is_away(one, at))

    def of_id(self, user_id: UUID | None) -> Actor | None:
        """Return the person with this id; None for nobody."""
        return next((one for one in self.people.values() if one.user_id == user_id), None)

    def is_away(self, person: Actor, at: datetime) -> bool:
        """Tell whether somebody is on leave or ill on the day of ``at``."""
        return (person.username, rhythm.day_of(at)) in self.away
