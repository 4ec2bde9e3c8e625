"""What the kernel runs of BPMN 2.0.2: the one table behind the refusals and the documentation."""

from enum import StrEnum


class State(StrEnum):
    """What becomes of an element: the kernel runs it, lint refuses it, or it is only kept."""

    RUNS = "runs"
    REFUSED = "refused"
    KEPT = "kept"  # a picture or a remark; it does not change what happens


ELEMENTS: dict[str, State] = {
    "process": State.RUNS,
    "subProcess": State.RUNS,
    "callActivity": State.RUNS,
    "task": State.RUNS,
    "userTask": State.RUNS,
    "manualTask": State.RUNS,
    "serviceTask": State.RUNS,
    "scriptTask": State.RUNS,
    "sendTask": State.RUNS,
    "receiveTask": State.RUNS,
    "businessRuleTask": State.RUNS,
    "exclusiveGateway": State.RUNS,
    "parallelGateway": State.RUNS,
    "inclusiveGateway": State.RUNS,
    "eventBasedGateway": State.RUNS,
    "complexGateway": State.RUNS,
    "startEvent": State.RUNS,
    "endEvent": State.RUNS,
    "intermediateCatchEvent": State.RUNS,
    "intermediateThrowEvent": State.RUNS,
    "boundaryEvent": State.RUNS,
    "sequenceFlow": State.RUNS,
    "lane": State.RUNS,
    "participant": State.RUNS,
    "transaction": State.RUNS,
    "adHocSubProcess": State.RUNS,
    "eventSubProcess": State.RUNS,
    "standardLoopCharacteristics": State.RUNS,
    "multiInstanceLoopCharacteristics": State.RUNS,
    "compensation": State.RUNS,
    "quantity": State.RUNS,
    "instantiate": State.RUNS,
    "multipleEvent": State.RUNS,
    "dataAssociation": State.RUNS,
    "implicitThrowEvent": State.RUNS,
    "event": State.REFUSED,
    "choreographyTask": State.REFUSED,
    "subChoreography": State.REFUSED,
    "callChoreography": State.REFUSED,
    "dataObject": State.RUNS,
    "dataState": State.RUNS,
    "dataObjectReference": State.RUNS,
    "dataStoreReference": State.RUNS,
    "property": State.RUNS,
    "ioSpecification": State.RUNS,
    "ioBinding": State.KEPT,
    "textAnnotation": State.KEPT,
    "association": State.KEPT,
    "group": State.KEPT,
    "messageFlow": State.KEPT,
    "documentation": State.KEPT,
    "auditing": State.KEPT,
    "monitoring": State.KEPT,
    "resourceRole": State.KEPT,
    "performer": State.KEPT,
    "humanPerformer": State.RUNS,
    "potentialOwner": State.RUNS,
    "supports": State.KEPT,
    "supportedInterfaceRef": State.KEPT,
    "correlationSubscription": State.RUNS,
    "artifact": State.KEPT,
}

NONE = "none"
_CATCH = ("message", "timer", "signal", "conditional")

# What BPMN 2.0.2, table 10.93, allows at each place.
ALLOWED: dict[str, tuple[str, ...]] = {
    "startEvent": (NONE, *_CATCH),
    "intermediateCatchEvent": (*_CATCH, "link"),
    "intermediateThrowEvent": (NONE, "message", "signal", "escalation", "compensate", "link"),
    "implicitThrowEvent": (NONE, "message", "signal", "escalation", "compensate"),
    "endEvent": (
        NONE,
        "message",
        "signal",
        "error",
        "escalation",
        "cancel",
        "compensate",
        "terminate",
    ),
    "boundaryEvent": (*_CATCH, "error", "escalation", "cancel", "compensate"),
}
EVENT_SUB_PROCESS_STARTS = (*_CATCH, "error", "escalation", "compensate")
ONLY_INTERRUPTING = ("error", "cancel")

RUNS: dict[str, tuple[str, ...]] = dict(ALLOWED)
