"""Strict rules about gateways: direction, number of flows, event-based gateways."""

from collections.abc import Iterator

from engine.bpmn.catalog import name_of
from engine.lint.standard.document import GATEWAYS, Document, Element, every
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

_DIRECTION = N_("Change the gateway's direction, or its sequence flows.")
_TARGETS = N_("Lead the gateway's flows to message, timer, signal or conditional catch events.")
CONVERGING = Rule(
    "gateway-converging",
    ("EXT.017",),
    N_("The converging gateway “%(name)s” has more than one outgoing sequence flow."),
    _DIRECTION,
)
DIVERGING = Rule(
    "gateway-diverging",
    ("EXT.018",),
    N_("The diverging gateway “%(name)s” has more than one incoming sequence flow."),
    _DIRECTION,
)
MIXED = Rule(
    "gateway-mixed",
    ("EXT.019",),
    N_("The mixed gateway “%(name)s” needs several incoming and several outgoing flows."),
    _DIRECTION,
)
WITHOUT_CHOICE = Rule(
    "gateway-without-choice",
    ("EXT.135",),
    N_("The gateway “%(name)s” has neither several incoming nor several outgoing flows."),
    N_("Add the missing flows, or delete the gateway."),
)
EVENT_FLOWS = Rule(
    "event-gateway-flows",
    ("EXT.136",),
    N_("The event-based gateway “%(name)s” needs at least two outgoing sequence flows."),
    N_("Add the other events, or use the event alone."),
)
EVENT_CONDITION = Rule(
    "event-gateway-condition",
    ("EXT.137",),
    N_("The flow “%(name)s” leaves an event-based gateway and has a condition."),
    N_("Delete the condition: the event decides."),
)
EVENT_TARGET = Rule(
    "event-gateway-target-kind",
    ("EXT.138",),
    N_("The event-based gateway “%(name)s” leads to something that cannot be awaited."),
    _TARGETS,
)
EVENT_MIXTURE = Rule(
    "event-gateway-mixture",
    ("EXT.139",),
    N_("The event-based gateway “%(name)s” leads to message events and to receive tasks."),
    N_("Use only message events, or only receive tasks."),
)
EVENT_BOUNDARY = Rule(
    "event-gateway-boundary",
    ("EXT.140",),
    N_("“%(name)s” follows an event-based gateway and has a boundary event."),
    N_("Delete the boundary event, or put the event at the gateway."),
)
EVENT_SHARED = Rule(
    "event-gateway-target-flows",
    ("EXT.141",),
    N_("“%(name)s” follows an event-based gateway and has other incoming flows."),
    N_("Lead the other flow to the gateway, or to an event of its own."),
)
EVENT_PARALLEL = Rule(
    "event-gateway-parallel",
    ("EXT.142",),
    N_("The event-based gateway “%(name)s” is parallel, but does not start the process."),
    N_("Make it exclusive, or let it instantiate the process."),
)
_AWAITED = {"message", "timer", "signal", "conditional"}


def _directions(document: Document) -> Iterator[Fault]:
    for gateway in document.each(*GATEWAYS):
        direction = gateway.get("gatewayDirection")
        several_in = len(document.flows(gateway, "incoming")) > 1
        several_out = len(document.flows(gateway, "outgoing")) > 1
        if direction == "Converging" and several_out:
            yield Fault(CONVERGING, gateway)
        if direction == "Diverging" and several_in:
            yield Fault(DIVERGING, gateway)
        if direction == "Mixed" and not (several_in and several_out):
            yield Fault(MIXED, gateway)
        if not (several_in or several_out):
            yield Fault(WITHOUT_CHOICE, gateway)


def _event_gateways(document: Document) -> Iterator[Fault]:
    for gateway in document.each("eventBasedGateway"):
        listed = (document.find(gateway, key) for key in document.flows(gateway, "outgoing"))
        flows = [one for one in listed if one is not None and one.get("targetRef")]
        targets = [document.find(flow, flow.get("targetRef")) for flow in flows]
        if len(document.flows(gateway, "outgoing")) < 2:
            yield Fault(EVENT_FLOWS, gateway)
        if gateway.get("eventGatewayType") == "Parallel" and gateway.get("instantiate") != "true":
            yield Fault(EVENT_PARALLEL, gateway)
        for flow in flows:
            if every(flow, "conditionExpression"):
                yield Fault(EVENT_CONDITION, flow)
        yield from _targets(document, gateway, [one for one in targets if one is not None])


def _targets(document: Document, gateway: Element, targets: list[Element]) -> Iterator[Fault]:
    bounded = {one.get("attachedToRef") for one in document.each("boundaryEvent")}
    kinds: set[str] = set()
    for target in targets:
        receives = name_of(target) == "receiveTask"
        found = {"receive"} if receives else set(document.kinds(target))
        kinds |= found
        awaited = name_of(target) == "intermediateCatchEvent" and found <= _AWAITED
        if not (receives or awaited):
            yield Fault(EVENT_TARGET, gateway)
        if receives and target.get("id") in bounded:
            yield Fault(EVENT_BOUNDARY, target)
        if len(document.flows(target, "incoming")) > 1:
            yield Fault(EVENT_SHARED, target)
    if {"receive", "message"} <= kinds:
        yield Fault(EVENT_MIXTURE, gateway)


CHECKS = (_directions, _event_gateways)
