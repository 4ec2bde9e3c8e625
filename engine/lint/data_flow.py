"""Which variables a process can know, and which of its elements set them."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.elements import FlowNode, Scope
from engine.bpmn.vendors import ALL
from engine.kernel.specs_decisions import UNNAMED_RESULT
from engine.lint.dialects import script_of
from engine.lint.upload import Upload
from engine.model import ACTION_VARIABLES, OWNED_VARIABLES

_COUNTERS = ("loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The names that a process sets; ``open`` when programs or messages may add others."""

    names: frozenset[str]
    open: bool
    has_forms: bool


def knowledge_of(process: Scope, upload: Upload) -> Knowledge:
    """Return what the expressions of a process may read."""
    nodes = [node for _, node in process.walk()]
    names = {*OWNED_VARIABLES, *_COUNTERS, *process.data}
    for node in nodes:
        names.update(name.partition(".")[0] for _, name in written(node, upload))
        names.update(
            mapping.target for mapping in (*node.inputs, *node.own_inputs, *node.data_inputs)
        )
        names.update(one.variable for one in node.data.reads)
        if node.action is not None and node.action in ACTION_VARIABLES:
            names.add(ACTION_VARIABLES[node.action])
        names.update(node.scope.data if node.scope is not None else ())
        if node.repetition is not None:
            names.update(name for name in (node.repetition.item, node.repetition.results) if name)
    calls = [node for node in _callers(upload) if node.called_element == process.id]
    names.update(mapping.target for call in calls for mapping in call.inputs)
    is_open = any(_brings_anything(node, upload) for node in nodes) or any(
        mapping.target == ALL for call in calls for mapping in call.inputs
    )
    forms = {node.form_ref for node in nodes if node.form_ref}
    has_forms = bool(forms) and forms <= upload.form_fields.keys()  # missing ones are told
    return Knowledge(frozenset(names), is_open, has_forms)


def written(node: FlowNode, upload: Upload) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of every variable that a node sets for those that follow it."""
    for mapping in (*node.outputs, *node.own_outputs, *node.data_outputs):
        yield mapping.line, mapping.target
    for name in sorted(upload.form_fields.get(node.form_ref or "", ())):
        yield node.line, name
    if node.decision is not None:
        yield node.line, node.decision.result_variable or UNNAMED_RESULT
    if node.script is not None:
        yield from _by_script(node)


def _by_script(node: FlowNode) -> Iterator[tuple[int, str]]:
    script = node.script
    if script is None:
        return
    if script.result_variable:
        yield script.line, script.result_variable
        return
    found = script_of(node)  # one that cannot be read is told with the expressions
    for name in found.entries if found else ():
        yield script.line, name


def _callers(upload: Upload) -> Iterator[FlowNode]:
    for model in upload.models:
        for process in model.processes.values():
            for _, node in process.walk():
                if node.called_element:
                    yield node


def _brings_anything(node: FlowNode, upload: Upload) -> bool:
    """Return whether a node may set variables that the model does not name."""
    if node.kind in ("userTask", "manualTask") or (node.kind == "startEvent" and node.form_ref):
        return node.form_ref not in upload.form_fields
    if node.kind == "callActivity":
        return any(mapping.target == ALL for mapping in node.outputs)
    awaited = bool({event.kind for event in node.events} & {"message", "signal"})
    if node.kind not in ("startEvent", "intermediateCatchEvent", "boundaryEvent"):
        awaited = False
    if node.action in ACTION_VARIABLES:  # its message says one thing, which is known
        awaited = False
    return awaited or node.kind == "receiveTask" or node.topic is not None
