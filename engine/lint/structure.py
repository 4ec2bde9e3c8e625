"""Rules about the bones of a model: processes, ids, starts, ends and sequence flows."""

from collections.abc import Iterator

from engine.bpmn.elements import Definitions, FlowNode, Scope, SequenceFlow
from engine.bpmn.lower import add_implicit_start
from engine.lint.diagram import check as check_diagram
from engine.lint.report import Place, at, error, warning
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong with the structure of one file."""
    yield from _processes(model)
    yield from _ids(model)
    yield from _references(model)
    everywhere = {node.id for process in model.processes.values() for _, node in process.walk()}
    for scope in upload.scopes(model):
        yield from _starts(model.file, scope)
        yield from _flows(model.file, scope, everywhere)
        for node in scope.nodes.values():
            yield from _connections(model.file, node)
    yield from check_diagram(model, upload)


def check_together(upload: Upload) -> Iterator[Finding]:
    """Yield what only shows when all files are looked at together."""
    seen: dict[str, str] = {}
    for model in upload.models:
        for process in model.processes.values():
            if process.id in seen:
                yield error(
                    at(model.file, process),
                    "process-id-twice",
                    N_("The process id “%(id)s” is already used in %(other)s."),
                    N_("Give one of the two processes another id."),
                    id=process.id,
                    other=seen[process.id],
                )
            seen.setdefault(process.id, model.file)
    processes = [one for model in upload.models for one in model.processes.values()]
    if processes and all(process.executable is False for process in processes):
        yield error(
            at(upload.models[0].file, processes[0]),
            "process-not-executable",
            N_('The process “%(name)s” is marked as not executable (isExecutable="false").'),
            N_("Tick “Executable” in the properties of the process."),
        )


def _processes(model: Definitions) -> Iterator[Finding]:
    if not model.processes:
        yield error(
            Place(model.file, 1),
            "no-process",
            N_("The file contains no process."),
            N_("Draw a process with a start event, or leave this file out."),
        )
    marked = any(process.executable for process in model.processes.values())
    for process in model.processes.values():
        if process.executable is None and not marked:
            yield warning(
                at(model.file, process),
                "executable-missing",
                N_("The process “%(name)s” does not say whether it is executable."),
                N_("It will be run. Tick “Executable” in its properties to make that clear."),
            )


def _ids(model: Definitions) -> Iterator[Finding]:
    for element_id, line in model.duplicate_ids:
        yield error(
            Place(model.file, line, element_id),
            "duplicate-id",
            N_("The id “%(id)s” is used a second time; it stands first in line %(first)s."),
            N_("Give one of the two elements another id."),
            id=element_id,
            first=model.element_lines.get(element_id, 0),
        )


def _references(model: Definitions) -> Iterator[Finding]:
    names = {node.id: node.name for one in model.processes.values() for _, node in one.walk()}
    for element_id, attribute, written, line in model.unresolved:
        yield error(
            Place(model.file, line, element_id or None, names.get(element_id, "")),
            "unknown-reference",
            N_("“%(name)s” refers to “%(written)s” (%(attribute)s), which is not in the file."),
            N_("Choose an existing definition in the properties of the element, or create it."),
            written=written,
            attribute=attribute,
        )


def _starts(file: str, scope: Scope) -> Iterator[Finding]:
    if scope.kind == "adHocSubProcess":
        return
    starts = [node for node in scope.nodes.values() if node.kind == "startEvent"]
    begun_otherwise = any(node.instantiate for node in scope.nodes.values())
    if scope.kind == "process" and not starts and not begun_otherwise:
        yield _without_start(file, scope)
    plain = [node for node in starts if not node.events]
    for node in plain[1:]:
        yield error(
            at(file, node),
            "several-start-events",
            N_("“%(name)s” is a second start event without a trigger; “%(first)s” is the first."),
            N_("Keep one plain start event and lead the other paths from a gateway."),
            first=plain[0].name or plain[0].id,
        )


def _without_start(file: str, scope: Scope) -> Finding:
    lowered = add_implicit_start(scope)
    if len(lowered.nodes) > len(scope.nodes) > 0:
        return warning(
            at(file, scope),
            "no-start-event",
            N_("“%(name)s” has no start event; it begins at each element that nothing leads to."),
            N_("Draw a start event, so that everybody sees where it begins."),
        )
    return error(
        at(file, scope),
        "no-start-event",
        N_("The process “%(name)s” has no start event, so nobody can start it."),
        N_("Draw a start event and connect it to the first activity."),
    )


def _flows(file: str, scope: Scope, everywhere: set[str]) -> Iterator[Finding]:
    for flow in scope.flows.values():
        for end in (flow.source, flow.target):
            if end not in scope.nodes:
                yield _broken_flow(file, flow, end, is_elsewhere=end in everywhere)


def _broken_flow(file: str, flow: SequenceFlow, end: str, *, is_elsewhere: bool) -> Finding:
    if is_elsewhere:
        return error(
            at(file, flow),
            "flow-leaves-scope",
            N_(
                "The sequence flow “%(name)s” leads to or from “%(end)s”, which lies in another "
                "process or sub-process."
            ),
            N_("End the flow inside its own process; use a message between pools."),
            end=end,
        )
    return error(
        at(file, flow),
        "flow-to-unknown",
        N_("The sequence flow “%(name)s” leads to or from “%(end)s”, which does not exist."),
        N_("Connect the flow to an element or delete it."),
        end=end,
    )


def _connections(file: str, node: FlowNode) -> Iterator[Finding]:
    if node.kind == "startEvent" and node.incoming:
        yield error(
            at(file, node),
            "start-with-incoming",
            N_("A sequence flow leads into the start event “%(name)s”."),
            N_("Lead the flow to the activity after the start event."),
        )
    if node.kind == "endEvent" and node.outgoing:
        yield error(
            at(file, node),
            "end-with-outgoing",
            N_("A sequence flow leaves the end event “%(name)s”."),
            N_("Replace the end event by an intermediate event, or delete the flow."),
        )
    if node.kind == "boundaryEvent" and node.incoming:
        yield error(
            at(file, node),
            "boundary-with-incoming",
            N_("A sequence flow leads into the boundary event “%(name)s”."),
            N_("Lead the flow to an activity; a boundary event only reacts."),
        )
