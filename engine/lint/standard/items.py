"""Strict rules about messages and operations: what services and events exchange."""

from collections.abc import Iterator

from engine.bpmn.catalog import name_of
from engine.lint.standard.data import CHECKS as OF_DATA
from engine.lint.standard.data import item_of, same_item
from engine.lint.standard.document import (
    CATCHING,
    GLOBAL_TASKS,
    THROWING,
    Document,
    Element,
    child,
    every,
    is_executable,
    texts,
)
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

_MATCH = N_("Let the data item and the message refer to the same item definition.")
OPERATION_DATA = Rule(
    "service-data-number",
    ("EXT.042", "EXT.043"),
    N_("“%(name)s” has an operation, but not exactly one data input (and output) for it."),
    N_("Give the task one data input for the operation's message, and one output for its answer."),
)
OPERATION_ITEM = Rule(
    "service-data-item",
    ("EXT.044", "EXT.045"),
    N_("A data input or output of “%(name)s” has another type than the operation's message."),
    _MATCH,
)
MESSAGE_DATA = Rule(
    "message-data-number",
    ("EXT.046", "EXT.047", "EXT.049", "EXT.050", "EXT.051"),
    N_("“%(name)s” has a message and more than one data item or set for it."),
    N_("Keep one data input (send task) or data output (receive task)."),
)
MESSAGE_ITEM = Rule(
    "message-data-item",
    ("EXT.048", "EXT.052"),
    N_("The data item of “%(name)s” has another type than its message."),
    _MATCH,
)
CALL_DATA = Rule(
    "call-data-mismatch",
    ("EXT.063",),
    N_("The data inputs and outputs of “%(name)s” differ from those of what it calls."),
    N_("Give the call activity the same inputs and outputs as the called element."),
)
BINDING_MISSING = Rule(
    "interface-without-binding",
    ("EXT.064",),
    N_("“%(name)s” supports an interface, but binds none of its operations."),
    N_("Add an ioBinding, or delete the reference to the interface."),
)
BINDING = Rule(
    "interface-binding-mismatch",
    ("EXT.065",),
    N_("“%(name)s” binds data to an operation whose messages have other types."),
    _MATCH,
)
EVENT_DATA = Rule(
    "event-data-mismatch",
    ("EXT.093", "EXT.094"),
    N_("The data items of the event “%(name)s” do not match its event definitions."),
    N_("Give the event one data item of the right type for each event definition."),
)
MESSAGE_MISSING = Rule(
    "message-definition-without-message",
    ("EXT.127",),
    N_("The event “%(name)s” names no message, although its process is executable."),
    N_("Choose or create a message with a name in the properties of the event."),
)
OPERATION_MISSING = Rule(
    "message-definition-without-operation",
    ("EXT.128",),
    N_("The event “%(name)s” names no operation, although its process is executable."),
    N_("Add an operationRef to the message event definition."),
)
OPERATION_MESSAGE = Rule(
    "message-and-operation-differ",
    ("EXT.129",),
    N_("The event “%(name)s” names an operation that has another message."),
    N_("Choose an operation with the same message."),
)
SIGNAL_MISSING = Rule(
    "signal-definition-without-signal",
    ("EXT.130",),
    N_("The event “%(name)s” names no signal, although its process is executable."),
    N_("Choose or create a signal with a name in the properties of the event."),
)
ERROR_CODE = Rule(
    "error-end-without-code",
    ("EXT.010",),
    N_("The error end event “%(name)s” has no error code."),
    N_("Choose or create an error with a code in the properties of the event."),
)
ESCALATION_CODE = Rule(
    "escalation-end-without-code",
    ("EXT.011",),
    N_("The escalation end event “%(name)s” has no escalation code."),
    N_("Choose or create an escalation with a code in the properties of the event."),
)
_CODES = (("error", "errorCode", ERROR_CODE), ("escalation", "escalationCode", ESCALATION_CODE))
_WITH_ITEM = ("message", "signal", "error", "escalation")


def _services(document: Document) -> Iterator[Fault]:
    for task in document.each("serviceTask"):
        operation = document.find(task, task.get("operationRef"))
        if operation is None:
            continue
        for side, message in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
            yield from _service_side(document, task, side, document.found(operation, message))


def _service_side(
    document: Document, task: Element, side: str, messages: list[Element]
) -> Iterator[Fault]:
    data = _data(task, side)
    if messages and len(data) != 1:
        yield Fault(OPERATION_DATA, task)
    elif messages and not _fits(document, data[0], messages[0]):
        yield Fault(OPERATION_ITEM, task)


