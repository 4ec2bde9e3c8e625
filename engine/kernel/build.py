"""From the typed tree to specs: every element becomes the spec that does what BPMN says of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn import elements as bpmn
from engine.bpmn.lower import lower
from engine.kernel.build_elements import specs_for
from engine.kernel.build_events import CAUGHT_WHEN_THROWN, undoer
from engine.kernel.build_repeated import event_sub_process_start
from engine.kernel.formulas import condition
from engine.kernel.scope import Flow
from engine.kernel.specs import EACH, ElementSpec, ScopeSpec
from engine.kernel.specs_calls import CallActivitySpec
from engine.kernel.specs_events import BoundaryEvent
from engine.kernel.specs_flow import InclusiveGateway
from engine.kernel.specs_inside import SubProcessSpec


@dataclass(frozen=True, slots=True)
class Program:
    """All specs that one process needs; never changed by a run.

    ``scopes`` is keyed by process id, and by the path of element ids for sub-processes.
    ``nodes`` are the elements as drawn, nested and called ones included.
    """

    top: ScopeSpec
    scopes: Mapping[str, ScopeSpec]
    nodes: dict[str, bpmn.FlowNode]


def build(processes: Mapping[str, bpmn.Scope], process_id: str) -> Program:
    """Return the specs of a process and of all that it calls. Raises InvalidModelError."""
    built = _Build(processes)
    built.add_process(process_id)
    return Program(built.scopes[process_id], built.scopes, built.nodes)


@dataclass(slots=True)
class _Build:
    processes: Mapping[str, bpmn.Scope]
    scopes: dict[str, ScopeSpec] = field(default_factory=dict)
    nodes: dict[str, bpmn.FlowNode] = field(default_factory=dict)

    def add_process(self, process_id: str) -> None:
        if process_id in self.scopes:
            return
        drawn = self.processes[process_id]
        for _, node in drawn.walk():
            self.nodes.setdefault(node.id, node)
        self.add_scope(lower(drawn), process_id)
        undoer(self.scopes[process_id], drawn.line)

    def add_scope(self, scope: bpmn.Scope, key: str) -> None:
        spec = ScopeSpec(key)
        self.scopes[key] = spec
        spec.data = scope.data if scope.kind != "process" else ()
        for node in scope.nodes.values():
            for element in specs_for(spec, node, scope.file, self.processes):
                self._connect(element, scope)
                self._enclose(element, key)
            if node.triggered_by_event:
                event_sub_process_start(spec, node, scope.file)
        _attach_boundaries(spec, scope)
        spec.starts = tuple(_starts(scope))
        spec.reaching = _reaching(spec, scope)

    def _connect(self, element: ElementSpec, scope: bpmn.Scope) -> None:
        """Give the spec its flows; the default flow stands apart, its condition is not asked."""
        node = element.element
        flows = [scope.flows[flow_id] for flow_id in node.outgoing]
        element.flows = tuple(
            Flow(flow.id, flow.target, condition(flow, scope.file))
            for flow in flows
            if flow.id != node.default_flow
        )
        read = [flow.condition.reads for flow in element.flows if flow.condition is not None]
        element.asks = bool(read)
        known = [names for names in read if names is not None]
        element.asks_about = frozenset().union(*known) if len(known) == len(read) else None
        for flow in flows:
            if flow.id == node.default_flow:
                element.default = Flow(flow.id, flow.target)

    def _enclose(self, element: ElementSpec, key: str) -> None:
        """Build what is inside a sub-process or behind a call."""
        node = element.element
        if isinstance(element, CallActivitySpec):
            element.inside = node.called_element or ""
            self.add_process(element.inside)
        elif isinstance(element, SubProcessSpec) and node.scope is not None:
            element.inside = f"{key}/{node.id}"
            self.add_scope(node.scope, element.inside)
            self.scopes[element.inside].handles_event = node.triggered_by_event
            element.furnish(self.scopes[element.inside])


def _attach_boundaries(spec: ScopeSpec, scope: bpmn.Scope) -> None:
    """Tell each activity what to arm on arrival, what its border catches and what undoes it."""
    for node in scope.nodes.values():
        host = spec.task_specs.get(node.attached_to or "")
        if host is None:
            continue
        event = spec.task_specs.get(node.id)
        if isinstance(event, BoundaryEvent):
            _attach(event, host)
        elif node.handler is not None:
            done = spec.task_specs.get(f"{node.attached_to}{EACH}", host)
            done.compensator = node.handler


def _attach(event: BoundaryEvent, host: ElementSpec) -> None:
    host.boundaries += (event.name,)
    if event.triggers:
        host.listeners += (event.name,)
    for definition in event.element.events:
        if definition.kind in CAUGHT_WHEN_THROWN:
            known = host.catchers.get(definition.kind, ())
            host.catchers[definition.kind] = (*known, (definition.ref, event.name))


def _starts(scope: bpmn.Scope) -> Iterable[str]:
    """Return where a token begins unasked: the none starts, else the first start of any kind."""
    if scope.kind == "adHocSubProcess":
        return [node.id for node in scope.nodes.values() if _begins(node)]
    starts = [node for node in scope.nodes.values() if node.kind == "startEvent"]
    plain = [node.id for node in starts if not node.events]
    asked = [node.id for node in starts or scope.nodes.values() if starts or node.instantiate]
    return plain or asked[:1]


def _begins(node: bpmn.FlowNode) -> bool:
    apart = node.triggered_by_event or node.is_for_compensation or node.attached_to
    return not (node.incoming or apart or node.kind == "implicitThrowEvent")


def _reaching(spec: ScopeSpec, scope: bpmn.Scope) -> dict[str, frozenset[str]]:
    sources: dict[str, list[str]] = {}
    for flow in scope.flows.values():
        sources.setdefault(flow.target, []).append(flow.source)
    for node in scope.nodes.values():
        if node.attached_to:
            sources.setdefault(node.id, []).append(node.attached_to)
    return {
        flow_id: _upstream(scope.flows[flow_id].source, name, sources)
        for name, element in spec.task_specs.items()
        if isinstance(element, InclusiveGateway) and len(element.incoming) > 1
        for flow_id in element.incoming
    }


def _upstream(start: str, stop: str, sources: Mapping[str, list[str]]) -> frozenset[str]:
    seen: set[str] = set()
    open_: list[Any] = [start]
    while open_:
        node = open_.pop()
        if node not in seen and node != stop:
            seen.add(node)
            open_ += sources.get(node, ())
    return frozenset(seen)
