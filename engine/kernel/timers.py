"""The timers of a waiting token: rows of (trigger, due instant, firings left, number, period).

The period of a cycle says when it comes round again. A duration in office time has instead when it
was armed and how long it is, ``2026-11-20T09:00:00+00:00/P3D``: its calendar may change meanwhile.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.kernel import instants
from engine.kernel.base import Token
from engine.kernel.correlation import KeyOf
from engine.kernel.scope import Moment
from engine.kernel.variables import Formula


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event waits for: ``kind`` is timer, message, signal or conditional."""

    kind: str
    name: str = ""  # of the message or signal
    timer_kind: str = ""
    when: Formula | None = None
    working_time: bool = False
    correlation_key: Formula | None = None
    correlation: KeyOf | None = None


def row_for(index: int, trigger: Trigger, value: Any, moment: Moment, element_id: str) -> list[Any]:
    """Return the row of a timer that is armed now."""
    if trigger.timer_kind == "date":
        return [index, instants.instant(value, moment, element_id).isoformat(), 1, 1, None]
    if trigger.timer_kind == "duration":
        due = instants.after(value, moment, element_id, working_time=trigger.working_time)
        told = _armed_words(value, moment) if trigger.working_time else None
        return [index, due.isoformat(), 1, 1, told]
    cycle = instants.cycle(value, moment, element_id)
    first = cycle.start or instants.following(
        cycle.period, moment, element_id, working_time=trigger.working_time
    )
    return [index, first.isoformat(), cycle.count, 1, cycle.period]


def step_on(row: list[Any], token: Token, trigger: Trigger, moment: Moment, *, again: bool) -> None:
    """Set the row to the timer's next firing, counted from the last due instant, or drop it."""
    _, _, left, number, period = row
    if not again or period is None or left in (0, 1):
        token.wait["timers"].remove(row)
        return
    last = Moment(due_at(row), moment.calendar)
    place = token.task_spec.element_id
    due = instants.following(period, last, place, working_time=trigger.working_time)
    row[1:4] = [due.isoformat(), left if left < 0 else left - 1, number + 1]


def recount(row: list[Any], trigger: Trigger, moment: Moment, element_id: str) -> None:
    """Count a duration in office time anew by the moment's calendar, from when it was armed."""
    if not trigger.working_time or row[4] is None:
        return
    since, _, amount = row[4].partition("/")
    armed = Moment(datetime.fromisoformat(since), moment.calendar)
    row[1] = instants.after(amount, armed, element_id, working_time=True).isoformat()


def _armed_words(value: Any, moment: Moment) -> str:
    """Return when a duration begins and how long it is, as ISO 8601 writes an interval."""
    if isinstance(value, timedelta):
        value = f"P{value.days}DT{value.seconds}S"
    return f"{moment.at.isoformat()}/{value.strip()}"


def timer_id(token: Token, row: list[Any]) -> str:
    """Return the id of a timer; each firing has one of its own."""
    return f"{token.id}.{row[0]}.{row[3]}"


def due_at(row: list[Any]) -> datetime:
    """Return when a timer is due."""
    return datetime.fromisoformat(row[1])


def set_due(row: list[Any], trigger: Trigger, at: datetime) -> None:
    """Let a timer be due then; a duration in office time is not counted anew any more."""
    row[1] = at.astimezone(UTC).isoformat()
    if trigger.timer_kind == "duration":
        row[4] = None
