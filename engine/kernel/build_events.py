"""The builders of events: what waits and what throws."""

from collections.abc import Callable

from engine.bpmn import elements as bpmn
from engine.kernel.places import Place
from engine.kernel.specs import ElementSpec
from engine.kernel.specs_events import CatchingSpec
from engine.kernel.specs_throwing import (
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
_LAST = ("error", "cancel", "terminate")  # no token is left to throw anything after these


def catching(kind: type[CatchingSpec]) -> Callable[[Place], ElementSpec]:
    """Return the builder of an event that waits."""

    def builder(place: Place) -> ElementSpec:
        element = kind(place.spec, place.node)
        awaited = (trigger(place, definition) for definition in place.node.events)
        element.triggers = tuple(one for one in awaited if one is not None)
        element.asks_conditions = any(one.kind == "conditional" for one in element.triggers)
        element.wants_all = place.node.parallel_multiple and len(element.triggers) > 1
        element.repeats = kind is not CatchingSpec and not place.node.interrupting
        return element

    return builder


def receiving(place: Place) -> ElementSpec:
    """Return the spec of a receive task."""
    element = CatchingSpec(place.spec, place.node)
    key = place.expression(_key(place.node.events))
    element.triggers = (Trigger("message", place.node.message_ref or "", correlation_key=key),)
    return element


def throwing(place: Place) -> ElementSpec:
    """Return the spec of an event that throws, or of one that does nothing."""
    element = ThrowingSpec(place.spec, place.node)
    events = sorted(place.node.events, key=lambda one: one.kind in _LAST)
    element.throws = tuple(_thrown(place, definition) for definition in events)
    return element


def send_message(place: Place) -> SendMessage:
    """Return what a send task throws."""
    return _message(place, _key(place.node.events), place.node.message_ref)


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
        return Trigger(definition.kind, definition.ref or "", correlation_key=key)
    if definition.kind == "conditional":
        return Trigger("conditional", when=place.expression(definition.expression))
    if definition.kind in CAUGHT_WHEN_THROWN:
        return None
    raise place.refused()


def _thrown(place: Place, definition: bpmn.EventDefinition) -> Throw:
    kind = definition.kind
    if kind == "message":
        return _message(place, definition.correlation_key, definition.ref)
    if kind == "signal":
        return SendSignal(definition.ref or "")
    if kind == "error":
        return ThrowError(definition.ref or "")
    if kind == "escalation":
        return Escalate(definition.ref)
    if kind == "compensate":
        return Compensate(definition.activity_ref)
    found = {"terminate": terminate, "cancel": cancel_transaction}.get(kind)
    if found is None:
        raise place.refused()
    return found


def _message(place: Place, key: str | None, name: str | None) -> SendMessage:
    return SendMessage(name or "", place.expression(key), place.inputs())


def _key(events: tuple[bpmn.EventDefinition, ...]) -> str | None:
    return next((one.correlation_key for one in events if one.correlation_key), None)
