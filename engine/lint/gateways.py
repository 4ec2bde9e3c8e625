"""Rules about gateways and about the conditions and defaults of the flows that leave a node."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, FlowNode, Scope, SequenceFlow
from engine.lint.report import at, error, hint, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_

_DECIDING = ("exclusiveGateway", "inclusiveGateway")
_UNCONDITIONAL = ("parallelGateway", "eventBasedGateway", "startEvent")
_AWAITED = ("message", "timer", "signal", "conditional")


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong with the branches of one file."""
    for scope, node in upload.nodes(model):
        flows = [scope.flows[key] for key in node.outgoing]
        yield from _default(model.file, node, flows)
        if node.kind in _DECIDING and len(flows) > 1:
            yield from _conditions(model.file, node, flows)
        if node.kind in _UNCONDITIONAL:
            yield from _no_conditions(model.file, node, flows)
        if node.kind == "eventBasedGateway":
            yield from _awaited(model.file, node, scope)


def _default(file: str, node: FlowNode, flows: list[SequenceFlow]) -> Iterator[Finding]:
    if node.default_flow is None:
        return
    default = next((flow for flow in flows if flow.id == node.default_flow), None)
    if default is None:
        yield error(
            at(file, node),
            "default-not-outgoing",
            N_("The default flow “%(flow)s” of “%(name)s” does not leave it."),
            N_("Choose one of its outgoing flows as the default."),
            flow=node.default_flow,
        )
    elif default.condition:
        yield warning(
            at(file, default),
            "default-with-condition",
            N_("The default flow “%(name)s” has a condition, which is never looked at."),
            N_("Delete the condition, or make another flow the default."),
        )


def _conditions(file: str, node: FlowNode, flows: list[SequenceFlow]) -> Iterator[Finding]:
    for flow in flows:
        if not flow.condition and flow.id != node.default_flow:
            yield error(
                at(file, flow),
                "flow-without-condition",
                N_("The flow “%(name)s” leaves the gateway “%(gateway)s” without a condition."),
                N_("Give it a condition, or make it the default flow."),
                gateway=node.name or node.id,
            )
    if node.default_flow is None and all(flow.condition for flow in flows):
        yield hint(
            at(file, node),
            "no-default",
            N_("“%(name)s” has no default flow; if no condition holds, the dossier stops there."),
            N_("Mark one outgoing flow as the default."),
        )


def _no_conditions(file: str, node: FlowNode, flows: list[SequenceFlow]) -> Iterator[Finding]:
    for flow in flows:
        if flow.condition:
            yield warning(
                at(file, flow),
                "condition-not-allowed",
                N_("The flow “%(name)s” has a condition, but “%(source)s” takes all its flows."),
                N_("Delete the condition, or decide with an exclusive gateway."),
                source=node.name or node.id,
            )


def _awaited(file: str, node: FlowNode, scope: Scope) -> Iterator[Finding]:
    if len(node.outgoing) < 2:
        yield warning(
            at(file, node),
            "event-gateway-without-choice",
            N_("The event-based gateway “%(name)s” waits for fewer than two events."),
            N_("Add the other events, or use the event alone."),
        )
    for key in node.outgoing:
        target = scope.nodes.get(scope.flows[key].target)
        if target is not None and not _can_be_awaited(target):
            yield error(
                at(file, target),
                "event-gateway-target",
                N_("“%(name)s” follows the event-based gateway “%(gateway)s” but is no event."),
                N_("Lead the gateway's flows to message or timer catch events or receive tasks."),
                gateway=node.name or node.id,
            )
        elif target is not None and len(target.incoming) > 1:
            yield error(
                at(file, target),
                "event-gateway-target-shared",
                N_("“%(name)s” follows an event-based gateway and has a second incoming flow."),
                N_("Lead the other flow to the gateway, or to an event of its own."),
            )


def _can_be_awaited(node: FlowNode) -> bool:
    if node.kind == "receiveTask":
        return True
    kinds = {event.kind for event in node.events}
    return node.kind == "intermediateCatchEvent" and kinds <= set(_AWAITED)
