"""The beginning of an instance: by a person, or by the first of the events that it waits for.

Also its second one: when its caller wants undone what it did before it ended.

Source: BPMN 2.0.2, 10.5.2 (parallel multiple start), 10.6.6 and 13.5.1 (event-based gateways).
"""

from collections.abc import Iterator

from engine import commands
from engine.errors import CommandRejectedError
from engine.events import EventKind
from engine.kernel.base import TaskState, Token
from engine.kernel.compensation import UNDO, taken, undo
from engine.kernel.machine import Machine
from engine.kernel.scope import Flow
from engine.kernel.specs import ElementSpec
from engine.kernel.specs_events import CatchingSpec, GatheringStart
from engine.kernel.specs_flow import EventBasedGateway
from engine.model import InstanceStatus, Occurrence
from engine.texts import N_


def begin(
    machine: Machine, start_element: str | None = None, cause: Occurrence | None = None
) -> None:
    """Start the instance, at its none start event unless another one is named.

    What starts it may be a start event, or a receive task or event that instantiates: its message
    counts as received. Where the start wants several events, ``cause`` says which has happened.
    """
    starts: tuple[str, ...] = machine.spec.starts
    if start_element is not None:
        _check_start(machine, start_element)
        starts = (start_element,)
        _learn(machine, machine.spec.task_specs[start_element], cause)
    machine.record(EventKind.INSTANCE_STARTED)
    later: tuple[str, ...] = ()
    for name in starts:
        spec = machine.spec.task_specs[name]
        if isinstance(spec, GatheringStart) and cause is not None:
            spec.begin_with(machine, cause)
        elif isinstance(spec, CatchingSpec):
            machine.enter_ready(name)
            later += _siblings(machine, name) + tuple(_other_groups(machine, spec))
        else:
            later += (name,)
    machine.begin(later)
    machine.run()


def undo_all(machine: Machine, _: commands.Undo) -> None:
    """Undo what an ended instance did. Raises CommandRejectedError while it runs."""
    if not machine.has_ended:
        raise CommandRejectedError(N_("The process instance has not ended."))
    machine.status = InstanceStatus.ACTIVE
    machine.completed = False
    machine.record(EventKind.INSTANCE_UNDONE)
    if machine.spec.undoer is not None:
        machine.emit([Flow("", machine.spec.undoer)])
    else:
        token: Token = machine.place(UNDO)
        token.state = TaskState.STARTED
        if not undo(token, machine, taken(machine, None)):
            token.task_spec.all_undone(token)
    machine.settle()


def _learn(machine: Machine, begun: ElementSpec, cause: Occurrence | None) -> None:
    """Keep what the conversation is about that the first message has begun."""
    told = begun.correlations
    if isinstance(begun, GatheringStart) and cause is not None:
        told = tuple(one.correlation for one in begun.told_by(cause) if one.correlation)
    for one in told:
        one.learn(machine, machine.context(), begun.element_id)


def _check_start(machine: Machine, element_id: str) -> None:
    spec = machine.spec.task_specs.get(element_id)
    if not isinstance(spec, ElementSpec) or not _can_start(machine, spec):
        raise CommandRejectedError(
            N_("The process has no start event “%(element)s”."),
            params={"element": element_id},
            element_id=element_id,
        )


def _can_start(machine: Machine, spec: ElementSpec) -> bool:
    element = spec.element
    return element.kind == "startEvent" or element.instantiate or bool(_gateway(machine, spec))


def _gateways(machine: Machine) -> Iterator[EventBasedGateway]:
    for spec in machine.spec.task_specs.values():
        if isinstance(spec, EventBasedGateway) and spec.element.instantiate:
            yield spec


def _gateway(machine: Machine, spec: ElementSpec) -> EventBasedGateway | None:
    """Return the instantiating event-based gateway before an event, if there is one."""
    for gateway in _gateways(machine):
        if any(flow.target == spec.name for flow in gateway.flows):
            return gateway
    return None


def _siblings(machine: Machine, spec_name: str) -> tuple[str, ...]:
    """Return the other events that must happen, too, where the gateway waits for all of them."""
    gateway = _gateway(machine, machine.spec.task_specs[spec_name])
    if gateway is None or not gateway.element.all_events:
        return ()
    return tuple(flow.target for flow in gateway.flows if flow.target != spec_name)


def _other_groups(machine: Machine, begun: CatchingSpec) -> Iterator[str]:
    """Yield where else the process waits for a message of the same conversation to begin.

    One event of each group of an instantiating event-based gateway must come, and every receive
    task that instantiates; without a common correlation key each starts an instance of its own.
    """
    keys = {one.key for one in begun.correlations}
    begun_with = (begun, _gateway(machine, begun))
    for spec in machine.spec.task_specs.values():
        if not isinstance(spec, ElementSpec) or not spec.element.instantiate:
            continue
        arms = spec.flows if isinstance(spec, EventBasedGateway) else ()
        events = (spec, *(machine.spec.task_specs[flow.target] for flow in arms))
        shared = keys & {one.key for event in events for one in event.correlations}
        if shared and spec not in begun_with:
            yield from _waiting_places(spec)


def _waiting_places(spec: ElementSpec) -> tuple[str, ...]:
    """Return what waits: all the events of a parallel gateway, else the group itself."""
    if isinstance(spec, EventBasedGateway) and spec.element.all_events:
        return tuple(flow.target for flow in spec.flows)
    return (str(spec.name),)
