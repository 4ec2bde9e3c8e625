"""Reading a BPMN 2.0 file into the typed tree of ``engine.bpmn.elements``."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from lxml import etree

from engine.bpmn import process_calls, vendors
from engine.bpmn.catalog import (
    Catalog,
    children,
    local,
    name_of,
    read_catalog,
    text_of,
)
from engine.bpmn.correlations import subscriptions_of
from engine.bpmn.data_uses import read_uses
from engine.bpmn.decision_calls import decision_call
from engine.bpmn.elements import Definitions, FlowNode, Lane, Scope, Script, SequenceFlow
from engine.bpmn.event_definitions import definition_elements, read_events, read_message
from engine.bpmn.form_data import form_data
from engine.bpmn.repetitions import data_of, read_data, read_repetition
from engine.bpmn.xml import DI, MODEL, line_of, parse

TASKS = (
    "task",
    "userTask",
    "manualTask",
    "scriptTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
)
GATEWAYS = (
    "exclusiveGateway",
    "inclusiveGateway",
    "parallelGateway",
    "complexGateway",
    "eventBasedGateway",
)
EVENTS = (
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
)
SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
NODES = (*TASKS, *GATEWAYS, *EVENTS, *SUB_PROCESSES, "callActivity", "implicitThrowEvent", "event")
_PLAIN = (  # children of a scope that belong to its node, or that lanes and flows carry
    "extensionElements",
    "documentation",
    "laneSet",
    "incoming",
    "outgoing",
    "ioSpecification",
    "dataInputAssociation",
    "dataOutputAssociation",
    "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics",
    "completionCondition",
)

KEPT = 4  # trees; checking, compiling and publishing an upload read the same files in a row


@lru_cache(maxsize=KEPT)
def read(content: bytes, file: str) -> Definitions:
    """Return everything the file defines. Raises InvalidModelError when it is no BPMN file."""
    root = parse(content, file)
    catalog = read_catalog(root, file)
    processes: dict[str, Scope] = {}
    participants: dict[str, str | None] = {}
    for element in children(root):
        if name_of(element) == "process":
            scope = _scope(element, catalog, None)
            processes.setdefault(scope.id, scope)
        elif name_of(element) in GLOBAL_TASKS and element.get("id"):
            processes.setdefault(element.get("id", ""), _global_task(element, catalog))
        participants.update(_participants(element))
    return Definitions(
        file=file,
        processes={key: _named(scope, root) for key, scope in processes.items()},
        participants=participants,
        element_lines=catalog.lines,
        duplicate_ids=tuple(catalog.duplicates),
        has_diagram=next(root.iter(f"{{{DI}}}BPMNShape"), None) is not None,
        exporter=root.get("exporter", ""),
        root_elements={key: name_of(found) for key, found in catalog.roots.items()},
        unresolved=tuple(catalog.unresolved),
        several=tuple(_several(root)),
    )


def _named(process: Scope, root: etree._Element) -> Scope:
    """Return a process without a name under the name of its pool, which is what people see."""
    if process.name:
        return process
    for participant in root.iter(f"{{{MODEL}}}participant"):
        if local(participant.get("processRef", "")) == process.id:
            return replace(process, name=_name(participant))
    return process


def _global_task(element: etree._Element, catalog: Catalog) -> Scope:
    """Return a task that stands alone as the process it is to whoever calls it."""
    task_id = element.get("id", "")
    drawn = _node(element, task_id, catalog, None)
    flow = SequenceFlow(f"~flow_{task_id}", f"~start_{task_id}", task_id, line_of(element))
    start = FlowNode(flow.source, "startEvent", line_of(element), outgoing=(flow.id,))
    task = replace(drawn, kind=GLOBAL_TASKS[drawn.kind], incoming=(flow.id,))
    return Scope(
        id=task_id,
        kind="globalTask",
        line=line_of(element),
        name=_name(element),
        nodes={start.id: start, task.id: task},
        flows={flow.id: flow},
        executable=False,
        file=catalog.file,
    )


def _participants(element: etree._Element) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for participant in element.iter(f"{{{MODEL}}}participant"):
        process = participant.get("processRef")
        found[participant.get("id", "")] = local(process) if process else None
    return found


def _several(root: etree._Element) -> Iterator[tuple[str, str, str, int]]:
    """Yield the pools that stand for several participants, with their process."""
    for participant in root.iter(f"{{{MODEL}}}participant"):
        found = participant.find(f"{{{MODEL}}}participantMultiplicity")
        process = local(participant.get("processRef", ""))
        if found is not None and process and (vendors.whole_number(found.get("maximum")) or 2) > 1:
            yield participant.get("id", ""), _name(participant), process, line_of(participant)


def _scope(element: etree._Element, catalog: Catalog, lane: str | None) -> Scope:
    """Return a process or sub-process; ``lane`` is the one the sub-process itself lies in."""
    flows = _flows(element, catalog)
    lanes = _lanes(element, catalog)
    lane_of = {node: one.id for one in lanes for node in one.nodes}
    nodes: dict[str, FlowNode] = {}
    other: list[tuple[str, str | None, int]] = []
    for child in children(element):
        name = name_of(child)
        if name in NODES:
            node_id = child.get("id") or catalog.invent(name)
            inside = lane_of.get(node_id, lane)
            nodes.setdefault(node_id, _node(child, node_id, catalog, inside))
        elif name != "sequenceFlow" and name not in _PLAIN:
            other.append((name, child.get("id"), line_of(child)))
    return Scope(
        id=element.get("id") or catalog.invent("process"),
        kind=name_of(element),
        line=line_of(element),
        name=_name(element),
        nodes=_with_handlers(_connected(nodes, flows), element),
        flows=flows,
        lanes=lanes,
        executable=_flag(element, "isExecutable"),
        file=catalog.file,
        documentation=text_of(element, "documentation") or "",
        other=tuple(other),
        data=data_of(element),
        version_tag=process_calls.version_tag(element) if name_of(element) == "process" else None,
        in_turn=element.get("ordering") == "Sequential",
        completion=text_of(element, "completionCondition"),
        by_hand=vendors.by_hand(element),
        cancels_rest=_flag(element, "cancelRemainingInstances") is not False,
        unsupported=_not_run_here(element),
        subscriptions=subscriptions_of(element),
    )


def _with_handlers(nodes: dict[str, FlowNode], element: etree._Element) -> dict[str, FlowNode]:
    """Return the nodes, each compensation boundary event with the activity that it leads to."""
    for child in children(element):
        if name_of(child) != "association":
            continue
        event = nodes.get(local(child.get("sourceRef", "")))
        handler = nodes.get(local(child.get("targetRef", "")))
        if event and handler and event.kind == "boundaryEvent" and handler.is_for_compensation:
            nodes[event.id] = replace(event, handler=handler.id)
    return nodes


def _not_run_here(element: etree._Element) -> tuple[tuple[str, int], ...]:
    """Return the vendor extensions of a process and its sequence flows that we do not run."""
    found = vendors.not_run(element) if name_of(element) == "process" else ()
    for flow in element.findall(f"{{{MODEL}}}sequenceFlow"):
        found += vendors.not_run(flow)
        condition = flow.find(f"{{{MODEL}}}conditionExpression")
        found += vendors.not_run(condition) if condition is not None else ()
    return found


def _flows(element: etree._Element, catalog: Catalog) -> dict[str, SequenceFlow]:
    flows: dict[str, SequenceFlow] = {}
    for child in children(element):
        if name_of(child) != "sequenceFlow":
            continue
        flow_id = child.get("id") or catalog.invent("flow")
        condition = child.find(f"{{{MODEL}}}conditionExpression")
        flow = SequenceFlow(
            id=flow_id,
            source=local(child.get("sourceRef", "")),
            target=local(child.get("targetRef", "")),
            line=line_of(child),
            name=_name(child),
            condition=text_of(child, "conditionExpression"),
            condition_language=condition.get("language") if condition is not None else None,
            id_was_missing=not child.get("id"),
        )
        flows.setdefault(flow_id, flow)
    return flows


def _connected(nodes: dict[str, FlowNode], flows: dict[str, SequenceFlow]) -> dict[str, FlowNode]:
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in flows.values():
        outgoing.setdefault(flow.source, []).append(flow.id)
        incoming.setdefault(flow.target, []).append(flow.id)
    return {
        key: replace(
            node, incoming=tuple(incoming.get(key, ())), outgoing=tuple(outgoing.get(key, ()))
        )
        for key, node in nodes.items()
    }


def _lanes(element: etree._Element, catalog: Catalog) -> tuple[Lane, ...]:
    """Return the lanes of a scope; every node only in the innermost lane that has a name."""
    found: list[Lane] = []
    taken: set[str] = set()
    elements = [
        lane
        for lane_set in element.findall(f"{{{MODEL}}}laneSet")
        for lane in lane_set.iter(f"{{{MODEL}}}lane")
    ]
    for lane in reversed(elements):  # inner lanes follow outer ones, so they come first here
        group = vendors.attribute(lane, "candidateGroups")
        references = [local(node.text or "") for node in lane.findall(f"{{{MODEL}}}flowNodeRef")]
        named = bool(_name(lane) or group)
        nodes = tuple(node for node in references if node not in taken) if named else ()
        taken.update(nodes)
        lane_id = lane.get("id") or catalog.invent("lane")
        found.append(Lane(lane_id, _name(lane), line_of(lane), nodes, group))
    return tuple(reversed(found))


def _node(element: etree._Element, node_id: str, catalog: Catalog, lane: str | None) -> FlowNode:
    kind = name_of(element)
    events = read_events(element, catalog) if kind in EVENTS else read_message(element, catalog)
    repetition = read_repetition(element, catalog)
    data_inputs, data_outputs = read_data(element, catalog)
    node = FlowNode(
        id=node_id,
        kind=kind,
        line=line_of(element),
        name=_name(element),
        default_flow=local(element.get("default", "")) or None,
        events=events,
        attached_to=local(element.get("attachedToRef", "")) or None,
        interrupting=_interrupting(element),
        parallel_multiple=_flag(element, "parallelMultiple") is True,
        loop=None if repetition is None else repetition.kind,
        repetition=repetition,
        scope=_inner(element, node_id, catalog, lane),
        message_ref=events[0].ref if events and kind not in EVENTS else None,
        lane=lane,
        triggered_by_event=_flag(element, "triggeredByEvent") is True,
        instantiate=_flag(element, "instantiate") is True,
        is_for_compensation=_flag(element, "isForCompensation") is True,
        activation=text_of(element, "activationCondition"),
        all_events=element.get("eventGatewayType") == "Parallel",
        data_inputs=data_inputs,
        data_outputs=data_outputs,
        data=read_uses(element, catalog),
        start_quantity=_quantity(element, "startQuantity"),
        completion_quantity=_quantity(element, "completionQuantity"),
        documentation=text_of(element, "documentation") or "",
    )
    return _with_vendor_facts(node, element)


def _inner(
    element: etree._Element, node_id: str, catalog: Catalog, lane: str | None
) -> Scope | None:
    if name_of(element) not in SUB_PROCESSES:
        return None
    return replace(_scope(element, catalog, lane), id=node_id)


def _with_vendor_facts(node: FlowNode, element: etree._Element) -> FlowNode:
    """Return the node with what tools and we ourselves add to BPMN."""
    work = vendors.work(element)
    for definition in definition_elements(element):
        if work.topic is None and work.implementation is None:
            work = vendors.work(definition)
    inputs, outputs = vendors.mappings(element)
    takes, gives = vendors.parameters(element)
    if node.kind != "callActivity":
        inputs, outputs, takes, gives = inputs + takes, outputs + gives, (), ()
    called = element.get("calledElement") or vendors.called_element(element)
    return replace(
        node,
        script=_script(element),
        called_element=local(called) if called else None,
        call=process_calls.process_call(element) if node.kind == "callActivity" else None,
        decision=None if node.kind == "callActivity" else decision_call(element),
        inputs=inputs,
        outputs=outputs,
        own_inputs=takes,
        own_outputs=gives,
        assignment=vendors.assignment(element),
        form_ref=vendors.form_ref(element),
        form_data=form_data(element),
        topic=work.topic,
        retries=work.retries,
        retry_cycle=work.retry_cycle,
        job_priority=work.priority,
        implementation=work.implementation,
        public_state=vendors.public_state(element),
        action=vendors.action(element),
        unsupported=_not_run(element),
    )


def _not_run(element: etree._Element) -> tuple[tuple[str, int], ...]:
    found = vendors.not_run(element)
    return found + process_calls.not_run(element) if name_of(element) == "callActivity" else found


def _script(element: etree._Element) -> Script | None:
    if name_of(element) not in ("scriptTask", "globalScriptTask"):
        return None
    found = element.find(f"{{{MODEL}}}script")
    if found is None:
        return vendors.script(element)
    text = found.text or ""
    blank_lines = text[: len(text) - len(text.lstrip())].count("\n")
    return Script(
        text=text.strip(),
        line=line_of(found) + blank_lines,
        format=element.get("scriptFormat") or None,
        result_variable=vendors.attribute(element, "resultVariable")
        or vendors.attribute(element, "resultVariableName"),
    )


def _interrupting(element: etree._Element) -> bool:
    name = "cancelActivity" if name_of(element) == "boundaryEvent" else "isInterrupting"
    return _flag(element, name) is not False


def _flag(element: etree._Element, name: str) -> bool | None:
    written = (element.get(name) or "").strip()
    return None if not written else written in ("true", "1")


def _quantity(element: etree._Element, name: str) -> int:
    """Return a token quantity; 0, which is never valid, stands for a text that is no number."""
    return vendors.whole_number(element.get(name, "1")) or 0


def _name(element: etree._Element) -> str:
    return " ".join((element.get("name") or "").split())
