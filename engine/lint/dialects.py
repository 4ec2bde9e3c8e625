"""The expressions that a model holds, and which dialect each is read as.

The product records what this returns when files are uploaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine import feel
from engine.bpmn.elements import Definitions, FlowNode, Repetition, Scope, SequenceFlow
from engine.bpmn.vendors import ALL
from engine.lint.expressions import correlation_texts, is_python, is_script_language
from engine.lint.timers import is_expression


class Use(StrEnum):
    CONDITION = "condition"
    EVENT_CONDITION = "event-condition"
    SCRIPT = "script"
    TIMER = "timer"
    INPUT = "input"
    OUTPUT = "output"
    CORRELATION = "correlation"
    ASSIGNMENT = "assignment"
    DUE = "due"
    REPETITION = "repetition"
    COMPLETION = "completion"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class WrittenExpression:
    """One expression. ``dialect`` is None where the text cannot be read; the findings say why."""

    element_id: str
    element_name: str
    use: Use
    text: str
    dialect: feel.Dialect | None
    line: int
    named_by: str = ""  # id of the element whose name it goes under, where that is another one


def expressions_of(model: Definitions) -> Iterator[WrittenExpression]:
    """Yield every expression of a file, sub-processes behind what holds them."""
    for process in model.processes.values():
        yield from _of_scope(process)


def condition_of(flow: SequenceFlow) -> feel.Expression | None:
    """Return the condition of a flow as the kernel reads it; None where there is none to read."""
    if not flow.condition:
        return None
    try:
        return feel.parse_condition(flow.condition, flow.condition_language)
    except feel.FeelError:
        return None


def script_of(node: FlowNode) -> feel.Expression | None:
    """Return the script of a node as the kernel reads it; None where there is none to read."""
    script = node.script
    if script is None or not is_script_language(script.format):
        return None
    try:
        return feel.parse_script(
            script.text, feel.Dialect.PYTHON if is_python(script.format) else None
        )
    except feel.FeelError:
        return None


def _of_scope(scope: Scope) -> Iterator[WrittenExpression]:
    for node in scope.nodes.values():
        yield from _of_node(node)
        for key in node.outgoing:
            if key in scope.flows:
                yield from _of_flow(scope.flows[key], node)
        if node.scope is not None:
            yield from _of_scope(node.scope)


def _of_flow(flow: SequenceFlow, source: FlowNode) -> Iterator[WrittenExpression]:
    if flow.condition:
        found = condition_of(flow)
        dialect = found.dialect if found else None
        name = flow.name or source.name or flow.id
        named_by = "" if flow.name else source.id
        yield WrittenExpression(
            flow.id, name, Use.CONDITION, flow.condition, dialect, flow.line, named_by
        )


def _of_node(node: FlowNode) -> Iterator[WrittenExpression]:
    name = node.name or node.id
    for use, line, text in _texts(node):
        yield WrittenExpression(node.id, name, use, text, _dialect(text, use), line)
    script = node.script
    if script is not None and script.text:
        found = script_of(node)
        dialect = found.dialect if found else None
        yield WrittenExpression(node.id, name, Use.SCRIPT, script.text, dialect, script.line)


def _dialect(text: str, use: Use) -> feel.Dialect | None:
    """Return how a text is read; where only an expression makes sense, plain text is FEEL."""
    if use is Use.TIMER and not is_expression(text):
        return feel.Dialect.LITERAL
    try:
        return feel.parse_condition(text).dialect
    except feel.FeelError:
        return None


def _texts(node: FlowNode) -> Iterator[tuple[Use, int, str]]:
    """Yield (use, line, text) of every expression of a node but its script."""
    yield from _of_events(node)
    for mapping in (*node.inputs, *node.data_inputs):
        if mapping.source != ALL:
            yield Use.INPUT, mapping.line, mapping.source
    for mapping in (*node.outputs, *node.data_outputs):
        if mapping.source != ALL:
            yield Use.OUTPUT, mapping.line, mapping.source
    yield from _of_assignment(node)
    if node.repetition is not None:
        yield from _of_repetition(node.repetition)
    ending = node.activation or (node.scope.completion if node.scope is not None else None)
    if ending:
        yield Use.COMPLETION, node.line, ending
    if node.decision is not None and is_expression(node.decision.reference):
        yield Use.DECISION, node.decision.line, node.decision.reference


def _of_events(node: FlowNode) -> Iterator[tuple[Use, int, str]]:
    for event in node.events:
        if event.expression and event.kind in ("timer", "conditional"):
            use = Use.TIMER if event.kind == "timer" else Use.EVENT_CONDITION
            yield use, event.line, event.expression
        for text in correlation_texts(event):
            yield Use.CORRELATION, event.line, text


def _of_assignment(node: FlowNode) -> Iterator[tuple[Use, int, str]]:
    given = node.assignment
    who = (given.assignee, *given.candidate_users, *given.candidate_groups, given.priority)
    when = (given.due, given.follow_up, given.work_limit)
    for use, texts in ((Use.ASSIGNMENT, who), (Use.DUE, when)):
        for text in texts:
            if text and is_expression(text):
                yield use, node.line, text


def _of_repetition(found: Repetition) -> Iterator[tuple[Use, int, str]]:
    texts = (found.condition, found.cardinality, found.collection, found.result)
    for text in (*texts, *(condition for condition, _ in found.complex)):
        if text:
            yield Use.REPETITION, found.line, text
