"""Strict rules about activities: quantities, resources, loops, compensation, sub-processes."""

from collections.abc import Iterator

from engine.bpmn.catalog import children, local, name_of
from engine.lint.standard.document import (
    ACTIVITIES,
    CHOREOGRAPHY_NODES,
    SUB_PROCESSES,
    TASKS,
    Document,
    Element,
    child,
    every,
    is_event_sub_process,
    is_executable,
)
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

_RESOURCE = N_("Name a resource with its parameters, or write one assignment expression.")
START_QUANTITY = Rule(
    "start-quantity",
    ("EXT.037",),
    N_("The start quantity of “%(name)s” is less than 1."),
    N_("Enter 1 or a larger number."),
)
COMPLETION_QUANTITY = Rule(
    "completion-quantity",
    ("EXT.038",),
    N_("The completion quantity of “%(name)s” is less than 1."),
    N_("Enter 1 or a larger number."),
)
RESOURCE_TWICE = Rule(
    "resource-named-twice",
    ("EXT.039", "EXT.040"),
    N_("A resource of “%(name)s” has an assignment expression and a reference or parameters."),
    _RESOURCE,
)
PARAMETER = Rule(
    "resource-parameter",
    ("EXT.041",),
    N_("A resource of “%(name)s” binds a parameter that the resource does not have."),
    _RESOURCE,
)
SCRIPT_FORMAT = Rule(
    "script-format",
    ("EXT.053", "EXT.055"),
    N_("The script of “%(name)s” has no script format."),
    N_("Enter the language of the script, for instance feel."),
)
CHOREOGRAPHY = Rule(
    "choreography-in-process",
    ("EXT.036", "EXT.056"),
    N_("“%(name)s” belongs to a choreography and must not stand in a process."),
    N_("Draw the work of each participant as tasks in its own process."),
)
EVENT_START = Rule(
    "event-sub-process-starts",
    ("EXT.058",),
    N_("The event sub-process “%(name)s” must have exactly one start event."),
    N_("Keep one start event; use one event sub-process for each trigger."),
)
AD_HOC_EMPTY = Rule(
    "ad-hoc-empty",
    ("EXT.061",),
    N_("The ad-hoc sub-process “%(name)s” contains no activity."),
    N_("Draw at least one activity in it."),
)
AD_HOC_EVENT = Rule(
    "ad-hoc-with-start-or-end",
    ("EXT.062",),
    N_("The ad-hoc sub-process “%(name)s” contains a start or end event."),
    N_("Delete the start and end events: its activities may begin in any order."),
)
LOOP_COUNT = Rule(
    "multi-instance-without-number",
    ("EXT.067",),
    N_("The multi-instance activity “%(name)s” does not say how many instances it has."),
    N_("Enter a number or a collection, not both."),
)
LOOP_INPUT = Rule(
    "multi-instance-data-reference",
    ("EXT.068",),
    N_("The multi-instance activity “%(name)s” loops over something that is not its own data."),
    N_("Refer to a data input or output of the activity."),
)
LOOP_EVENT = Rule(
    "multi-instance-event",
    ("EXT.071", "EXT.072", "EXT.073", "EXT.074"),
    N_("The behaviour of the multi-instance activity “%(name)s” lacks its event definition."),
    N_("Choose the event that is thrown, or the behaviour All."),
)
LOOP_MAXIMUM = Rule(
    "loop-maximum",
    ("EXT.066",),
    N_("The loop of “%(name)s” has neither a condition nor a sensible maximum."),
    N_("Enter a condition, or a maximum of 1 or more."),
)
COMPENSATION = Rule(
    "compensation-not-associated",
    ("EXT.143",),
    N_("The compensation event “%(name)s” is not connected with a compensation activity."),
    N_("Draw an association from the event to the activity that undoes the work."),
)
COMPENSATION_ACTIVITY = Rule(
    "compensation-activity-not-marked",
    ("EXT.144",),
    N_("“%(name)s” is associated with an activity that is not marked for compensation."),
    N_("Tick “For compensation” in the properties of the activity."),
)
INSTANTIATING = Rule(
    "instantiating-receive-with-incoming",
    ("EXT.054",),
    N_("The receive task “%(name)s” starts the process and has an incoming sequence flow."),
    N_("Delete the flow, or let a start event start the process."),
)
CALLED_START = Rule(
    "called-process-start",
    ("EXT.099",),
    N_("The process “%(name)s” is called, but has no start event without a trigger."),
    N_("Draw a plain start event in the called process."),
)
_SCRIPTS = ("scriptTask", "globalScriptTask")
_LOOP = "multiInstanceLoopCharacteristics"


