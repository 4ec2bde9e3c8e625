"""Strict rules about event definitions: which are allowed where, and links."""

from collections.abc import Iterator

from engine.bpmn.catalog import name_of
from engine.lint.standard.document import (
    SUB_PROCESSES,
    Document,
    Element,
    above,
    is_event_sub_process,
)
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

_OTHER = N_("Choose another trigger, or another kind of event.")
_LINKS = N_("Connect each throwing link with exactly one catching link of the same process.")
START = Rule(
    "start-event-kind",
    ("EXT.098", "EXT.121"),
    N_("The start event “%(name)s” has a trigger that BPMN does not allow at the top level."),
    _OTHER,
)
EVENT_SUB_PROCESS_START = Rule(
    "event-sub-process-start-kind",
    ("EXT.059",),
    N_("The start event “%(name)s” has no trigger that an event sub-process allows."),
    _OTHER,
)
INNER_START = Rule(
    "sub-process-start-kind",
    ("EXT.100",),
    N_("The start event “%(name)s” of a sub-process must have no trigger."),
    N_("Use a plain start event and put the event after it."),
)
END = Rule(
    "end-event-kind",
    ("EXT.146",),
    N_("The end event “%(name)s” has an event definition that BPMN does not allow there."),
    _OTHER,
)
CATCH = Rule(
    "catch-event-kind",
    ("EXT.148", "EXT.122"),
    N_("“%(name)s” has no event definition, or one that BPMN does not allow for catching."),
    _OTHER,
)
THROW = Rule(
    "throw-event-kind",
    ("EXT.149",),
    N_("“%(name)s” has an event definition that BPMN does not allow for throwing."),
    _OTHER,
)
BOUNDARY = Rule(
    "boundary-event-kind",
    ("EXT.110", "EXT.147"),
    N_("“%(name)s” has no event definition, or one that BPMN does not allow at a boundary."),
    _OTHER,
)
CANCEL_BOUNDARY = Rule(
    "cancel-boundary-place",
    ("EXT.111",),
    N_("The cancel event “%(name)s” is not attached to a transaction."),
    N_("Attach it to a transaction, or use an error event."),
)
CANCEL_END = Rule(
    "cancel-end-place",
    ("EXT.106",),
    N_("The cancel end event “%(name)s” lies outside a transaction."),
    N_("Put it into a transaction, or use another end event."),
)
LOCAL_REFERENCE = Rule(
    "event-definition-not-shared",
    ("EXT.095",),
    N_("“%(name)s” refers to the event definition of another event."),
    N_("Refer to an event definition that stands beside the processes, or give it its own."),
)
LINK_FLOWS = Rule(
    "link-with-both-flows",
    ("EXT.117",),
    N_("The link event “%(name)s” is at both ends of sequence flows."),
    N_("Delete the sequence flow or the link."),
)
LINK_WITHOUT_SOURCE = Rule(
    "link-definition-without-source",
    ("EXT.124",),
    N_("The catching link “%(name)s” names no source."),
    _LINKS,
)
LINK_WITHOUT_TARGET = Rule(
    "link-definition-without-target",
    ("EXT.125",),
    N_("The throwing link “%(name)s” names no target."),
    _LINKS,
)
LINK_PAIR = Rule(
    "link-pair-broken",
    ("EXT.118",),
    N_("The link “%(name)s” and its counterpart do not refer to each other."),
    _LINKS,
)
LINK_LEVEL = Rule(
    "link-leaves-level",
    ("EXT.126",),
    N_("The link “%(name)s” leads into another process or sub-process."),
    _LINKS,
)
_CAUGHT = {"message", "timer", "signal", "conditional"}
_START = _CAUGHT
_INNER = _CAUGHT | {"error", "escalation", "compensate"}
_CATCH = _CAUGHT | {"link"}
_THROW = {"message", "signal", "escalation", "compensate", "link"}
_END = {"message", "signal", "error", "escalation", "cancel", "compensate", "terminate"}
_BOUNDARY = _CAUGHT | {"error", "escalation", "cancel", "compensate"}
_ONLY_INTERRUPTING = {"error", "cancel", "compensate"}


