"""One builder per kind of element."""

from collections.abc import Callable, Container
from dataclasses import replace

from engine.bpmn import elements as bpmn
from engine.kernel.build_calls import call
from engine.kernel.build_events import catching, correlations, receiving, throwing
from engine.kernel.build_repeated import repeated
from engine.kernel.build_work import business_rule, data_access, job, script, send_task
from engine.kernel.places import Place
from engine.kernel.specs import EACH, ElementSpec, ScopeSpec
from engine.kernel.specs_activities import Staffing, UserTaskSpec
from engine.kernel.specs_ad_hoc import AdHocSpec
from engine.kernel.specs_events import BoundaryEvent, CatchingSpec, GatheringStart
from engine.kernel.specs_flow import (
    ComplexGateway,
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from engine.kernel.specs_inside import SubProcessSpec


def specs_for(
    spec: ScopeSpec, node: bpmn.FlowNode, file: str, processes: Container[str]
) -> list[ElementSpec]:
    """Return the spec of an element, added to its scope, and that of its instances if it repeats.

    What is triggered otherwise than by a token has none. Raises InvalidModelError.
    """
    if _is_compensation_event(node):
        return []
    if node.repetition is None:
        return [_spec_for(Place(spec, node, file, processes))]
    place = Place(spec, node, file, processes)
    once = replace(
        node,
        id=f"{node.id}{EACH}",
        repetition=None,
        loop=None,
        incoming=(),
        outgoing=(),
        default_flow=None,
        start_quantity=1,
        completion_quantity=1,
        data_inputs=(),
        data_outputs=(),
        data=bpmn.DataUse(),
    )
    whole = repeated(place, node.repetition)
    whole.hidden = True  # what is heard of are its instances
    instance = _spec_for(replace(place, node=once))
    instance.sealed = node.repetition.kind != "standard"
    return [whole, instance]


def _spec_for(place: Place) -> ElementSpec:
    builder = _BUILDERS.get(place.node.kind)
    if builder is None:
        raise place.refused()
    element = builder(place)
    _map(element, place)
    return element


def _map(element: ElementSpec, place: Place) -> None:
    """Give the spec its mappings: what it takes and gives, and what a command brings."""
    node = place.node
    outputs = place.mappings(node.outputs)
    takes = place.mappings(node.data_inputs)
    gives = place.mappings(node.data_outputs)
    decides = node.decision is not None
    if node.kind in _COMMANDED and not decides:
        element.writes = outputs
    else:
        gives = outputs + gives
    takes += place.mappings(node.own_inputs)
    gives = place.mappings(node.own_outputs) + gives
    if node.kind not in _READING_THEMSELVES or decides:
        takes += place.inputs()
    element.takes, element.gives = takes, gives
    element.data = data_access(place)


def _is_compensation_event(node: bpmn.FlowNode) -> bool:
    return node.kind == "boundaryEvent" and any(one.kind == "compensate" for one in node.events)


def _passing(place: Place) -> ElementSpec:
    return ElementSpec(place.spec, place.node)


def _start(place: Place) -> ElementSpec:
    if place.node.gathers and "/" not in place.spec.name:
        return catching(GatheringStart)(place)
    element = ElementSpec(place.spec, place.node)
    element.correlations = correlations(place)
    return element


def _gateway(kind: type[ElementSpec]) -> Callable[[Place], ElementSpec]:
    return lambda place: kind(place.spec, place.node)


def _user_task(place: Place) -> ElementSpec:
    element = UserTaskSpec(place.spec, place.node)
    given = place.node.assignment
    element.staffing = Staffing(
        assignee=place.text(given.assignee),
        users=place.texts(given.candidate_users),
        groups=place.texts(given.candidate_groups),
        due=place.text(given.due),
        follow_up=place.text(given.follow_up),
        work_limit=place.text(given.work_limit),
        priority=place.text(given.priority),
    )
    element.settled = element.staffing.settled()
    return element


def _sub_process(place: Place) -> ElementSpec:
    return SubProcessSpec(place.spec, place.node)


def _ad_hoc(place: Place) -> ElementSpec:
    element = AdHocSpec(place.spec, place.node)
    if place.node.scope is not None:
        element.completion = place.expression(place.node.scope.completion)
    return element


def _complex(place: Place) -> ElementSpec:
    element = ComplexGateway(place.spec, place.node)
    element.activation = place.expression(place.node.activation)
    return element


_COMMANDED = frozenset(  # a command or message brings variables, which the mappings replace
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
        "callActivity",
        "intermediateCatchEvent",
        "boundaryEvent",
        "startEvent",
    }
)
_READING_THEMSELVES = frozenset(  # their input mappings say what leaves the process
    {
        "serviceTask",
        "sendTask",
        "businessRuleTask",
        "callActivity",
        "intermediateThrowEvent",
        "implicitThrowEvent",
        "endEvent",
    }
)
_BUILDERS: dict[str, Callable[[Place], ElementSpec]] = {
    "startEvent": _start,
    "endEvent": throwing,
    "intermediateThrowEvent": throwing,
    "implicitThrowEvent": throwing,
    "intermediateCatchEvent": catching(CatchingSpec),
    "boundaryEvent": catching(BoundaryEvent),
    "task": _passing,
    "userTask": _user_task,
    "manualTask": _user_task,
    "serviceTask": job,
    "businessRuleTask": business_rule,
    "sendTask": send_task,
    "receiveTask": receiving,
    "scriptTask": script,
    "subProcess": _sub_process,
    "transaction": _sub_process,
    "adHocSubProcess": _ad_hoc,
    "callActivity": call,
    "exclusiveGateway": _gateway(ExclusiveGateway),
    "parallelGateway": _gateway(ParallelGateway),
    "inclusiveGateway": _gateway(InclusiveGateway),
    "complexGateway": _complex,
    "eventBasedGateway": _gateway(EventBasedGateway),
}
