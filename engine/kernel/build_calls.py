"""Building call activities: inside the instance, or as an instance of its own."""

from engine.errors import InvalidModelError
from engine.kernel import formulas
from engine.kernel.places import Place
from engine.kernel.specs import ElementSpec
from engine.kernel.specs_calls import CallActivitySpec, CalledElsewhereSpec, Exchange
from engine.kernel.variables import Formula
from engine.model import Binding
from engine.texts import N_


def call(place: Place) -> ElementSpec:
    """Return the spec of a call activity. Raises InvalidModelError where it names no process."""
    process = place.text(place.node.called_element)
    if process is None:
        raise place.refused()
    if _is_elsewhere(place, is_computed=process.expression is not None):
        return _elsewhere(place, process)
    element = CallActivitySpec(place.spec, place.node)
    element.exchange = _exchange(place)
    return element


def _is_elsewhere(place: Place, *, is_computed: bool) -> bool:
    """Return whether the called process runs as an instance of its own.

    One of the same deployment runs inside the caller, unless another version may be meant.
    """
    called, binding = place.node.called_element, place.node.call and place.node.call.binding
    if binding == Binding.DEPLOYMENT and not is_computed:
        if called not in place.processes:
            raise InvalidModelError(
                N_("“%(element)s” calls the process “%(called)s”, which is not there."),
                params={"element": place.node.name or place.node.id, "called": called},
                element_id=place.node.id,
                line=place.node.line,
            )
        return False
    return is_computed or binding is not None or called not in place.processes


def _elsewhere(place: Place, process: Formula) -> ElementSpec:
    element = CalledElsewhereSpec(place.spec, place.node)
    element.process = process
    element.exchange = _exchange(place)
    if place.node.call is not None:
        element.version = place.text(place.node.call.version)
        element.business_key = place.text(place.node.call.business_key)
    return element


def _exchange(place: Place) -> Exchange:
    node = place.node
    unmapped = not node.inputs and not node.outputs
    every_in = [one for one in node.inputs if one.source == formulas.EVERYTHING]
    every_out = [one for one in node.outputs if one.source == formulas.EVERYTHING]
    return Exchange(
        reads=place.inputs(),
        all_in=unmapped or any(not one.local for one in every_in),
        own_in=any(one.local for one in every_in),
        all_out=unmapped or any(not one.local for one in every_out),
        own_out=any(one.local for one in every_out),
        local_results=frozenset(one.target for one in node.outputs if one.local),
    )
