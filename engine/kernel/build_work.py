"""Building the tasks that programs, scripts and decisions do."""

from engine.bpmn import elements as bpmn
from engine.errors import InvalidModelError
from engine.kernel import formulas
from engine.kernel.build_events import send_message
from engine.kernel.data import DataAccess, StoreAccess
from engine.kernel.places import Place
from engine.kernel.specs import ElementSpec
from engine.kernel.specs_activities import JobSpec, ScriptSpec
from engine.kernel.specs_decisions import DecisionSpec
from engine.kernel.specs_throwing import ThrowingSpec
from engine.texts import N_


def job(place: Place) -> ElementSpec:
    """Return the spec of a task that a program does, known by its topic."""
    if not place.node.topic:
        raise InvalidModelError(
            N_("“%(element)s” names no topic, so that no program would do it."),
            params={"element": place.node.name or place.node.id},
            element_id=place.node.id,
            line=place.node.line,
            file=place.file,
        )
    element = JobSpec(place.spec, place.node)
    element.topic = place.node.topic
    element.reads = place.inputs()
    return element


def send_task(place: Place) -> ElementSpec:
    """Return the spec of a task that sends its message, or is a job."""
    if place.node.topic:
        return job(place)
    element = ThrowingSpec(place.spec, place.node)
    element.throws = (send_message(place),)
    return element


def script(place: Place) -> ElementSpec:
    """Return the spec of a task that evaluates its script, or is a job."""
    written = place.node.script
    if written is None or place.node.topic:
        return job(place)
    element = ScriptSpec(place.spec, place.node)
    element.script = formulas.script(written, element_id=place.node.id, file=place.file)
    element.result_variable = written.result_variable
    return element


def business_rule(place: Place) -> ElementSpec:
    """Return the spec of a task that asks a decision, or is a job."""
    call = place.node.decision
    reference = place.text(call.reference) if call is not None else None
    if call is None or reference is None:
        return job(place)
    element = DecisionSpec(place.spec, place.node)
    element.call, element.reference = call, reference
    element.version = place.text(call.version)
    return element


def data_access(place: Place) -> DataAccess | None:
    """Return what data associations ask before and do after; None for most elements.

    Raises InvalidModelError where an expression cannot be read.
    """
    data = place.node.data
    if not (data.reads or data.writes or data.needs or data.sets):
        return None
    return DataAccess(
        tuple(_store(place, one) for one in data.reads),
        tuple(_store(place, one) for one in data.writes),
        data.needs,
        data.sets,
    )


def _store(place: Place, use: bpmn.StoreUse) -> StoreAccess:
    key = place.expression(use.store.key)
    return StoreAccess(use.store, key, use.variable, place.expression(use.expression))
