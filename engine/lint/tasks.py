"""Rules about activities: who does them, with which form, by which program."""

from collections.abc import Iterator
from dataclasses import replace

from engine.bpmn.elements import Assignment, Definitions, FlowNode, Lane, Scope
from engine.bpmn.lower import lower
from engine.lint.calls import check_call
from engine.lint.decisions import check_decision
from engine.lint.expressions import is_python, is_script_language, program_code
from engine.lint.report import at, error, hint, warning
from engine.lint.timers import is_duration, is_expression, is_instant
from engine.lint.upload import Upload
from engine.model import ACTION_VARIABLES, Finding
from engine.texts import N_

_CATCHING = ("boundaryEvent", "intermediateCatchEvent", "startEvent")
PUBLISHED_STATES = range(1, 11)  # the ten states a dossier shows to the citizen


def check(model: Definitions, upload: Upload) -> Iterator[Finding]:
    """Yield what is wrong with the activities of one file."""
    told = {element_id for element_id, *_ in model.unresolved}
    for process in upload.running(model):
        yield from _lane_names(model.file, process)
        for _, node in lower(process).walk():
            if node.kind in ("userTask", "manualTask"):
                yield from _people(model.file, node)
            if node.form_ref is not None:
                yield from _form(model.file, node, upload)
            if node.id not in told:
                yield from _program(model.file, node)
            yield from check_call(model.file, node, upload)
            yield from check_decision(model.file, node, upload)
            yield from _state(model.file, node)
            yield from _action(model.file, node)
            yield from _four_eyes(model.file, node, process)


def _lane_names(file: str, process: Scope) -> Iterator[Finding]:
    """Yield a hint for each lane whose name serves as the candidate group of its tasks."""
    people = [node for _, node in process.walk() if node.kind in ("userTask", "manualTask")]
    using = {node.lane for node in people if not _is_assigned(node.assignment)}
    for lane in _lanes(process):
        if lane.id in using and not lane.group:
            yield hint(
                at(file, lane),
                "group-from-lane-name",
                N_("The tasks of the lane “%(name)s” go to a group with exactly that name."),
                N_("Check that the group exists, or enter the group's key at the lane."),
            )


def _is_assigned(named: Assignment) -> bool:
    return replace(named, not_same_as=()) != Assignment()


def _lanes(scope: Scope) -> Iterator[Lane]:
    yield from scope.lanes
    for node in scope.nodes.values():
        if node.scope is not None:
            yield from _lanes(node.scope)


def _people(file: str, node: FlowNode) -> Iterator[Finding]:
    named = node.assignment
    if not (named.assignee or named.candidate_users or named.candidate_groups):
        yield warning(
            at(file, node),
            "task-nobody-can-take",
            N_("Nobody can see the task “%(name)s”: it has no lane, candidate group or assignee."),
            N_(
                "Put it into a lane or give it a candidate group; or name, when you publish, a"
                " group for all such tasks."
            ),
        )
    yield from _times(file, node)


def _times(file: str, node: FlowNode) -> Iterator[Finding]:
    named = node.assignment
    for text in (named.due, named.follow_up):
        if text and not (is_expression(text) or is_duration(text) or is_instant(text)):
            yield _unreadable_time(file, node, text)
    limit = named.work_limit
    if limit and not (is_expression(limit) or is_duration(limit, working_time=True)):
        yield _unreadable_time(file, node, limit)
    if named.priority and not is_expression(named.priority) and not _is_whole(named.priority):
        yield error(
            at(file, node),
            "priority-not-a-number",
            N_("The priority “%(text)s” of “%(name)s” is not a whole number."),
            N_("Enter a number from 0 to 100, or an expression that begins with “=”."),
            text=named.priority,
        )


