"""The builders of events: what waits and what throws."""

from collections.abc import Callable
from dataclasses import replace

from engine.bpmn import elements as bpmn
from engine.kernel.compensation import UNDO
from engine.kernel.correlation import KeyOf
from engine.kernel.places import Place
from engine.kernel.specs import ElementSpec, ScopeSpec
from engine.kernel.specs_events import CatchingSpec, GatheringStart
from engine.kernel.specs_throwing import (
    AsideSpec,
    Compensate,
    Escalate,
    SendMessage,
    SendSignal,
    Throw,
    ThrowError,
    ThrowingSpec,
    cancel_transaction,
    terminate,
)
from engine.kernel.timers import Trigger

CAUGHT_WHEN_THROWN = ("error", "escalation", "cancel", "compensate")  # found when it is thrown
ONCE = (CatchingSpec, GatheringStart)  # what waits in the flow, not beside it
ASIDE = "~aside"  # ends the name of the spec that waits for compensation beside its event
_LAST = ("error", "cancel", "terminate")  # no token is left to throw anything after these


def catching(kind: type[CatchingSpec]) -> Callable[[Place], ElementSpec]:
    """Return the builder of an event that waits."""

    def builder(place: Place) -> ElementSpec:
        element = kind(place.spec, place.node)
        awaited = (trigger(place, definition) for definition in place.node.events)
        element.triggers = tuple(one for one in awaited if one is not None)
        element.correlations = correlations(place)
        element.asks_conditions = any(one.kind == "conditional" for one in element.triggers)
        element.wants_all = place.node.gathers
        element.repeats = kind not in ONCE and not place.node.interrupting
        return element

    return builder


def receiving(place: Place) -> ElementSpec:
    """Return the spec of a receive task."""
    element = CatchingSpec(place.spec, place.node)
    key = place.expression(_key(place.node.events))
    element.correlations = correlations(place)
    told = next(iter(element.correlations), None)
    name = place.node.message_ref or ""
    element.triggers = (Trigger("message", name, correlation_key=key, correlation=told),)
    return element


def throwing(place: Place) -> ElementSpec:
    """Return the spec of an event that throws, or of one that does nothing."""
    element = ThrowingSpec(place.spec, place.node)
    events = sorted(place.node.events, key=lambda one: one.kind in _LAST)
    element.throws = tuple(_thrown(place, definition) for definition in events)
    return element


def send_message(place: Place) -> SendMessage:
    """Return what a send task throws."""
    return _message(place, next(iter(place.node.events), None), place.node.message_ref or "")


def trigger(place: Place, definition: bpmn.EventDefinition) -> Trigger | None:
    """Return what an event waits for; None for what is found when it is thrown."""
    if definition.kind == "timer":
        return Trigger(
            "timer",
            timer_kind=definition.timer_kind or "",
            when=place.text(definition.expression),
            working_time=definition.working_time,
        )
    if definition.kind in ("message", "signal"):
        key = place.expression(definition.correlation_key)
        told = _correlation(place, definition)
        return Trigger(definition.kind, definition.ref or "", correlation_key=key, correlation=told)
    if definition.kind == "conditional":
        return Trigger("conditional", when=place.expression(definition.expression))
    if definition.kind in CAUGHT_WHEN_THROWN:
        return None
    raise place.refused()


def _thrown(place: Place, definition: bpmn.EventDefinition) -> Throw:
    kind = definition.kind
    if kind == "message":
        return _message(place, definition, definition.ref or "")
    if kind == "signal":
        return SendSignal(definition.ref or "")
    if kind == "error":
        return ThrowError(definition.ref or "")
    if kind == "escalation":
        return Escalate(definition.ref)
    if kind == "compensate":
        return Compensate(definition.activity_ref, None if definition.waits else _aside(place))
    found = {"terminate": terminate, "cancel": cancel_transaction}.get(kind)
    if found is None:
        raise place.refused()
    return found


def _aside(place: Place) -> str:
    """Return the name of the spec where a token waits for compensation beside the event."""
    node = replace(place.node, id=f"{place.node.id}{ASIDE}", events=(), incoming=(), outgoing=())
    spec = AsideSpec(place.spec, node)
    spec.hidden = True
    return str(spec.name)


def undoer(spec: ScopeSpec, line: int) -> ElementSpec:
    """Return the spec, now part of a process, at which its instance waits for its compensation."""
    found = AsideSpec(spec, bpmn.FlowNode(UNDO, "task", line))
    found.hidden = True
    return found


def correlations(place: Place) -> tuple[KeyOf, ...]:
    """Return what a message that begins the process at this element is about."""
    found = (_correlation(place, one) for one in place.node.events)
    return tuple(one for one in found if one is not None)


def _correlation(place: Place, definition: bpmn.EventDefinition | None) -> KeyOf | None:
    drawn = None if definition is None else definition.correlation
    if definition is None or drawn is None or definition.correlation_key:
        return None
    return KeyOf(drawn.key, place.expressions(drawn.retrieve), place.expressions(drawn.expect))


def _message(place: Place, definition: bpmn.EventDefinition | None, name: str) -> SendMessage:
    key = None if definition is None else definition.correlation_key
    return SendMessage(name, place.expression(key), place.inputs(), _correlation(place, definition))


def _key(events: tuple[bpmn.EventDefinition, ...]) -> str | None:
    return next((one.correlation_key for one in events if one.correlation_key), None)
