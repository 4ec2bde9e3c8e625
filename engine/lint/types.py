"""Rules about types: what an expression gives must be of a type that its place can use."""

from collections.abc import Iterator, Mapping

from engine.bpmn.elements import EventDefinition, FlowNode, SequenceFlow
from engine.feel.expected import Expected
from engine.lint.decision_types import check_inputs
from engine.lint.dialects import condition_of, script_of
from engine.lint.expression_types import check_expression, check_marked, check_text, check_time
from engine.lint.form_types import check_form_types
from engine.lint.report import Place, at
from engine.lint.timers import is_expression
from engine.lint.upload import Upload
from engine.lint.variable_types import types_of
from engine.model import Finding

Names = Mapping[str, Expected]
_CONDITION = ("boolean",)
_NUMBER = ("number", "string", "boolean")  # what the machine can count with
_GROUP = ("string", "list", "number")
_DATE = ("date", "date and time", "string", "days and time duration")


def check_types(upload: Upload) -> Iterator[Finding]:
    """Yield the expressions of an upload that can never give what they are there for.

    Only what is certain is told: a variable that several elements set with different types, or
    that only a program or a message brings, may be anything.
    """
    known = types_of(upload)
    for model in upload.models:
        for scope in upload.scopes(model):
            for flow in scope.flows.values():
                yield from _flow(model.file, flow, known)
            for node in scope.nodes.values():
                yield from _node(model.file, node, upload, known)
    yield from check_form_types(upload, known)


def _flow(file: str, flow: SequenceFlow, known: Names) -> Iterator[Finding]:
    found = condition_of(flow)
    if found is not None:
        yield from check_expression(at(file, flow), found, known, _CONDITION)


def _node(file: str, node: FlowNode, upload: Upload, known: Names) -> Iterator[Finding]:
    script = script_of(node)
    if script is not None and node.script is not None:
        yield from check_expression(at(file, node, node.script.line), script, known)
    for event in node.events:
        yield from _event(at(file, node, event.line), event, known)
    yield from _repetition(file, node, known)
    ending = node.activation or (node.scope.completion if node.scope is not None else None)
    yield from check_text(at(file, node), ending, known, _CONDITION)
    for mapping in (*node.inputs, *node.own_inputs, *node.data_inputs):
        yield from check_text(at(file, node, mapping.line), mapping.source, known)
    for mapping in (*node.outputs, *node.own_outputs, *node.data_outputs):
        yield from check_text(at(file, node, mapping.line), mapping.source, known)
    for use in (*node.data.reads, *node.data.writes):
        for text in (use.store.key, use.expression):
            yield from check_text(at(file, node, use.line), text, known)
    yield from _assignment(at(file, node), node, known)
    yield from check_inputs(file, node, upload, known)


def _event(place: Place, event: EventDefinition, known: Names) -> Iterator[Finding]:
    if event.kind == "conditional":
        yield from check_text(place, event.expression, known, _CONDITION)
    elif event.kind == "timer" and event.expression and is_expression(event.expression):
        yield from check_time(place, event, known)
    expected = () if event.correlation is None else event.correlation.expect
    for text in (event.correlation_key, *expected):
        yield from check_text(place, text, known)


def _repetition(file: str, node: FlowNode, known: Names) -> Iterator[Finding]:
    found = node.repetition
    if found is None:
        return
    place = at(file, node, found.line)
    for condition in (found.condition, *(one for one, _ in found.complex)):
        yield from check_text(place, condition, known, _CONDITION)
    yield from check_text(place, found.collection, known, ("list",))
    if not found.collection:
        yield from check_text(place, found.cardinality, known, _NUMBER)
    yield from check_text(place, found.result, known)


def _assignment(place: Place, node: FlowNode, known: Names) -> Iterator[Finding]:
    given = node.assignment
    for text in (given.assignee, *given.candidate_users, *given.candidate_groups):
        yield from check_marked(place, text, known, _GROUP)
    for text in (given.due, given.follow_up):
        yield from check_marked(place, text, known, _DATE)
    yield from check_marked(place, given.work_limit, known, ("string", "days and time duration"))
    yield from check_marked(place, given.priority, known, _NUMBER)
