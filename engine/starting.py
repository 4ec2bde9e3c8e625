"""What starts a process without a person: what its start events wait for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from engine.bpmn.elements import EventDefinition, FlowNode
from engine.kernel import formulas, instants, timers
from engine.kernel.process import CompiledProcess
from engine.kernel.scope import Moment
from engine.kernel.specs_events import CatchingSpec
from engine.worktime import Calendar

MAX_SKIPPED = 100_000  # rounds of a cycle that had passed before the process was armed


class StartKind(StrEnum):
    """What a start event waits for."""

    MESSAGE = "message"
    SIGNAL = "signal"
    TIMER = "timer"
    CONDITIONAL = "conditional"


@dataclass(frozen=True, slots=True)
class StartTimer:
    """When a start is due, and how a cycle goes on; ``firings_left`` below 0 is without end."""

    due_at: datetime
    firings_left: int = 1
    period: str | None = None
    working_time: bool = False


@dataclass(frozen=True, slots=True)
class StartTrigger:
    """One thing that starts the process at an element; ``name`` is the message's or signal's."""

    element_id: str
    kind: StartKind
    name: str = ""
    timer: StartTimer | None = None


def start_triggers(
    process: CompiledProcess, *, at: datetime, calendar: Calendar
) -> tuple[StartTrigger, ...]:
    """Return what starts the process by itself from ``at`` on.

    A date that has passed, and the rounds of a cycle before ``at``, start nothing. A start event
    that wants several events begins with the first of them, its timers then counting from there;
    one of timers alone begins when the last is due. Raises ExecutionError when a timer cannot be
    read.
    """
    moment = Moment(at, calendar)
    found: list[StartTrigger] = []
    for start in _start_events(process):
        found += _of_start(start, moment)
    for spec in process.program.top.task_specs.values():
        node = getattr(spec, "element", None)
        if not isinstance(node, FlowNode) or node.kind == "startEvent":
            continue
        if node.instantiate:
            targets = (spec.name, *(flow.target for flow in spec.flows))
            specs = (process.program.top.task_specs[name] for name in targets)
            for one in specs if node.kind == "eventBasedGateway" else (spec,):
                found += _of_catching(one)
    return tuple(found)


def conditions_met(
    process: CompiledProcess, variables: Mapping[str, Any], *, at: datetime, calendar: Calendar
) -> tuple[str, ...]:
    """Return the start events whose condition is true for what somebody tells; null is not true.

    Raises ExecutionError when a condition is neither true nor false.
    """
    now = at.astimezone(ZoneInfo(calendar.tz))
    seen = {**variables, "now": now, "today": now.date()}
    found = []
    for node, event in ((one, event) for one in _start_events(process) for event in one.events):
        if event.kind == StartKind.CONDITIONAL and event.expression:
            asked = formulas.expression(event.expression, element_id=node.id, line=event.line)
            if asked.holds(seen, node.id):
                found.append(node.id)
    return tuple(dict.fromkeys(found))


def _start_events(process: CompiledProcess) -> Iterator[FlowNode]:
    for spec in process.program.top.task_specs.values():
        node = getattr(spec, "element", None)
        if isinstance(node, FlowNode) and node.kind == "startEvent":
            yield node


def following_start(timer: StartTimer, calendar: Calendar) -> StartTimer | None:
    """Return the next round of a cycle after ``timer`` was due, or None after the last."""
    if timer.period is None or timer.firings_left in (0, 1):
        return None
    due_at = instants.following(
        timer.period, Moment(timer.due_at, calendar), "", working_time=timer.working_time
    )
    return replace(timer, due_at=due_at, firings_left=max(timer.firings_left - 1, -1))


def _of_start(node: FlowNode, moment: Moment) -> Iterator[StartTrigger]:
    """Yield what begins an instance at a start event, by itself or as the first of several."""
    found = [trigger for event in node.events for trigger in _of_event(node, event, moment)]
    if not node.gathers:
        yield from found
    elif all(event.kind == StartKind.TIMER for event in node.events):
        yield from _latest(found)
    else:
        yield from (one for one in found if one.timer is None)


def _latest(timers_: list[StartTrigger]) -> Iterator[StartTrigger]:
    """Yield the timer that is due last; rounds of several cycles belong to no common start."""
    armed = [(one.timer.due_at, one) for one in timers_ if one.timer is not None]
    if armed and all(one.timer is not None and one.timer.period is None for _, one in armed):
        yield max(armed, key=lambda pair: pair[0])[1]


def _of_event(node: FlowNode, event: EventDefinition, moment: Moment) -> Iterator[StartTrigger]:
    if event.kind in (StartKind.MESSAGE, StartKind.SIGNAL) and event.ref:
        yield StartTrigger(node.id, StartKind(event.kind), event.ref)
    elif event.kind == StartKind.CONDITIONAL:
        yield StartTrigger(node.id, StartKind.CONDITIONAL)
    elif event.kind == StartKind.TIMER:
        armed = _armed(node, event, moment)
        if armed is not None:
            yield StartTrigger(node.id, StartKind.TIMER, timer=armed)


def _of_catching(spec: object) -> Iterator[StartTrigger]:
    if isinstance(spec, CatchingSpec):
        for one in spec.triggers:
            if one.kind in (StartKind.MESSAGE, StartKind.SIGNAL) and one.name:
                yield StartTrigger(spec.element_id, StartKind(one.kind), one.name)


def _armed(node: FlowNode, event: EventDefinition, moment: Moment) -> StartTimer | None:
    """Return the first round that is still to come."""
    when = formulas.text(event.expression, element_id=node.id, line=event.line)
    value = when.value({}, node.id) if when else None
    trigger = timers.Trigger(
        "timer", timer_kind=event.timer_kind or "", working_time=event.working_time
    )
    _, due, left, _, period = timers.row_for(0, trigger, value, moment, node.id)
    armed: StartTimer | None = StartTimer(
        datetime.fromisoformat(due), left, period, event.working_time
    )
    for _round in range(MAX_SKIPPED):
        if armed is None or armed.due_at >= moment.at:
            return armed
        armed = following_start(armed, moment.calendar)
    return None
