"""Rules about expressions: each must be one that ``engine.feel`` reads."""

import re
from collections.abc import Iterator

from engine.bpmn.elements import Definitions, EventDefinition, FlowNode, SequenceFlow
from engine.bpmn.vendors import ALL
from engine.feel import Dialect, FeelError, parse_condition, parse_script
from engine.lint.report import Place, at, error
from engine.lint.timers import is_expression
from engine.lint.upload import Upload
from engine.model import Finding
from engine.texts import N_

_SHOWN = 80  # characters of an expression that a finding repeats
_PROGRAM_CODE = re.compile(
    r"\b__\w+__|^\s*(?:import|from|def|var|let|const|function|package)\s+\w+|\bexecution\.\w+"
    r"|\bSystem\.\w+|\bconsole\.\w+|\bprint(?:ln)?\s*\(",
    re.MULTILINE,
)
_READ_LANGUAGES = ("feel", "juel", "python")


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield every expression of one file that cannot be read, with the reason and the place."""
    for scope in upload.scopes(model):
        for flow in scope.flows.values():
            yield from _condition(model.file, flow)
        for node in scope.nodes.values():
            for line, text in _texts(node):
                yield from _unreadable(at(model.file, node, line), text)
            yield from _script(model.file, node)


def is_read_language(language: str | None) -> bool:
    """Return whether a condition's language is one that we read (none given counts as FEEL)."""
    return not language or any(name in language.lower() for name in _READ_LANGUAGES)


def is_script_language(language: str | None) -> bool:
    """Return whether a script's language is one that we read (none given counts as FEEL)."""
    return not language or "feel" in language.lower() or is_python(language)


def is_python(language: str | None) -> bool:
    """Return whether a language is the Python of SpiffArena's files."""
    return "python" in (language or "").lower()


def program_code(text: str) -> re.Match[str] | None:
    """Return where a script is evidently written in a programming language."""
    return _PROGRAM_CODE.search(text)


def _condition(file: str, flow: SequenceFlow) -> Iterator[Finding]:
    if flow.condition is None:
        return
    if not is_read_language(flow.condition_language):
        yield error(
            at(file, flow),
            "condition-language",
            N_("The condition of “%(name)s” is written in %(language)s, which is never run here."),
            N_("Write it as a FEEL expression and delete the language."),
            language=flow.condition_language,
        )
        return
    try:
        parse_condition(flow.condition, flow.condition_language)
    except FeelError as reason:
        yield _finding(at(file, flow), flow.condition, reason)


def correlation_texts(event: EventDefinition) -> tuple[str, ...]:
    """Return the expressions that tell the messages of an event apart."""
    if event.correlation_key:
        return (event.correlation_key,)
    drawn = event.correlation
    return () if drawn is None else (*drawn.retrieve, *drawn.expect)


def _texts(node: FlowNode) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every expression of a node but its script."""
    for event in node.events:
        if event.expression and (event.kind == "conditional" or _is_computed_time(event)):
            yield event.line, event.expression
        yield from ((event.line, text) for text in correlation_texts(event))
    yield from _controls(node)
    for mapping in (*node.inputs, *node.outputs, *node.data_inputs, *node.data_outputs):
        if mapping.source != ALL:
            yield mapping.line, mapping.source
    for use in (*node.data.reads, *node.data.writes):
        yield from ((use.line, text) for text in (use.store.key, use.expression) if text)
    named = node.assignment
    single = (named.assignee, named.due, named.follow_up, named.work_limit, named.priority)
    for text in (*single, *named.candidate_users, *named.candidate_groups):
        if text and is_expression(text):
            yield node.line, text


def _is_computed_time(event: EventDefinition) -> bool:
    return event.kind == "timer" and is_expression(event.expression or "")


def _controls(node: FlowNode) -> Iterator[tuple[int, str]]:
    """Yield what says how often a node is done, when it goes on and which decision it asks."""
    found = node.repetition
    if found is not None:
        texts = (found.condition, found.cardinality, found.collection, found.result)
        for text in (*texts, *(condition for condition, _ in found.complex)):
            if text:
                yield found.line, text
    ending = node.activation or (node.scope.completion if node.scope is not None else None)
    if ending:
        yield node.line, ending
    if node.decision is not None and is_expression(node.decision.reference):
        yield node.decision.line, node.decision.reference


def _script(file: str, node: FlowNode) -> Iterator[Finding]:
    script = node.script
    if script is None or not script.text or not is_script_language(script.format):
        return
    python = is_python(script.format)
    code = None if python else program_code(script.text)
    if code:
        yield error(
            at(file, node, script.line + script.text.count("\n", 0, code.start())),
            "script-is-program-code",
            N_("The script of “%(name)s” is program code (“%(code)s”), which is never run here."),
            N_("Write it as a FEEL expression, or use a service task of type “external”."),
            code=code.group().strip(),
        )
        return
    try:
        parse_script(script.text, Dialect.PYTHON if python else None)
    except FeelError as reason:
        line = script.line + script.text.count("\n", 0, reason.position or 0)
        yield _finding(at(file, node, line), script.text, reason)


def _unreadable(place: Place, text: str) -> Iterator[Finding]:
    try:
        parse_condition(text)
    except FeelError as reason:
        yield _finding(place, text, reason)


def _finding(place: Place, text: str, reason: FeelError) -> Finding:
    """Return the reader's own sentence as the problem, so that it stays translatable."""
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    details = {"expression_text": shown, "at_character": (reason.position or 0) + 1}
    return error(
        place,
        "expression-unreadable",
        reason.message,
        N_("Correct the expression “%(expression_text)s” at character %(at_character)s."),
        **{**details, **reason.params},
    )
