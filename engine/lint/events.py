"""Rules about events: where they hang, what they wait for and what they throw."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, EventDefinition, FlowNode, Scope
from engine.lint.correlations import check as check_correlations
from engine.lint.report import at, error, warning
from engine.lint.support import ONLY_INTERRUPTING
from engine.lint.throws import check as check_throws
from engine.lint.timers import check_timer
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_

_ACTIVITIES = ("Task", "task", "callActivity", "subProcess", "transaction", "adHocSubProcess")


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong with the events of one file."""
    told = {(element_id, attribute) for element_id, attribute, _, _ in model.unresolved}
    yield from check_throws(model, upload)
    yield from check_correlations(model, upload)
    triggered = {node.id for _, node in upload.nodes(model) if node.triggered_by_event}
    for scope in upload.scopes(model):
        yield from _links(model.file, scope)
        yield from _started_by_event(model.file, scope)
        for node in scope.nodes.values():
            if node.kind == "boundaryEvent":
                yield from _boundary(model.file, node, scope)
            if _starts_with_event(node, scope) and scope.id not in triggered:
                yield _inner_start(model.file, node)
            for event in node.events:
                if (node.id, f"{event.kind}Ref") not in told:
                    yield from _definition(model.file, node, event, scope)


def _boundary(file: str, node: FlowNode, scope: Scope) -> Iterator[Finding]:
    host = scope.nodes.get(node.attached_to or "")
    if host is None or not host.kind.endswith(_ACTIVITIES):
        yield error(
            at(file, node),
            "boundary-without-activity",
            N_("The boundary event “%(name)s” is not attached to an activity of its process."),
            N_("Attach it to the edge of a task or sub-process."),
        )
    for event in node.events:
        if not node.interrupting and event.kind in ONLY_INTERRUPTING:
            yield error(
                at(file, node),
                "boundary-must-interrupt",
                N_("The boundary event “%(name)s” (%(kind)s) must interrupt its activity."),
                N_("Make it an interrupting boundary event."),
                kind=event.kind,
            )
    if not node.outgoing and not any(event.kind == "compensate" for event in node.events):
        yield warning(
            at(file, node),
            "boundary-leads-nowhere",
            N_("No flow leaves the boundary event “%(name)s”."),
            N_("Lead it to what is to happen then."),
        )


def _started_by_event(file: str, scope: Scope) -> Iterator[Finding]:
    """Yield an error for start events of a process that wait for rounds of several timers."""
    for node in scope.nodes.values():
        if scope.kind == "process" and node.kind == "startEvent" and _starts_nothing(node):
            yield error(
                at(file, node),
                "start-not-triggered",
                N_(
                    "“%(name)s” starts when all of several timers have fired, and one of them "
                    "fires again and again: BPMN does not say which rounds belong together."
                ),
                N_("Use dates only, one timer, or a message or signal beside the timers."),
            )


def _starts_nothing(node: FlowNode) -> bool:
    only_timers = all(event.kind == "timer" for event in node.events)
    return (
        node.gathers and only_timers and any(event.timer_kind == "cycle" for event in node.events)
    )


def _starts_with_event(node: FlowNode, scope: Scope) -> bool:
    return node.kind == "startEvent" and bool(node.events) and scope.kind != "process"


def _inner_start(file: str, node: FlowNode) -> Finding:
    return error(
        at(file, node),
        "sub-process-start-with-event",
        N_("The start event “%(name)s” of a sub-process must not wait for anything."),
        N_("Use a plain start event and put the event after it."),
    )


def _definition(
    file: str, node: FlowNode, event: EventDefinition, scope: Scope
) -> Iterator[Finding]:
    if event.kind == "timer":
        yield from check_timer(file, node, event, at_top=scope.kind == "process")
    elif event.kind == "message" and event.ref is None and node.topic is None:
        yield error(
            at(file, node, event.line),
            "message-without-name",
            N_("The event “%(name)s” does not say which message it means."),
            N_("Choose or create a message with a name in the properties of the event."),
        )
    elif event.kind == "signal" and event.ref is None:
        yield error(
            at(file, node, event.line),
            "signal-without-name",
            N_("The event “%(name)s” does not say which signal it means."),
            N_("Choose or create a signal with a name in the properties of the event."),
        )
    elif event.kind == "error" and event.ref is None and node.kind == "endEvent":
        yield error(
            at(file, node, event.line),
            "error-without-code",
            N_("The error end event “%(name)s” has no error code, so nothing can catch it."),
            N_("Choose or create an error with a code in the properties of the event."),
        )


def _links(file: str, scope: Scope) -> Iterator[Finding]:
    links = [
        (node, event)
        for node in scope.nodes.values()
        for event in node.events
        if event.kind == "link"
    ]
    catches = {e.ref for node, e in links if node.kind == "intermediateCatchEvent"}
    throws = {e.ref for node, e in links if node.kind == "intermediateThrowEvent"}
    seen: set[str | None] = set()
    for node, event in links:
        if event.ref is None:
            yield error(
                at(file, node, event.line),
                "link-without-name",
                N_("The link event “%(name)s” has no link name."),
                N_("Enter the same link name at both ends of the link."),
            )
        elif node.kind == "intermediateThrowEvent":
            yield from _throw(file, node, event, catches)
        elif node.kind == "intermediateCatchEvent":
            yield from _catch(file, node, event, seen, throws)
            seen.add(event.ref)


def _throw(
    file: str, node: FlowNode, event: EventDefinition, catches: set[str | None]
) -> Iterator[Finding]:
    if event.ref not in catches:
        yield error(
            at(file, node, event.line),
            "link-without-target",
            N_("The link “%(link)s” of “%(name)s” has no target in the same process."),
            N_("Draw a catching link event with the same link name."),
            link=event.ref,
        )
    if node.outgoing:
        yield error(
            at(file, node),
            "link-with-flow",
            N_("“%(name)s” jumps over a link, and yet a sequence flow is drawn at it."),
            N_("Delete the sequence flow or the link."),
        )


def _catch(
    file: str,
    node: FlowNode,
    event: EventDefinition,
    seen: set[str | None],
    throws: set[str | None],
) -> Iterator[Finding]:
    if event.ref in seen:
        yield error(
            at(file, node, event.line),
            "link-with-two-targets",
            N_("The link “%(link)s” has more than one target; “%(name)s” is one of them."),
            N_("Give each link its own name."),
            link=event.ref,
        )
    elif event.ref not in throws:
        yield warning(
            at(file, node, event.line),
            "link-without-source",
            N_("No link event jumps to “%(name)s” (link “%(link)s”)."),
            N_("Draw a throwing link event with the same link name, or delete this one."),
            link=event.ref,
        )
    if node.incoming:
        yield error(
            at(file, node),
            "link-with-flow",
            N_("“%(name)s” jumps over a link, and yet a sequence flow is drawn at it."),
            N_("Delete the sequence flow or the link."),
        )
