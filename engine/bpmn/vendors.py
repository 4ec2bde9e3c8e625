"""What modelling tools add to BPMN, read into one set of names.

``camunda:`` (also under the names of its offspring), ``flowable:`` and ``activiti:`` attributes,
``zeebe:`` elements, ``spiffworkflow:`` extensions and our own ``motcua:`` meet here; nobody else
knows their namespaces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from engine.bpmn.elements import Assignment, Script, VariableMapping
from engine.bpmn.form_data import PREFIX, form_data
from engine.bpmn.xml import MODEL, line_of

MOTCUA = "https://motcua.org/schema/1"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_ATTRIBUTE_NAMESPACES = (
    MOTCUA,
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://cibseven.org/schema/1.0/bpmn",
    "http://flowable.org/bpmn",
    "http://activiti.org/bpmn",
)
_ALL_NAMESPACES = (*_ATTRIBUTE_NAMESPACES, ZEEBE, SPIFF)
ALL = "*"
"""Source and target of the mapping that copies every variable."""

DEFAULT_RETRIES = 3
_OWN_CODE = ("class", "delegateExpression", "expression")
_NOT_RUN = {  # extension elements that change what happens, and that we do not run
    "executionListener": "executionListener",
    "executionListeners": "executionListener",
    "taskListener": "taskListener",
    "taskListeners": "taskListener",
    "eventListener": "executionListener",
    "connector": "connector",
    "formProperty": "formData",
    "userTaskForm": "formData",
    "preScript": "preScript",
    "postScript": "preScript",
    "serviceTaskOperator": "connector",
    "errorEventDefinition": "errorMapping",
    "mapException": "errorMapping",
    "conditionalEvent": "conditionalVariables",
}
_NOT_RUN_ATTRIBUTES = {
    "skipExpression": "skipExpression",
    "variableMappingClass": "variableMappingClass",
    "variableMappingDelegateExpression": "variableMappingClass",
    "initiator": "initiator",
    "resource": "resource",
}
_GROUP_OR_USER = re.compile(r"^(group|user)\((.*)\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Work:
    """How a program does a task: a topic for our jobs, or a vendor's way that we do not run."""

    topic: str | None = None
    retries: int = DEFAULT_RETRIES
    implementation: str | None = None
    retry_cycle: str | None = None
    priority: int = 0


def attribute(element: etree._Element, name: str) -> str | None:
    """Return a vendor attribute's text, ours first; empty text counts as missing."""
    for namespace in _ATTRIBUTE_NAMESPACES:
        value = (element.get(f"{{{namespace}}}{name}") or "").strip()
        if value:
            return value
    return None