def _starts(document: Document) -> Iterator[Fault]:
    for event in document.each("startEvent"):
        scope = above(event, "process", *SUB_PROCESSES)
        kinds = set(document.kinds(event))
        if scope is None or name_of(scope) == "process":
            if not kinds <= _START:
                yield Fault(START, event)
        elif is_event_sub_process(scope):
            barred = _ONLY_INTERRUPTING if event.get("isInterrupting") == "false" else set()
            if not kinds or not kinds <= _INNER - barred:
                yield Fault(EVENT_SUB_PROCESS_START, event)
        elif kinds:
            yield Fault(INNER_START, event)


def _others(document: Document) -> Iterator[Fault]:
    for event in document.each("endEvent"):
        kinds = set(document.kinds(event))
        if not kinds <= _END:
            yield Fault(END, event)
        if "cancel" in kinds and above(event, "transaction") is None:
            yield Fault(CANCEL_END, event)
    for event in document.each("intermediateCatchEvent"):
        kinds = set(document.kinds(event))
        if not kinds or not kinds <= _CATCH:
            yield Fault(CATCH, event)
    for event in document.each("intermediateThrowEvent"):
        if not set(document.kinds(event)) <= _THROW:
            yield Fault(THROW, event)


def _boundaries(document: Document) -> Iterator[Fault]:
    for event in document.each("boundaryEvent"):
        kinds = set(document.kinds(event))
        barred = _ONLY_INTERRUPTING if event.get("cancelActivity") == "false" else set()
        if not kinds or not kinds <= _BOUNDARY - barred:
            yield Fault(BOUNDARY, event)
        host = document.find(event, event.get("attachedToRef"))
        if "cancel" in kinds and host is not None and name_of(host) != "transaction":
            yield Fault(CANCEL_BOUNDARY, event)


def _references(document: Document) -> Iterator[Fault]:
    for reference in document.each("eventDefinitionRef"):
        event = reference.getparent()
        target = document.find(reference, reference.text)
        if event is None or target is None:
            continue
        holder = target.getparent()
        if holder is not None and name_of(holder) != "definitions":
            yield Fault(LOCAL_REFERENCE, event)


def _links(document: Document) -> Iterator[Fault]:
    for link in document.each("linkEventDefinition"):
        event = link.getparent()
        if event is None:
            continue
        if name_of(event) == "intermediateCatchEvent":
            yield from _link(document, event, link, caught=True)
        elif name_of(event) == "intermediateThrowEvent":
            yield from _link(document, event, link, caught=False)


def _link(document: Document, event: Element, link: Element, *, caught: bool) -> Iterator[Fault]:
    if document.flows(event, "incoming" if caught else "outgoing"):
        yield Fault(LINK_FLOWS, event)
    side, back = ("source", "target") if caught else ("target", "source")
    others = document.found(link, side)
    if not others and not _named_partner(document, event, link):
        yield Fault(LINK_WITHOUT_SOURCE if caught else LINK_WITHOUT_TARGET, link)
    for other in others:
        if link not in document.found(other, back):
            yield Fault(LINK_PAIR, link)
        if above(other, "process", *SUB_PROCESSES) is not above(link, "process", *SUB_PROCESSES):
            yield Fault(LINK_LEVEL, link)


def _named_partner(document: Document, event: Element, link: Element) -> bool:
    """Return whether a link is paired by its name, as most tools do instead of by reference."""
    name = link.get("name")
    partners = (
        other.getparent()
        for other in document.each("linkEventDefinition")
        if other is not link and name and other.get("name") == name
    )
    return any(one is not None and name_of(one) != name_of(event) for one in partners)


CHECKS = (_starts, _others, _boundaries, _references, _links)
