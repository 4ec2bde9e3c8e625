"""The rule about errors that end events throw and nothing catches."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, FlowNode, Scope
from engine.lint.report import at, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_

Catchers = tuple[str | None, ...]  # error codes; None catches every error


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield the error ends that would end the whole process as failed."""
    for process in upload.running(model):
        around = _around_calls(process.id, upload)
        yield from _scope(model.file, process, around)


def _scope(file: str, scope: Scope, around: Catchers) -> Iterator[Finding]:
    inside = around + _event_sub_processes(scope)
    for node in scope.nodes.values():
        if node.kind == "endEvent":
            for event in node.events:
                if event.kind == "error" and event.ref and not {event.ref, None} & {*inside}:
                    yield warning(
                        at(file, node, event.line),
                        "error-not-caught",
                        N_(
                            "Nothing catches the error “%(code)s” of “%(name)s”; it ends the whole "
                            "process as failed."
                        ),
                        N_("Attach an error event to the sub-process, or use another end event."),
                        code=event.ref,
                    )
        elif node.scope is not None:
            own = () if node.triggered_by_event else _boundaries(node.id, scope)
            yield from _scope(
                file, node.scope, (around if node.triggered_by_event else inside) + own
            )


def _boundaries(host: str, scope: Scope) -> Catchers:
    return tuple(
        event.ref
        for node in scope.nodes.values()
        if node.attached_to == host
        for event in node.events
        if event.kind == "error"
    )


def _event_sub_processes(scope: Scope) -> Catchers:
    starts = (
        node
        for holder in scope.nodes.values()
        if holder.triggered_by_event and holder.scope is not None
        for node in holder.scope.nodes.values()
        if node.kind == "startEvent"
    )
    return tuple(event.ref for node in starts for event in node.events if event.kind == "error")


def _around_calls(process_id: str, upload: Upload) -> Catchers:
    """Return what catches errors around the calls of a process, wherever it is called."""
    found: list[str | None] = []
    for model in upload.models:
        for process in model.processes.values():
            for scope, node in process.walk():
                if _calls(node, process_id):
                    found += _boundaries(node.id, scope) + _event_sub_processes(process)
    return tuple(found)


def _calls(node: FlowNode, process_id: str) -> bool:
    return node.kind == "callActivity" and node.called_element == process_id
