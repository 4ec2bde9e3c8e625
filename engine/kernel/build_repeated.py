"""The builders of loops and multi-instance, and of the starts of event sub-processes."""

from dataclasses import replace

from engine.bpmn import elements as bpmn
from engine.errors import InvalidModelError
from engine.kernel.build_events import catching
from engine.kernel.build_work import data_access
from engine.kernel.places import Place
from engine.kernel.specs import TRIGGER, ScopeSpec
from engine.kernel.specs_events import EventSubProcessStart
from engine.kernel.specs_repeated import Behavior, LoopSpec, MultiInstanceSpec, RepeatedSpec
from engine.texts import N_


def repeated(place: Place, found: bpmn.Repetition) -> RepeatedSpec:
    """Return the spec of the whole of an activity that is done several times."""
    spec = _loop(place, found) if found.kind == "standard" else _multi_instance(place, found)
    spec.takes = place.mappings(place.node.data_inputs)
    spec.gives = place.mappings(place.node.data_outputs)
    spec.data = data_access(place)
    return spec


def event_sub_process_start(spec: ScopeSpec, node: bpmn.FlowNode, file: str) -> None:
    """Add what starts an event sub-process to the scope that it stands in."""
    inside = node.scope.nodes.values() if node.scope else ()
    drawn = next((one for one in inside if one.kind == "startEvent"), None)
    if drawn is None:
        raise Place(spec, node, file).refused()
    kinds = {definition.kind for definition in drawn.events}
    if "compensate" in kinds:
        spec.undoer = node.id
        return
    place = Place(spec, replace(drawn, id=f"{drawn.id}{TRIGGER}"), file)
    event = catching(EventSubProcessStart)(place)
    event.body = node.id
    if event.triggers:
        spec.triggers += (event.name,)
    for definition in drawn.events:
        if definition.kind in ("error", "escalation"):
            known = spec.catchers.get(definition.kind, ())
            spec.catchers[definition.kind] = (*known, (definition.ref, event.name))


def _loop(place: Place, found: bpmn.Repetition) -> LoopSpec:
    spec = LoopSpec(place.spec, place.node)
    spec.condition = place.expression(found.condition)
    if found.maximum is not None and found.maximum < 0:
        raise InvalidModelError(
            N_("“%(element)s” is to be repeated a negative number of times."),
            params={"element": place.node.name or place.node.id},
            element_id=place.node.id,
            line=found.line,
            file=place.file,
        )
    spec.maximum = found.maximum
    spec.test_before = found.test_before
    return spec


def _multi_instance(place: Place, found: bpmn.Repetition) -> MultiInstanceSpec:
    spec = MultiInstanceSpec(place.spec, place.node)
    spec.sequential = found.kind == "sequential"
    spec.cardinality = place.expression(found.cardinality)
    spec.collection = place.expression(found.collection)
    spec.item = found.item
    spec.results = found.results
    spec.result = place.expression(found.result)
    spec.condition = place.expression(found.condition)
    spec.behavior = Behavior(
        found.behavior,
        found.event,
        tuple(
            (condition, event)
            for text, event in found.complex
            if (condition := place.expression(text)) is not None
        ),
    )
    return spec
