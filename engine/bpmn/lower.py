"""Rewriting what BPMN lets an analyst leave out into what the kernel runs.

Every rule is small and stands alone. Nodes and flows keep the ids that the analyst drew; what is
added begins with ``~`` (see ``is_helper``) and must never be shown.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.bpmn.elements import FlowNode, Lane, Scope, SequenceFlow
from engine.bpmn.vendors import names

HELPER = "~"


def lower(scope: Scope) -> Scope:
    """Return the scope, inner scopes included, with nothing left implicit."""
    return _with_lane_groups(_lower(scope), {})


def is_helper(element_id: str) -> bool:
    """Return whether an id was invented here or by the reader, so that nobody drew it."""
    return element_id.startswith(HELPER)


def join_links(scope: Scope) -> Scope:
    """Return the scope with every link throw joined to its catch by a sequence flow."""
    catches = {
        node.events[0].ref: node.id
        for node in reversed(tuple(scope.nodes.values()))
        if node.kind == "intermediateCatchEvent" and _is_link(node)
    }
    added = [
        _flow(f"{HELPER}link_{node.id}", node.id, catches[node.events[0].ref], node.line)
        for node in scope.nodes.values()
        if node.kind == "intermediateThrowEvent" and _is_link(node)
        if node.events[0].ref in catches
    ]
    nodes = {
        key: replace(node, kind="intermediateThrowEvent", events=()) if _is_link(node) else node
        for key, node in scope.nodes.items()
    }
    return _with(scope, nodes, added)


def add_implicit_start(scope: Scope) -> Scope:
    """Return the scope with a start event before all nodes that begin it, where none is drawn."""
    if any(node.kind == "startEvent" for node in scope.nodes.values()):
        return scope
    if scope.kind == "adHocSubProcess":
        return scope
    first = [node for node in scope.nodes.values() if not node.incoming and _takes_part(node)]
    first = [node for node in first if node.kind != "boundaryEvent" and not node.instantiate]
    if not first and scope.nodes:
        return scope
    start = FlowNode(f"{HELPER}start_{scope.id}", "startEvent", scope.line)
    flows = [_flow(f"{HELPER}start_{node.id}", start.id, node.id, node.line) for node in first]
    return _with(scope, {start.id: start, **scope.nodes}, flows)


def add_implicit_ends(scope: Scope) -> Scope:
    """Return the scope with an end event after every node that nothing follows."""
    last = [
        node
        for node in scope.nodes.values()
        if not node.outgoing and node.kind != "endEvent" and _takes_part(node)
    ]
    ends = {node.id: FlowNode(f"{HELPER}end_{node.id}", "endEvent", node.line) for node in last}
    flows = [
        _flow(f"{HELPER}end_flow_{node.id}", node.id, ends[node.id].id, node.line) for node in last
    ]
    return _with(scope, {**scope.nodes, **{end.id: end for end in ends.values()}}, flows)


def _lower(scope: Scope) -> Scope:
    nodes = {
        key: node if node.scope is None else replace(node, scope=_lower(node.scope))
        for key, node in scope.nodes.items()
    }
    return add_implicit_ends(add_implicit_start(join_links(replace(scope, nodes=nodes))))


def _with_lane_groups(scope: Scope, outer: dict[str, Lane]) -> Scope:
    """Return the scope with the lane's group on each user task that names nobody itself."""
    lanes = outer | {lane.id: lane for lane in scope.lanes}
    return replace(
        scope, nodes={key: _with_group(node, lanes) for key, node in scope.nodes.items()}
    )


def _with_group(node: FlowNode, lanes: dict[str, Lane]) -> FlowNode:
    if node.scope is not None:
        return replace(node, scope=_with_lane_groups(node.scope, lanes))
    if node.kind not in ("userTask", "manualTask"):
        return node
    lane = lanes.get(node.lane or "")
    named = node.assignment
    if lane is None or named.assignee or named.candidate_users or named.candidate_groups:
        return node
    groups = names(lane.group) or (lane.name,)
    return replace(node, assignment=replace(named, candidate_groups=groups))


def _is_link(node: FlowNode) -> bool:
    return len(node.events) == 1 and node.events[0].kind == "link"


def _takes_part(node: FlowNode) -> bool:
    """Return whether tokens reach the node by sequence flow at all."""
    undrawn = node.kind == "implicitThrowEvent" and not node.incoming
    return not (node.triggered_by_event or node.is_for_compensation or undrawn)


def _flow(flow_id: str, source: str, target: str, line: int) -> SequenceFlow:
    return SequenceFlow(flow_id, source, target, line, id_was_missing=True)


def _with(scope: Scope, nodes: dict[str, FlowNode], added: Iterable[SequenceFlow]) -> Scope:
    """Return the scope with these nodes and flows, incoming and outgoing brought up to date."""
    added = tuple(added)
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in added:
        outgoing.setdefault(flow.source, []).append(flow.id)
        incoming.setdefault(flow.target, []).append(flow.id)
    for key in {**incoming, **outgoing}:
        nodes[key] = replace(
            nodes[key],
            incoming=(*nodes[key].incoming, *incoming.pop(key, ())),
            outgoing=(*nodes[key].outgoing, *outgoing.pop(key, ())),
        )
    flows = {**scope.flows, **{flow.id: flow for flow in added}}
    return replace(scope, nodes=nodes, flows=flows)
