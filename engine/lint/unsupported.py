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
    kind = "eventSubProcess" if node.triggered_by_event else node.kind
    loop = "standard" if node.loop == "standard" else "multiInstance"
    counted = (node.start_quantity, node.completion_quantity) != (1, 1)
    found = {
        kind: True,
        f"{loop}LoopCharacteristics": bool(node.loop),
        "compensation": node.is_for_compensation,
        "quantity": counted,
        "instantiate": node.instantiate,
        "multipleEvent": len(node.events) > 1,
        "dataAssociation": bool(node.data_inputs or node.data_outputs),
    }
    for what, present in found.items():
        if present and ELEMENTS[what] is State.REFUSED:
            yield what, node.line
    yield from node.unsupported


def _events(file: str, node: FlowNode, scope: Scope) -> Iterator[Finding]:
    if node.kind not in RUNS:
        return
    apart = node.kind == "startEvent" and _is_event_sub_process(node, scope)
    allowed = EVENT_SUB_PROCESS_STARTS if apart else ALLOWED[node.kind]
    runs = EVENT_SUB_PROCESS_STARTS if apart else RUNS[node.kind]
    for kind, line in [(one.kind, one.line) for one in node.events] or [(NONE, node.line)]:
        if kind not in allowed:
            yield _not_allowed(at(file, node, line), kind)
        elif kind not in runs:
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
