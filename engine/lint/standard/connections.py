"""Strict rules about what must and must not be connected: events, gateways, activities."""

from collections.abc import Iterator

from engine.bpmn.catalog import children, name_of
from engine.lint.standard.document import (
    ACTIVITIES,
    GATEWAYS,
    Document,
    Element,
    is_event_sub_process,
)
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

_LEAD_ON = N_("Connect it with a sequence flow, or delete it.")
_DELETE = N_("Delete the sequence flow, or use another kind of event.")
END_WITHOUT_START = Rule(
    "end-without-start",
    ("EXT.097",),
    N_("“%(name)s” is an end event, but there is no start event on the same level."),
    N_("Draw a start event."),
)
START_WITHOUT_END = Rule(
    "start-without-end",
    ("EXT.105",),
    N_("“%(name)s” is a start event, but there is no end event on the same level."),
    N_("Draw an end event."),
)
START_INCOMING = Rule(
    "start-event-incoming",
    ("EXT.101",),
    N_("A sequence flow leads into the start event “%(name)s”."),
    N_("Lead the flow to the activity after the start event."),
)
START_OUTGOING = Rule(
    "start-event-outgoing",
    ("EXT.096",),
    N_("No sequence flow leaves the start event “%(name)s”."),
    _LEAD_ON,
)
END_INCOMING = Rule(
    "end-event-incoming",
    ("EXT.107",),
    N_("No sequence flow leads into the end event “%(name)s”."),
    _LEAD_ON,
)
END_OUTGOING = Rule(
    "end-event-outgoing",
    ("EXT.104",),
    N_("A sequence flow leaves the end event “%(name)s”."),
    N_("Replace the end event by an intermediate event, or delete the flow."),
)
BOUNDARY_INCOMING = Rule(
    "boundary-event-incoming",
    ("EXT.112",),
    N_("A sequence flow leads into the boundary event “%(name)s”."),
    _DELETE,
)
BOUNDARY_OUTGOING = Rule(
    "boundary-event-outgoing",
    ("EXT.113",),
    N_("No sequence flow leaves the boundary event “%(name)s”."),
    N_("Lead it to what is to happen then."),
)
COMPENSATION_OUTGOING = Rule(
    "compensation-boundary-outgoing",
    ("EXT.114",),
    N_("A sequence flow leaves the compensation event “%(name)s”."),
    N_("Connect it with its compensation activity by an association instead."),
)
INTERMEDIATE_INCOMING = Rule(
    "intermediate-event-incoming",
    ("EXT.115",),
    N_("No sequence flow leads into the intermediate event “%(name)s”."),
    _LEAD_ON,
)
INTERMEDIATE_OUTGOING = Rule(
    "intermediate-event-outgoing",
    ("EXT.116",),
    N_("No sequence flow leaves the intermediate event “%(name)s”."),
    _LEAD_ON,
)
NODE_OUTGOING = Rule(
    "node-without-outgoing",
    ("EXT.150",),
    N_("No sequence flow leaves “%(name)s”, although its process has end events."),
    _LEAD_ON,
)
NODE_INCOMING = Rule(
    "node-without-incoming",
    ("EXT.151", "EXT.152"),
    N_("No sequence flow leads into “%(name)s”, although its process has start events."),
    _LEAD_ON,
)
COMPENSATION_FLOWS = Rule(
    "compensation-activity-with-flow",
    ("EXT.145",),
    N_("The compensation activity “%(name)s” must not have sequence flows."),
    N_("Connect it only by an association with its compensation event."),
)
_LEVELS = ("process", "subProcess", "transaction")


def _levels(document: Document) -> Iterator[Fault]:
    for scope in document.each(*_LEVELS):
        nodes = list(children(scope))
        starts = [one for one in nodes if name_of(one) == "startEvent"]
        ends = [one for one in nodes if name_of(one) == "endEvent"]
        if ends and not starts:
            yield Fault(END_WITHOUT_START, ends[0])
        if starts and not ends:
            yield Fault(START_WITHOUT_END, starts[0])
        for node in nodes:
            yield from _loose(document, node, has_start=bool(starts), has_end=bool(ends))


def _loose(document: Document, node: Element, *, has_start: bool, has_end: bool) -> Iterator[Fault]:
    if name_of(node) not in (*ACTIVITIES, *GATEWAYS):
        return
    incoming, outgoing = document.flows(node, "incoming"), document.flows(node, "outgoing")
    if node.get("isForCompensation") == "true":
        if (incoming or outgoing) and not is_event_sub_process(node):
            yield Fault(COMPENSATION_FLOWS, node)
        return
    if is_event_sub_process(node):
        return
    starts_itself = node.get("instantiate") == "true"
    if has_start and not incoming and not starts_itself:
        yield Fault(NODE_INCOMING, node)
    if has_end and not outgoing:
        yield Fault(NODE_OUTGOING, node)


def _starts_and_ends(document: Document) -> Iterator[Fault]:
    for event in document.each("startEvent"):
        if document.flows(event, "incoming"):
            yield Fault(START_INCOMING, event)
        if not document.flows(event, "outgoing"):
            yield Fault(START_OUTGOING, event)
    for event in document.each("endEvent"):
        if document.flows(event, "outgoing"):
            yield Fault(END_OUTGOING, event)
        if not document.flows(event, "incoming"):
            yield Fault(END_INCOMING, event)


def _between(document: Document) -> Iterator[Fault]:
    for event in document.each("boundaryEvent"):
        compensates = "compensate" in document.kinds(event)
        if document.flows(event, "incoming"):
            yield Fault(BOUNDARY_INCOMING, event)
        if document.flows(event, "outgoing") and compensates:
            yield Fault(COMPENSATION_OUTGOING, event)
        if not document.flows(event, "outgoing") and not compensates:
            yield Fault(BOUNDARY_OUTGOING, event)
    for event in document.each("intermediateCatchEvent", "intermediateThrowEvent"):
        linked = "link" in document.kinds(event)
        throws = name_of(event) == "intermediateThrowEvent"
        if not document.flows(event, "incoming") and (throws or not linked):
            yield Fault(INTERMEDIATE_INCOMING, event)
        if not document.flows(event, "outgoing") and not (throws and linked):
            yield Fault(INTERMEDIATE_OUTGOING, event)


CHECKS = (_levels, _starts_and_ends, _between)