def _four_eyes(file: str, node: FlowNode, process: Scope) -> Iterator[Finding]:
    if not node.assignment.not_same_as:
        return
    people = {one.id for _, one in process.walk() if one.kind in ("userTask", "manualTask")}
    for name in node.assignment.not_same_as:
        if name not in people - {node.id}:
            yield error(
                at(file, node),
                "four-eyes-unknown-task",
                N_("“%(name)s” must not be done by who did “%(other)s”, which is no other task."),
                N_("Enter the ids of other user tasks of the same process in motcua:notSameAs."),
                other=name,
            )


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def _unreadable_time(file: str, node: FlowNode, text: str) -> Finding:
    return error(
        at(file, node),
        "due-date-unreadable",
        N_("The time limit or due date “%(text)s” of “%(name)s” cannot be read."),
        N_("Write a duration such as P3D, a date, or an expression that begins with “=”."),
        text=text,
    )


def _form(file: str, node: FlowNode, upload: Upload) -> Iterator[Finding]:
    reference = node.form_ref or ""
    if reference not in upload.form_ids:
        yield error(
            at(file, node),
            "form-missing",
            N_("The form “%(form)s” of “%(name)s” is not among the uploaded files."),
            N_("Upload the form (.form file with this id) together with the model."),
            form=reference,
        )


def _program(file: str, node: FlowNode) -> Iterator[Finding]:
    if node.kind == "scriptTask":
        yield from _script(file, node)
    elif node.implementation and node.kind != "businessRuleTask":
        yield error(
            at(file, node),
            "task-with-program-code",
            N_("“%(name)s” calls program code (%(code)s), which is never run here."),
            N_("Make it a service task of type “external” with a topic."),
            code=node.implementation,
        )
    elif node.kind == "serviceTask" and not node.topic:
        yield error(
            at(file, node),
            "service-task-without-topic",
            N_("The service task “%(name)s” has no topic, so no program will do it."),
            N_("Set its type to “external” and enter a topic."),
        )
    elif node.kind in ("sendTask", "receiveTask") and not (node.message_ref or node.topic):
        yield error(
            at(file, node),
            "message-without-name",
            N_("The task “%(name)s” does not say which message it means."),
            N_("Choose or create a message with a name in the properties of the task."),
        )


def _script(file: str, node: FlowNode) -> Iterator[Finding]:
    script = node.script
    if script is None or not script.text:
        yield error(
            at(file, node),
            "script-empty",
            N_("The script task “%(name)s” contains no script."),
            N_("Write a FEEL expression, or use a plain task."),
        )
    elif not is_script_language(script.format):
        yield error(
            at(file, node, script.line),
            "script-language",
            N_("The script of “%(name)s” is written in %(language)s, which is never run here."),
            N_("Write it as a FEEL expression (script format “feel”), or use a service task."),
            language=script.format,
        )
    elif is_python(script.format):
        return  # its statements say what they set
    elif script.result_variable is None and not _may_be_context(script.text):
        yield warning(
            at(file, node, script.line),
            "script-without-result",
            N_("The script of “%(name)s” says nowhere where its result goes; it would stop there."),
            N_("Enter a result variable, or write a context: { variable: value }."),
        )


def _may_be_context(text: str) -> bool:
    """Return whether a script sets variables itself, or is no expression anyway."""
    return text.lstrip("= \n").startswith("{") or program_code(text) is not None


def _state(file: str, node: FlowNode) -> Iterator[Finding]:
    if node.public_state is not None and node.public_state not in PUBLISHED_STATES:
        yield error(
            at(file, node),
            "state-unknown",
            N_("The published state of “%(name)s” (motcua:state) is not one of the ten."),
            N_("Enter a number from 1 to 10."),
        )


def _action(file: str, node: FlowNode) -> Iterator[Finding]:
    """Yield what keeps the dossier page from offering the action that an event names."""
    if node.action is None:
        return
    if node.action not in ACTION_VARIABLES:
        yield error(
            at(file, node),
            "action-unknown",
            N_("The dossier page knows no action “%(action)s” (motcua:action of “%(name)s”)."),
            N_("Enter one of: %(actions)s."),
            action=node.action,
            actions=", ".join(ACTION_VARIABLES),
        )
    elif [one.kind for one in node.events] != ["message"] or node.kind not in _CATCHING:
        yield error(
            at(file, node),
            "action-not-caught",
            N_("“%(name)s” offers the action “%(action)s”, but catches no message."),
            N_(
                "Put motcua:action on a message event: at a border, in the flow, or the start of"
                " an event sub-process."
            ),
            action=node.action,
        )
