"""Strict rules about references, imports and formats: each must lead to something of its kind."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from engine.bpmn.catalog import name_of
from engine.bpmn.xml import MODEL
from engine.lint.standard.document import (
    ACTIVITIES,
    FLOW_NODES,
    GLOBAL_TASKS,
    Document,
    Element,
)
from engine.lint.standard.fault import Fault, Rule
from engine.texts import N_

REFERENCE = Rule(
    "reference-wrong",
    ("REF",),
    N_("“%(name)s” refers to “%(written)s” (%(attribute)s), which is no such element of the file."),
    N_("Choose an existing definition in the properties of the element, or create it."),
)
IMPORT = Rule(
    "import-missing",
    ("EXT.001", "EXT.003"),
    N_("The file imports “%(location)s”, which is not among the uploaded files."),
    N_("Upload the imported file together with this one."),
)
MIME_TYPE = Rule(
    "text-format",
    ("EXT.004",),
    N_("The text format “%(format)s” of “%(name)s” is no MIME type."),
    N_("Write text/plain, or another MIME type."),
)
LANGUAGE = Rule(
    "language-not-a-uri",
    ("EXT.014",),
    N_("The language “%(language)s” of an expression of “%(name)s” is no URI."),
    N_("Write the language as a URI, or delete it."),
)
_DEFINITIONS = ("EventDefinition",)
_COLLABORATIONS = ("collaboration", "globalConversation", "choreography", "globalChoreographyTask")
_ITEM = ("itemDefinition",)
_ANY: tuple[str, ...] = ()

_ATTRIBUTES: dict[str, tuple[str, ...]] = {  # attribute: names, or endings of names
    "messageRef": ("message",),
    "signalRef": ("signal",),
    "errorRef": ("error",),
    "escalationRef": ("escalation",),
    "attachedToRef": ACTIVITIES,
    "default": ("sequenceFlow",),
    "processRef": ("process",),
    "dataObjectRef": ("dataObject",),
    "dataStoreRef": ("dataStore",),
    "itemSubjectRef": _ITEM,
    "itemRef": _ITEM,
    "operationRef": ("operation",),
    "categoryValueRef": ("categoryValue",),
    "parameterRef": ("resourceParameter",),
    "activityRef": (*ACTIVITIES, "Task"),
    "initiatingParticipantRef": ("participant",),
    "calledCollaborationRef": _COLLABORATIONS,
    "calledChoreographyRef": _COLLABORATIONS,
    "calledElement": ("process", *GLOBAL_TASKS),
    "noneBehaviorEventRef": _DEFINITIONS,
    "oneBehaviorEventRef": _DEFINITIONS,
    "correlationKeyRef": ("correlationKey",),
    "inputDataRef": ("dataInput", "inputSet"),
    "outputDataRef": ("dataOutput", "outputSet"),
    "partitionElementRef": _ANY,
    "sourceRef": _ANY,
    "targetRef": _ANY,
}
_CHILDREN: dict[str, tuple[str, ...]] = {
    "incoming": ("sequenceFlow",),
    "outgoing": ("sequenceFlow",),
    "flowNodeRef": FLOW_NODES,
    "dataInputRefs": ("dataInput",),
    "optionalInputRefs": ("dataInput",),
    "whileExecutingInputRefs": ("dataInput",),
    "dataOutputRefs": ("dataOutput",),
    "optionalOutputRefs": ("dataOutput",),
    "whileExecutingOutputRefs": ("dataOutput",),
    "inputSetRefs": ("inputSet",),
    "outputSetRefs": ("outputSet",),
    "inMessageRef": ("message",),
    "outMessageRef": ("message",),
    "errorRef": ("error",),
    "operationRef": ("operation",),
    "interfaceRef": ("interface",),
    "supportedInterfaceRef": ("interface",),
    "participantRef": ("participant",),
    "messageFlowRef": ("messageFlow",),
    "eventDefinitionRef": _DEFINITIONS,
    "resourceRef": ("resource",),
    "correlationPropertyRef": ("correlationProperty",),
    "choreographyRef": _COLLABORATIONS,
    "categoryValueRef": ("categoryValue",),
    "sourceRef": _ANY,
    "targetRef": _ANY,
    "loopDataInputRef": ("dataInput", "dataObject", "dataObjectReference", "property"),
    "loopDataOutputRef": ("dataOutput", "dataObject", "dataObjectReference", "property"),
    "source": ("linkEventDefinition",),
    "target": ("linkEventDefinition",),
}
_BPMN = "http://www.omg.org/spec/BPMN/"
_MIME = re.compile(r"[\w.+-]+/[\w.+*-]+(?:\s*;.*)?")
_NOT_URI = re.compile(r"""[\s<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})""")


def _references(document: Document) -> Iterator[Fault]:
    for element in document.root.iter(f"{{{MODEL}}}*"):
        for attribute, written in element.attrib.items():
            kinds = _ATTRIBUTES.get(str(attribute))
            if kinds is not None and not _leads(document, element, str(written), kinds):
                yield _wrong(element, str(attribute), str(written))
        kinds = _CHILDREN.get(name_of(element))
        text = (element.text or "").strip()
        if kinds is not None and not _leads(document, element, text, kinds):
            yield _wrong(element, name_of(element), text)
    for element in document.each("signal", "error", "escalation"):
        structure = element.get("structureRef")  # elsewhere it is a type of another language
        if structure and not _leads(document, element, structure, _ITEM):
            yield _wrong(element, "structureRef", structure)


def _leads(document: Document, holder: Element, written: str, kinds: tuple[str, ...]) -> bool:
    if document.is_foreign(holder, written):
        return True  # its import is looked at instead
    target = document.find(holder, written)
    if target is None:
        return False
    return not kinds or name_of(target).endswith(kinds)


def _wrong(element: Element, attribute: str, written: str) -> Fault:
    return Fault(REFERENCE, element, {"written": written, "attribute": attribute})


def _imports(document: Document) -> Iterator[Fault]:
    files = {PurePosixPath(one.file).name for one in document.peers.values()}
    for element in document.each("import"):
        location = element.get("location", "")
        is_model = element.get("importType", "").startswith(_BPMN)
        if is_model and PurePosixPath(location).name not in files:
            yield Fault(IMPORT, element, {"location": location})


def _formats(document: Document) -> Iterator[Fault]:
    for element in document.each("documentation", "textAnnotation"):
        written = element.get("textFormat")
        if written is not None and not _MIME.fullmatch(written):
            yield Fault(MIME_TYPE, element, {"format": written})
    for element in document.root.iter(f"{{{MODEL}}}*"):
        for attribute in ("language", "expressionLanguage", "typeLanguage"):
            language = element.get(attribute)
            if language is not None and _NOT_URI.search(language):
                yield Fault(LANGUAGE, element, {"language": language})


CHECKS = (_references, _imports, _formats)