def _attributes(document: Document) -> Iterator[Fault]:
    for activity in document.each(*ACTIVITIES):
        if _below_one(activity.get("startQuantity")):
            yield Fault(START_QUANTITY, activity)
        if _below_one(activity.get("completionQuantity")):
            yield Fault(COMPLETION_QUANTITY, activity)
    for script in document.each(*_SCRIPTS):
        if child(script, "script") is not None and not script.get("scriptFormat"):
            yield Fault(SCRIPT_FORMAT, script)
    for task in document.each("receiveTask"):
        if task.get("instantiate") == "true" and document.flows(task, "incoming"):
            yield Fault(INSTANTIATING, task)
    yield from _choreographies(document)


def _choreographies(document: Document) -> Iterator[Fault]:
    for scope in document.each("process", *SUB_PROCESSES):
        for node in every(scope, *CHOREOGRAPHY_NODES):
            yield Fault(CHOREOGRAPHY, node)


def _below_one(written: str | None) -> bool:
    return written is not None and not (written.isdecimal() and int(written) >= 1)


def _resources(document: Document) -> Iterator[Fault]:
    for role in document.each("resourceRole", "performer", "humanPerformer", "potentialOwner"):
        bindings = every(role, "resourceParameterBinding")
        named = child(role, "resourceRef")
        if child(role, "resourceAssignmentExpression") is not None and (
            bindings or named is not None
        ):
            yield Fault(RESOURCE_TWICE, role)
        resource = document.find(role, named.text) if named is not None else None
        parameters = every(resource, "resourceParameter") if resource is not None else []
        for binding in bindings:
            target = document.find(binding, binding.get("parameterRef"))
            if resource is not None and target not in parameters:
                yield Fault(PARAMETER, binding)


def _sub_processes(document: Document) -> Iterator[Fault]:
    for scope in document.each("subProcess"):
        if is_event_sub_process(scope) and len(every(scope, "startEvent")) != 1:
            yield Fault(EVENT_START, scope)
    for scope in document.each("adHocSubProcess"):
        if not every(scope, *ACTIVITIES):
            yield Fault(AD_HOC_EMPTY, scope)
        if every(scope, "startEvent", "endEvent"):
            yield Fault(AD_HOC_EVENT, scope)


def _loops(document: Document) -> Iterator[Fault]:
    for loop in document.each(_LOOP):
        number = child(loop, "loopCardinality") is not None
        data = child(loop, "loopDataInputRef") is not None
        if is_executable(loop) and not (number or data):
            yield Fault(LOOP_COUNT, loop)
        yield from _loop_data(document, loop)
        yield from _loop_events(loop)
    for loop in document.each("standardLoopCharacteristics"):
        maximum = loop.get("loopMaximum")
        if _below_one(maximum) or (maximum is None and child(loop, "loopCondition") is None):
            yield Fault(LOOP_MAXIMUM, loop)


def _loop_data(document: Document, loop: Element) -> Iterator[Fault]:
    activity = loop.getparent()
    own = [] if activity is None else list(activity.iter("{*}dataInput", "{*}dataOutput"))
    wanted = {"loopDataInputRef": ("dataInput",), "loopDataOutputRef": ("dataOutput",)}
    if activity is not None and name_of(activity) in SUB_PROCESSES:
        return  # they may loop over any data in reach
    for name, kinds in wanted.items():
        for target in document.found(loop, name):
            if name_of(target) not in kinds or target not in own:
                yield Fault(LOOP_INPUT, loop)


def _loop_events(loop: Element) -> Iterator[Fault]:
    behaviour = loop.get("behavior", "All")
    lacks = (
        (behaviour == "None" and not loop.get("noneBehaviorEventRef"))
        or (behaviour == "One" and not loop.get("oneBehaviorEventRef"))
        or (behaviour == "Complex" and child(loop, "complexBehaviorDefinition") is None)
    )
    if lacks and is_executable(loop):
        yield Fault(LOOP_EVENT, loop)


def _compensations(document: Document) -> Iterator[Fault]:
    associations = list(document.each("association"))
    for event in document.each("boundaryEvent"):
        if "compensate" not in document.kinds(event):
            continue
        ends = [
            document.find(one, one.get("targetRef"))
            for one in associations
            if local(one.get("sourceRef", "")) == event.get("id")
        ]
        handlers = [one for one in ends if one is not None and name_of(one) in ACTIVITIES]
        if not handlers:
            yield Fault(COMPENSATION, event)
        elif not any(one.get("isForCompensation") == "true" for one in handlers):
            yield Fault(COMPENSATION_ACTIVITY, event)


def _calls(document: Document) -> Iterator[Fault]:
    for call in document.each("callActivity"):
        called = document.find(call, call.get("calledElement"))
        if called is None or name_of(called) != "process":
            continue
        owner = document.owner(called)
        starts = every(called, "startEvent")
        nodes = [one for one in children(called) if name_of(one) in (*TASKS, *SUB_PROCESSES)]
        plain = any(not owner.kinds(one) for one in starts)
        begins_itself = not starts and any(not owner.flows(one, "incoming") for one in nodes)
        if not plain and not begins_itself:
            yield Fault(CALLED_START, called)


CHECKS = (_attributes, _resources, _sub_processes, _loops, _compensations, _calls)
