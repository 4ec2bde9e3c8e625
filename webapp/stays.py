"""The stays of tokens at elements as a fold over the event log of one instance. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.events import EventKind

USER_TASKS = frozenset({"userTask", "manualTask"})
TIMED = frozenset(
    {
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "task",
        "callActivity",
        "subProcess",
        "intermediateCatchEvent",
    }
)
"""Kinds of elements besides user tasks of which is kept how long tokens stayed."""

_TAKEN = frozenset({"user_task.assigned", "user_task.delegated", "user_task.returned"})
_LEFT = frozenset({EventKind.ELEMENT_COMPLETED, EventKind.ELEMENT_CANCELLED, "user_task.completed"})
_Place = tuple[str, str]  # token and element
_Visit = tuple[str, str, datetime]  # and when it was entered: a failure may be brought back


class LogRow(Protocol):
    """What the fold reads of one fact."""

    kind: str
    element_id: str | None
    token_id: str | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """How long one token stayed at one element; ``claimed_at`` only of user tasks."""

    definition_id: UUID
    token_id: str
    element_id: str
    is_task: bool
    entered_at: datetime
    claimed_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """An instance came to another version: which, and the elements that are called otherwise."""

    definition_id: UUID
    mapping: Mapping[str, str | None]


class Fold:
    """Takes the log of one instance, row by row. ``kind_of`` gives the kind of an element."""

    def __init__(
        self, definition_id: UUID, kind_of: Callable[[UUID, str], str], *, held: Iterable[_Visit]
    ) -> None:
        """``held`` are tasks that somebody had in their hands from the beginning."""
        self._definition_id = definition_id
        self._kind_of = kind_of
        self._held = set(held)
        self._open: dict[_Place, Stay] = {}
        self._over: list[Stay] = []

    def take(self, row: LogRow) -> None:
        """Take the next fact of the log."""
        place = (row.token_id or "", row.element_id or "")
        if row.kind == EventKind.ELEMENT_ENTERED:
            self._enter(place, row.occurred_at)
        elif row.kind in _LEFT and place in self._open:
            self._leave(self._open.pop(place), row)
        elif place in self._open:
            self._hand(place, row)

    def move(self, to: Move) -> None:
        """Let what is under way be counted at the new version's elements."""
        self._definition_id = to.definition_id
        moved = [
            replace(
                stay,
                definition_id=to.definition_id,
                element_id=to.mapping.get(stay.element_id) or stay.element_id,
            )
            for stay in self._open.values()
        ]
        self._open = {(stay.token_id, stay.element_id): stay for stay in moved}

    def stays(self) -> tuple[Stay, ...]:
        """Return what is over, and what lasts but for user tasks: those have a row of their own."""
        lasting = (stay for stay in self._open.values() if not stay.is_task)
        return (*self._over, *lasting)

    def _enter(self, place: _Place, at: datetime) -> None:
        kind = self._kind_of(self._definition_id, place[1])
        if kind in TIMED or kind in USER_TASKS:
            claimed = at if (*place, at) in self._held else None
            is_task = kind in USER_TASKS
            self._open[place] = Stay(self._definition_id, *place, is_task, at, claimed)

    def _leave(self, stay: Stay, row: LogRow) -> None:
        by_person = row.kind == "user_task.completed"
        done = by_person or (row.kind == EventKind.ELEMENT_COMPLETED and not stay.is_task)
        at = row.occurred_at
        ended = replace(stay, completed_at=at) if done else replace(stay, cancelled_at=at)
        self._over.append(ended)

    def _hand(self, place: _Place, row: LogRow) -> None:
        stay = self._open[place]
        if row.kind == "user_task.claimed":
            self._open[place] = replace(stay, claimed_at=row.occurred_at)
        elif row.kind == "user_task.released":
            self._open[place] = replace(stay, claimed_at=None)
        elif row.kind in _TAKEN:
            self._open[place] = replace(stay, claimed_at=stay.claimed_at or row.occurred_at)
