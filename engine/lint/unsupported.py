"""Rules that refuse what the kernel does not run, so that nothing is ever silently ignored."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, FlowNode, Scope
from engine.lint.refusals import REFUSALS, WARNED
from engine.lint.report import Place, at, error, warning
from engine.lint.support import ALLOWED, ELEMENTS, EVENT_SUB_PROCESS_STARTS, NONE, RUNS, State
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_

NOT_YET = "element-not-supported-yet"


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield every element of one file that would not run as BPMN says."""
    for scope in upload.scopes(model):
        yield from _others(model.file, scope)
        for what, line in scope.unsupported:
            yield _refused(at(model.file, scope, line), what)
        for node in scope.nodes.values():
            for what, line in _features(node):
                yield _refused(at(model.file, node, line), what)
            yield from _events(model.file, node, scope)


def _refused(place: Place, what: str) -> Finding:
    problem, remedy = REFUSALS[what]
    if what in WARNED:
        return warning(place, "extension-ignored", problem, remedy, what=what)
    return error(place, NOT_YET, problem, remedy, what=what)


def _others(file: str, scope: Scope) -> Iterator[Finding]:
    for name, element_id, line in scope.other:
        if ELEMENTS.get(name) in (State.KEPT, State.RUNS):
            continue
        known = name if name in REFUSALS else "unknown"
        problem, remedy = REFUSALS[known]
        yield error(Place(file, line, element_id), NOT_YET, problem, remedy, what=name)


def _features(node: FlowNode) -> Iterator[tuple[str, int]]:
    """Yield (what, line) of what this node has and the kernel does not run."""
    if node.triggered_by_event:
        yield "eventSubProcess", node.line
    elif ELEMENTS[node.kind] is State.REFUSED:
        yield node.kind, node.line
    if node.loop:
        loop = "standard" if node.loop == "standard" else "multiInstance"
        yield f"{loop}LoopCharacteristics", node.line
    if node.is_for_compensation:
        yield "compensation", node.line
    if node.start_quantity != 1 or node.completion_quantity != 1:
        yield "quantity", node.line
    if node.instantiate:
        yield "instantiate", node.line
    yield from node.unsupported


def _events(file: str, node: FlowNode, scope: Scope) -> Iterator[Finding]:
    if node.kind not in RUNS:
        return
    if len(node.events) > 1:
        yield _refused(at(file, node), "multipleEvent")
        return
    kind = node.events[0].kind if node.events else NONE
    line = node.events[0].line if node.events else node.line
    in_event_sub_process = node.kind == "startEvent" and _is_event_sub_process(node, scope)
    allowed = EVENT_SUB_PROCESS_STARTS if in_event_sub_process else ALLOWED[node.kind]
    if kind not in allowed:
        yield _not_allowed(at(file, node, line), kind)
    elif kind not in RUNS[node.kind] and not in_event_sub_process:
        problem, remedy = REFUSALS["eventDefinition"]
        yield error(at(file, node, line), NOT_YET, problem, remedy, what=kind)


def _is_event_sub_process(node: FlowNode, scope: Scope) -> bool:
    """Return whether a start event may have the triggers of event sub-processes."""
    return scope.kind != "process" and bool(node.events)


def _not_allowed(place: Place, kind: str) -> Finding:
    if kind == NONE:
        return error(
            place,
            "event-without-trigger",
            N_("“%(name)s” does not say what it reacts to, so it would wait for ever."),
            N_("Choose a message, a timer or another trigger for the event."),
        )
    return error(
        place,
        "event-not-allowed",
        N_("BPMN does not allow the event definition “%(what)s” at “%(name)s”."),
        N_("Choose another trigger, or another kind of event."),
        what=kind,
    )