def _messages(document: Document) -> Iterator[Fault]:
    sides = (("sendTask", "dataInput", "inputSet"), ("receiveTask", "dataOutput", "outputSet"))
    for kind, side, group in sides:
        for task in document.each(kind):
            message = document.find(task, task.get("messageRef"))
            if message is None:
                continue
            data = _data(task, side)
            if len(data) > 1 or len(_data(task, group)) > 1:
                yield Fault(MESSAGE_DATA, task)
            elif data and not _fits(document, data[0], message):
                yield Fault(MESSAGE_ITEM, task)


def _data(holder: Element, name: str) -> list[Element]:
    specification = child(holder, "ioSpecification")
    return [] if specification is None else every(specification, name)


def _fits(document: Document, data: Element, message: Element) -> bool:
    """Return whether a data item has the type of a message, signal, error or escalation."""
    one, other = item_of(document, data), item_of(document, message)
    if one is None or other is None:
        return one is other
    return same_item(one, other)


def _calls(document: Document) -> Iterator[Fault]:
    for call in document.each("callActivity"):
        called = document.find(call, call.get("calledElement"))
        if called is None or child(call, "ioSpecification") is None:
            continue
        for side in ("dataInput", "dataOutput"):
            mine = [item_of(document, one) for one in _data(call, side)]
            theirs = [item_of(document.owner(called), one) for one in _data(called, side)]
            if len(mine) != len(theirs) or any(map(_unlike, mine, theirs)):
                yield Fault(CALL_DATA, call)
                break


def _unlike(one: Element | None, other: Element | None) -> bool:
    if one is None or other is None:
        return one is not other
    return not same_item(one, other)


def _bindings(document: Document) -> Iterator[Fault]:
    for element in document.each("process", *GLOBAL_TASKS):
        bindings = every(element, "ioBinding")
        if every(element, "supportedInterfaceRef") and not bindings:
            yield Fault(BINDING_MISSING, element)
        if any(not _binds(document, one) for one in bindings):
            yield Fault(BINDING, element)


def _binds(document: Document, binding: Element) -> bool:
    operation = document.find(binding, binding.get("operationRef"))
    if operation is None:
        return False
    for side, message in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
        data = document.find(binding, binding.get(side))
        messages = document.found(operation, message)
        is_item = data is not None and name_of(data) in ("dataInput", "dataOutput")
        if data is not None and is_item and messages and not _fits(document, data, messages[0]):
            return False
    return True


def _event_data(document: Document) -> Iterator[Fault]:
    for names, side in ((CATCHING, "dataOutput"), (THROWING, "dataInput")):
        for event in document.each(*names):
            data = every(event, side)
            definitions = document.definitions(event)
            if data and (
                len(data) != len(definitions)
                or not all(
                    _carries(document, *pair) for pair in zip(data, definitions, strict=True)
                )
            ):
                yield Fault(EVENT_DATA, event)


def _carries(document: Document, data: Element, definition: Element) -> bool:
    kind = name_of(definition).removesuffix("EventDefinition")
    if kind not in _WITH_ITEM:
        return True
    target = document.find(definition, definition.get(f"{kind}Ref"))
    return target is None or item_of(document, target) is None or _fits(document, data, target)


def _definitions(document: Document) -> Iterator[Fault]:
    for definition in document.each("messageEventDefinition"):
        if not is_executable(definition):
            continue
        if not definition.get("messageRef"):
            yield Fault(MESSAGE_MISSING, definition)
        if not texts(definition, "operationRef"):
            yield Fault(OPERATION_MISSING, definition)
        yield from _operation_message(document, definition)
    for definition in document.each("signalEventDefinition"):
        if is_executable(definition) and not definition.get("signalRef"):
            yield Fault(SIGNAL_MISSING, definition)


def _operation_message(document: Document, definition: Element) -> Iterator[Fault]:
    message = document.find(definition, definition.get("messageRef"))
    for operation in document.found(definition, "operationRef"):
        both = document.found(operation, "inMessageRef") + document.found(
            operation, "outMessageRef"
        )
        if message is not None and both and message not in both:
            yield Fault(OPERATION_MESSAGE, definition)


def _codes(document: Document) -> Iterator[Fault]:
    for event in document.each("endEvent"):
        for definition in document.definitions(event) if is_executable(event) else ():
            for kind, code, rule in _CODES:
                if name_of(definition) == f"{kind}EventDefinition":
                    target = document.find(definition, definition.get(f"{kind}Ref"))
                    if target is None or not target.get(code):
                        yield Fault(rule, definition)


CHECKS = (
    *OF_DATA,
    _services,
    _messages,
    _calls,
    _bindings,
    _event_data,
    _definitions,
    _codes,
)