def extensions(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the vendor extension elements of those local names, lists of them opened."""
    for holder in element.findall(f"{{{MODEL}}}extensionElements"):
        for child in holder.iter():
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child)
            if name.namespace in _ALL_NAMESPACES and (not names or name.localname in names):
                yield child


def assignment(element: etree._Element) -> Assignment:
    """Return who does a user task and until when."""
    definition = next(extensions(element, "assignmentDefinition"), None)
    schedule = next(extensions(element, "taskSchedule"), None)
    priority = next(extensions(element, "priorityDefinition"), None)
    users, groups = _owners(element)
    return Assignment(
        assignee=attribute(element, "assignee") or _get(definition, "assignee") or _human(element),
        candidate_users=users
        + names(attribute(element, "candidateUsers") or _get(definition, "candidateUsers")),
        candidate_groups=groups
        + names(attribute(element, "candidateGroups") or _get(definition, "candidateGroups")),
        due=attribute(element, "dueDate") or _get(schedule, "dueDate"),
        follow_up=attribute(element, "followUpDate") or _get(schedule, "followUpDate"),
        work_limit=attribute(element, "limit"),
        priority=attribute(element, "priority") or _get(priority, "priority"),
        not_same_as=names(element.get(f"{{{MOTCUA}}}notSameAs")),
    )


def form_ref(element: etree._Element) -> str | None:
    """Return the id of the form of a user task or start event, or the key it was written with."""
    definition = next(extensions(element, "formDefinition"), None)
    written = (
        attribute(element, "formRef")
        or attribute(element, "formKey")
        or _get(definition, "formId")
        or _get(definition, "formKey")
        or _get(definition, "externalReference")
    )
    if written and written.startswith("camunda-forms:"):
        return re.split(r"[:/]", written)[-1].removesuffix(".form")
    if not written and form_data(element):
        return PREFIX + (element.get("id") or "")
    return written


def work(element: etree._Element) -> Work:
    """Return how a service, send or business rule task (or message event) is done."""
    cycle = _retry_cycle(element)
    priority = whole_number(attribute(element, "taskPriority") or attribute(element, "jobPriority"))
    return replace(_work(element, _retries(cycle)), retry_cycle=cycle, priority=priority or 0)


def _work(element: etree._Element, retries: int) -> Work:
    definition = next(extensions(element, "taskDefinition"), None)
    kind = attribute(element, "type")
    if definition is not None:
        return Work(_get(definition, "type"), _number(_get(definition, "retries"), retries))
    if kind in ("external", "external-worker"):
        return Work(attribute(element, "topic"), retries)
    for name in _OWN_CODE:
        text = attribute(element, name)
        if text:
            return Work(None, retries, text)
    return Work(attribute(element, "topic"), retries, kind)


def script(element: etree._Element) -> Script | None:
    """Return a zeebe script of a script task; BPMN's own is read by the reader."""
    found = next(extensions(element, "script"), None)
    if found is None or etree.QName(found).namespace != ZEEBE:
        return None
    text = _get(found, "expression") or ""
    return Script(text, line_of(found), "feel", _get(found, "resultVariable"))


def called_element(element: etree._Element) -> str | None:
    """Return the process id that a zeebe call activity names."""
    return _get(next(extensions(element, "calledElement"), None), "processId")


def mappings(
    element: etree._Element,
) -> tuple[tuple[VariableMapping, ...], tuple[VariableMapping, ...]]:
    """Return input and output mappings; ``*`` to ``*`` copies every variable."""
    inputs = [_call_mapping(found) for found in extensions(element, "in")]
    outputs = [_call_mapping(found) for found in extensions(element, "out")]
    inputs += [_mapping(found) for found in extensions(element, "input")]
    outputs += [_mapping(found) for found in extensions(element, "output")]
    called = next(extensions(element, "calledElement"), None)
    if called is not None:
        every = VariableMapping(ALL, ALL, line_of(called))
        if called.get("propagateAllParentVariables") != "false":
            inputs.insert(0, every)
        if called.get("propagateAllChildVariables") != "false":
            outputs.insert(0, every)
    if attribute(element, "inheritVariables") == "true":
        inputs.insert(0, VariableMapping(ALL, ALL, line_of(element)))
    return _present(inputs), _present(outputs)


def parameters(
    element: etree._Element,
) -> tuple[tuple[VariableMapping, ...], tuple[VariableMapping, ...]]:
    """Return Camunda's input and output parameters; at a call they are the activity's own."""
    inputs = [_mapping(found) for found in extensions(element, "inputParameter")]
    outputs = [_mapping(found) for found in extensions(element, "outputParameter")]
    return _present(inputs), _present(outputs)


def _present(mappings: list[VariableMapping | None]) -> tuple[VariableMapping, ...]:
    return tuple(one for one in mappings if one is not None)


def correlation_key(element: etree._Element | None) -> str | None:
    """Return the expression that tells which instance a message is for."""
    if element is None:
        return None
    subscription = next(extensions(element, "subscription"), None)
    return attribute(element, "correlationKey") or _get(subscription, "correlationKey")


def public_state(element: etree._Element) -> int | None:
    """Return the published dossier state of an element (motcua:state); 0 for an unreadable one."""
    written = element.get(f"{{{MOTCUA}}}state")
    return None if written is None else whole_number(written) or 0


def action(element: etree._Element) -> str | None:
    """Return what people may do on the dossier page while the event waits (motcua:action)."""
    return (element.get(f"{{{MOTCUA}}}action") or "").strip() or None


def by_hand(element: etree._Element) -> bool:
    """Return whether people start the activities of an ad-hoc sub-process."""
    return element.get(f"{{{MOTCUA}}}start") == "user"


def working_time(element: etree._Element) -> bool:
    """Return whether a timer's duration counts office hours."""
    return element.get(f"{{{MOTCUA}}}calendar") == "working"


def not_run(element: etree._Element) -> tuple[tuple[str, int], ...]:
    """Return (what, line) of each vendor extension that would change the run, and does not."""
    found = [
        (_NOT_RUN[etree.QName(child).localname], line_of(child))
        for child in extensions(element, *_NOT_RUN)
    ]
    line = line_of(element)
    found += [
        (what, line) for name, what in _NOT_RUN_ATTRIBUTES.items() if attribute(element, name)
    ]
    found += [
        ("computedParameter", line_of(parameter))
        for parameter in extensions(element, "inputParameter", "outputParameter")
        if len(parameter)
    ]
    return tuple(dict.fromkeys(found))


def whole_number(text: str | None) -> int | None:
    """Return the number from 0 to 999,999,999 that a text spells, None for any other text."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text.strip()) else None


def names(text: str | None) -> tuple[str, ...]:
    """Return the comma separated names; an expression stays whole."""
    if not text:
        return ()
    if text.startswith("="):
        return (text,)
    parts = re.findall(r"(?:[$#]\{[^{}]*+\}|[^,])++", text)
    return tuple(part.strip() for part in parts if part.strip())


def _owners(element: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return users and groups that BPMN's own potentialOwner elements name."""
    users: list[str] = []
    groups: list[str] = []
    for text in _resources(element, "potentialOwner"):
        for name in names(text):
            match = _GROUP_OR_USER.match(name)
            if match and match.group(1) == "user":
                users.append(match.group(2).strip())
            else:
                groups.append(match.group(2).strip() if match else name)
    return tuple(users), tuple(groups)


def _human(element: etree._Element) -> str | None:
    return next(_resources(element, "humanPerformer"), None)


def _resources(element: etree._Element, kind: str) -> Iterator[str]:
    for owner in element.findall(f"{{{MODEL}}}{kind}"):
        for name in ("formalExpression", "expression", "resourceRef"):
            for found in owner.iter(f"{{{MODEL}}}{name}"):
                if found.text and found.text.strip():
                    yield found.text.strip()


def _call_mapping(element: etree._Element) -> VariableMapping | None:
    line = line_of(element)
    local = element.get("local") == "true"
    if element.get("variables") == "all":
        return VariableMapping(ALL, ALL, line, local)
    source = element.get("source") or element.get("sourceExpression")
    target = element.get("target") or element.get("targetExpression")
    return VariableMapping(source, target, line, local) if source and target else None


def _mapping(element: etree._Element) -> VariableMapping | None:
    """Return a mapping of a task; text that is no expression means itself."""
    line = line_of(element)
    target = element.get("target") or element.get("name")
    if not target or len(element):
        return None
    text = (element.get("source") if element.get("target") else element.text) or ""
    text = text.strip()
    if "${" in text or "#{" in text or text.startswith("="):
        return VariableMapping(text, target, line)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return VariableMapping(f'="{escaped}"' if text else "=null", target, line)


def _retry_cycle(element: etree._Element) -> str | None:
    """Return after which pauses failed work is tried again: R3/PT10M, or PT1M,PT10M."""
    found = next(extensions(element, "failedJobRetryTimeCycle"), None)
    written = ((found.text or "") if found is not None else "").strip()
    return written or attribute(element, "failedJobRetryTimeCycle")


def _retries(cycle: str | None) -> int:
    """Return how often work is tried: the count of a cycle, one more than the pauses of a list."""
    match = re.match(r"R?(\d+)", cycle or "")
    if cycle and "," in cycle and not match:
        return cycle.count(",") + 2
    return _number(match.group(1) if match else None, DEFAULT_RETRIES)


def _number(text: str | None, default: int) -> int:
    number = whole_number(text)
    return default if number is None else number


def _get(element: etree._Element | None, name: str) -> str | None:
    if element is None:
        return None
    return (element.get(name) or "").strip() or None
