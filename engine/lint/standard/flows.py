"""Strict rules about sequence flows: what they connect, conditions, defaults, borders."""

from collections.abc import Iterator

from engine.bpmn.catalog import local, name_of
from engine.lint.standard.document import (
    ACTIVITIES,
    CHOREOGRAPHY_NODES,
    FLOW_NODES,
    SUB_PROCESSES,
    Document,
    Element,
    above,
    child,
    every,
    is_event_sub_process,
    is_executable,
    texts,
)
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

_CONNECT = N_("Connect the flow to activities, gateways or events, or delete it.")
_SAVE_AGAIN = N_("Draw the flow again, so that both ends know it.")
SOURCE = Rule(
    "flow-source-kind",
    ("EXT.007", "EXT.021"),
    N_("A sequence flow starts at “%(name)s”, where BPMN allows none."),
    _CONNECT,
)
TARGET = Rule(
    "flow-target-kind",
    ("EXT.006", "EXT.022"),
    N_("A sequence flow leads to “%(name)s”, where BPMN allows none."),
    _CONNECT,
)
EVENT_SUB_PROCESS = Rule(
    "event-sub-process-with-flow",
    ("EXT.057",),
    N_("The event sub-process “%(name)s” must not have incoming or outgoing sequence flows."),
    N_("Delete the flows: its start event starts it."),
)
END_MISSING = Rule(
    "flow-not-at-its-end",
    ("EXT.023", "EXT.107"),
    N_("The sequence flow “%(name)s” and its source or target do not refer to each other."),
    _SAVE_AGAIN,
)
LOOSE_REFERENCE = Rule(
    "incoming-outgoing-wrong",
    ("EXT.023",),
    N_("“%(name)s” lists an incoming or outgoing flow that does not end there."),
    _SAVE_AGAIN,
)
NOT_IMMEDIATE = Rule(
    "flow-not-immediate",
    ("EXT.024",),
    N_('The sequence flow “%(name)s” has isImmediate="false" in an executable process.'),
    N_("Delete isImmediate, or set it to true."),
)
LONELY_CONDITION = Rule(
    "condition-without-alternative",
    ("EXT.025",),
    N_("The flow “%(name)s” has a condition, but it is the only one that leaves its activity."),
    N_("Add a second outgoing flow, or delete the condition."),
)
CONDITION_PLACE = Rule(
    "condition-at-wrong-source",
    ("EXT.025",),
    N_("The flow “%(name)s” has a condition, but its source takes all its flows."),
    N_("Delete the condition, or decide with an exclusive gateway."),
)
DEFAULT = Rule(
    "default-not-own",
    ("EXT.026",),
    N_("The default flow of “%(name)s” is none of its outgoing flows."),
    N_("Choose one of its outgoing flows as the default."),
)
POOL_BORDER = Rule(
    "flow-crosses-pool",
    ("EXT.028",),
    N_("The sequence flow “%(name)s” crosses the border of a pool."),
    N_("End the flow inside its own process; use a message between pools."),
)
SUB_PROCESS_BORDER = Rule(
    "flow-crosses-sub-process",
    ("EXT.029",),
    N_("The sequence flow “%(name)s” crosses the border of a sub-process."),
    N_("End the flow inside its own sub-process."),
)
_PROCESSES = ("process", *SUB_PROCESSES)
_CHOREOGRAPHIES = ("choreography", "subChoreography", "globalChoreographyTask")
_NO_CONDITIONS = ("startEvent", "parallelGateway", "eventBasedGateway", "boundaryEvent")


def _ends(document: Document) -> Iterator[Fault]:
    for flow in document.each("sequenceFlow"):
        source = document.find(flow, flow.get("sourceRef"))
        target = document.find(flow, flow.get("targetRef"))
        if source is not None and not _may_be_connected(source, "endEvent"):
            yield Fault(SOURCE, source)
        if target is not None and not _may_be_connected(target, "boundaryEvent", "startEvent"):
            yield Fault(TARGET, target)
        if document.lists_flows:
            yield from _both_know(flow, source, target)
        if source is not None and target is not None:
            yield from _borders(flow, source, target)


def _may_be_connected(node: Element, *not_these: str) -> bool:
    """Return whether a flow may end at a node; choreographies have activities of their own."""
    name = name_of(node)
    scope = above(node, *_PROCESSES, *_CHOREOGRAPHIES)
    in_process = scope is None or name_of(scope) in _PROCESSES
    wrong: tuple[str, ...] = CHOREOGRAPHY_NODES if in_process else ACTIVITIES
    if name not in FLOW_NODES or name in wrong or name in not_these:
        return False
    return not is_event_sub_process(node)


def _both_know(flow: Element, source: Element | None, target: Element | None) -> Iterator[Fault]:
    own = flow.get("id", "")
    for node, side in ((source, "outgoing"), (target, "incoming")):
        if node is None or name_of(node) not in FLOW_NODES:
            continue
        if own not in (local(text) for text in texts(node, side)):
            yield Fault(END_MISSING, flow)
            return


def _borders(flow: Element, source: Element, target: Element) -> Iterator[Fault]:
    if above(source, "process") is not above(target, "process"):
        yield Fault(POOL_BORDER, flow)
    elif above(source, *_PROCESSES) is not above(target, *_PROCESSES):
        yield Fault(SUB_PROCESS_BORDER, flow)


def _listed(document: Document) -> Iterator[Fault]:
    for node in document.each(*FLOW_NODES):
        for side, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            for text in texts(node, side):
                flow = document.find(node, text)
                if flow is not None and local(flow.get(end, "")) != node.get("id"):
                    yield Fault(LOOSE_REFERENCE, node)


def _event_sub_processes(document: Document) -> Iterator[Fault]:
    connected = {
        local(flow.get(end, ""))
        for flow in document.each("sequenceFlow")
        for end in ("sourceRef", "targetRef")
    }
    for node in document.each("subProcess"):
        has_flow = every(node, "incoming", "outgoing") or node.get("id") in connected
        if is_event_sub_process(node) and has_flow:
            yield Fault(EVENT_SUB_PROCESS, node)


def _conditions(document: Document) -> Iterator[Fault]:
    for flow in document.each("sequenceFlow"):
        if flow.get("isImmediate") == "false" and is_executable(flow):
            yield Fault(NOT_IMMEDIATE, flow)
        source = document.find(flow, flow.get("sourceRef"))
        if source is None or child(flow, "conditionExpression") is None:
            continue
        if name_of(source) in ACTIVITIES and len(document.flows(source, "outgoing")) < 2:
            yield Fault(LONELY_CONDITION, flow)
        if name_of(source) in _NO_CONDITIONS:
            yield Fault(CONDITION_PLACE, flow)


def _defaults(document: Document) -> Iterator[Fault]:
    for node in document.each(*FLOW_NODES):
        default = node.get("default")
        if default is None:
            continue
        flow = document.find(node, default)
        if flow is None or local(flow.get("sourceRef", "")) != node.get("id"):
            yield Fault(DEFAULT, node)


CHECKS = (_ends, _listed, _event_sub_processes, _conditions, _defaults)
