"""Strict rules about pools, message flows, conversations and choreographies."""

from collections.abc import Iterator

from engine.bpmn.catalog import name_of
from engine.lint.standard.document import (
    ACTIVITIES,
    EVENTS,
    Document,
    Element,
    above,
    child,
)
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

_OTHER_END = N_("Lead the message flow to a pool, an activity or a message event of another pool.")
_MESSAGE = N_("Give the event a message, or lead the message flow elsewhere.")
CHOREOGRAPHY = Rule(
    "choreography-reference",
    ("EXT.027",),
    N_("“%(name)s” refers to a choreography, which only a collaboration may do."),
    N_("Delete the reference."),
)
MULTIPLICITY = Rule(
    "participant-multiplicity",
    ("EXT.030",),
    N_("The maximum number of “%(name)s” is less than 1, or less than the minimum."),
    N_("Enter a maximum of 1 or more that is not below the minimum."),
)
SAME_POOL = Rule(
    "message-flow-in-pool",
    ("EXT.031", "EXT.102"),
    N_("The message flow “%(name)s” does not lead from one pool to another."),
    _OTHER_END,
)
END_KIND = Rule(
    "message-flow-end-kind",
    ("EXT.008", "EXT.009"),
    N_("The message flow “%(name)s” ends at something that can send or receive no message."),
    _OTHER_END,
)
ARTIFACT = Rule(
    "artifact-with-message-flow",
    ("EXT.008", "EXT.009"),
    N_("A message flow ends at “%(name)s”, which is only a remark in the drawing."),
    _OTHER_END,
)
GLOBAL_CONVERSATION = Rule(
    "global-conversation-content",
    ("EXT.032",),
    N_("The global conversation “%(name)s” has contents that only a collaboration may have."),
    N_("Make it a collaboration, or keep only participants, message flows and keys in it."),
)
PUBLIC_EXECUTABLE = Rule(
    "public-process-executable",
    ("EXT.035",),
    N_("The process “%(name)s” is public and yet executable."),
    N_("Make it a private process, or not executable."),
)
START_SENDS = Rule(
    "start-event-sends",
    ("EXT.102",),
    N_("The message flow “%(name)s” begins at a start or boundary event."),
    _OTHER_END,
)
START_RECEIVES = Rule(
    "start-event-without-message",
    ("EXT.103",),
    N_("A message flow leads to the start event “%(name)s”, which waits for no message."),
    _MESSAGE,
)
END_RECEIVES = Rule(
    "end-event-receives",
    ("EXT.108",),
    N_("The message flow “%(name)s” leads to an end event."),
    _OTHER_END,
)
END_SENDS = Rule(
    "end-event-without-message",
    ("EXT.109",),
    N_("A message flow begins at the end event “%(name)s”, which sends no message."),
    _MESSAGE,
)
INTERMEDIATE = Rule(
    "intermediate-event-message-direction",
    ("EXT.119",),
    N_("“%(name)s” catches and yet sends, or throws and yet receives a message flow."),
    N_("Turn the message flow round, or use the other kind of event."),
)
INTERMEDIATE_MESSAGE = Rule(
    "intermediate-event-without-message",
    ("EXT.120",),
    N_("A message flow ends at the event “%(name)s”, which has no message."),
    _MESSAGE,
)
CALLED_CONVERSATION = Rule(
    "called-conversation",
    ("EXT.033", "EXT.034"),
    N_("The call conversation “%(name)s” calls something that is no global conversation."),
    N_("Choose a collaboration or global conversation."),
)
_ENDS = ("participant", *ACTIVITIES, *EVENTS, "conversation", "subConversation", "callConversation")
_ARTIFACTS = ("association", "group", "textAnnotation")
_NOT_GLOBAL = (
    "conversation",
    "subConversation",
    "callConversation",
    "participantAssociation",
    "messageFlowAssociation",
    "conversationAssociation",
    "artifact",
    "association",
    "group",
    "textAnnotation",
)


def _conversations(document: Document) -> Iterator[Fault]:
    for element in document.each("choreography", "globalConversation", "globalChoreographyTask"):
        if child(element, "choreographyRef") is not None:
            yield Fault(CHOREOGRAPHY, element)
    for element in document.each("globalConversation"):
        if child(element, *_NOT_GLOBAL) is not None:
            yield Fault(GLOBAL_CONVERSATION, element)
    for element in document.each("callConversation"):
        called = document.find(element, element.get("calledCollaborationRef"))
        if called is not None and name_of(called) not in ("collaboration", "globalConversation"):
            yield Fault(CALLED_CONVERSATION, element)


def _pools(document: Document) -> Iterator[Fault]:
    for element in document.each("participantMultiplicity"):
        least, most = _number(element, "minimum", 0), _number(element, "maximum", 1)
        if most < 1 or most < least:
            yield Fault(MULTIPLICITY, element)
    for element in document.each("process"):
        if element.get("processType") == "Public" and element.get("isExecutable") == "true":
            yield Fault(PUBLIC_EXECUTABLE, element)


def _number(element: Element, name: str, default: int) -> int:
    written = element.get(name, "")
    return int(written) if written.removeprefix("-").isdecimal() else default


def _message_flows(document: Document) -> Iterator[Fault]:
    for flow in document.each("messageFlow"):
        source = document.find(flow, flow.get("sourceRef"))
        target = document.find(flow, flow.get("targetRef"))
        if source is None or target is None:
            continue
        wrong = [end for end in (source, target) if name_of(end) not in _ENDS]
        if wrong:
            is_remark = name_of(wrong[0]) in _ARTIFACTS
            yield Fault(ARTIFACT, wrong[0]) if is_remark else Fault(END_KIND, flow)
            continue
        pools = _pool(document, source), _pool(document, target)
        if pools[0] is pools[1] and pools[0] is not None:
            yield Fault(SAME_POOL, flow)
        yield from _sender(document, flow, source)
        yield from _receiver(document, flow, target)


def _pool(document: Document, node: Element) -> Element | None:
    """Return the process of a node, or of a pool; a pool without one stands for itself."""
    if name_of(node) != "participant":
        return above(node, "process")
    process = document.find(node, node.get("processRef"))
    return process if process is not None else node


def _sender(document: Document, flow: Element, source: Element) -> Iterator[Fault]:
    name = name_of(source)
    has_message = "message" in document.kinds(source)
    if name in ("startEvent", "boundaryEvent"):
        yield Fault(START_SENDS, flow)
    elif name == "endEvent" and not has_message:
        yield Fault(END_SENDS, source)
    elif name == "intermediateCatchEvent":
        yield Fault(INTERMEDIATE, source)
    elif name == "intermediateThrowEvent" and not has_message:
        yield Fault(INTERMEDIATE_MESSAGE, source)


def _receiver(document: Document, flow: Element, target: Element) -> Iterator[Fault]:
    name = name_of(target)
    has_message = "message" in document.kinds(target)
    if name == "startEvent" and not has_message:
        yield Fault(START_RECEIVES, target)
    elif name == "endEvent":
        yield Fault(END_RECEIVES, flow)
    elif name == "intermediateThrowEvent":
        yield Fault(INTERMEDIATE, target)
    elif name in ("intermediateCatchEvent", "boundaryEvent") and not has_message:
        yield Fault(INTERMEDIATE_MESSAGE, target)


CHECKS = (_conversations, _pools, _message_flows)
