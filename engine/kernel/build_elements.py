"""One builder per kind of element."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.bpmn import elements as bpmn
from engine.errors import InvalidModelError
from engine.kernel import formulas
from engine.kernel.specs import ElementSpec, ScopeSpec
from engine.kernel.specs_activities import (
    CallActivitySpec,
    JobSpec,
    ScriptSpec,
    Staffing,
    SubProcessSpec,
    UserTaskSpec,
)
from engine.kernel.specs_events import (
    BoundaryEvent,
    CatchingSpec,
    ErrorEnd,
    SendMessage,
    SendSignal,
    TerminateEnd,
    ThrowingSpec,
    Trigger,
)
from engine.kernel.specs_flow import (
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from engine.kernel.variables import Formula
from engine.texts import N_


def spec_for(spec: ScopeSpec, node: bpmn.FlowNode, scope: bpmn.Scope) -> ElementSpec:
    """Return the spec of an element, added to its scope. Raises InvalidModelError."""
    builder = _BUILDERS.get(node.kind)
    if builder is None or _repeats_or_counts(node):
        raise _not_run(node, scope.file)
    element = builder(_Place(spec, node, scope.file))
    element.writes = formulas.mappings(node.outputs, element_id=node.id, file=scope.file)
    return element


def _repeats_or_counts(node: bpmn.FlowNode) -> bool:
    counted = (node.start_quantity, node.completion_quantity) != (1, 1)
    return counted or node.loop is not None or node.is_for_compensation or node.instantiate


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an element is built: the scope it joins, what was drawn, in which file."""

    spec: ScopeSpec
    node: bpmn.FlowNode
    file: str

    def text(self, written: str | None) -> Formula | None:
        node = self.node
        return formulas.text(written, element_id=node.id, line=node.line, file=self.file)

    def texts(self, written: tuple[str, ...]) -> tuple[Formula, ...]:
        return tuple(formula for one in written if (formula := self.text(one)) is not None)

    def expression(self, written: str | None) -> Formula | None:
        if not written:
            return None
        node = self.node
        return formulas.expression(written, element_id=node.id, line=node.line, file=self.file)

    def inputs(self) -> tuple[tuple[str, Formula], ...]:
        return formulas.mappings(self.node.inputs, element_id=self.node.id, file=self.file)


def _passing(place: _Place) -> ElementSpec:
    return ElementSpec(place.spec, place.node)


def _gateway(kind: type[ElementSpec]) -> Callable[[_Place], ElementSpec]:
    return lambda place: kind(place.spec, place.node)


def _user_task(place: _Place) -> ElementSpec:
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
    return element


def _job(place: _Place) -> ElementSpec:
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


def _send_task(place: _Place) -> ElementSpec:
    if place.node.topic:
        return _job(place)
    element = ThrowingSpec(place.spec, place.node)
    element.throws = (_message(place, _key(place.node.events), place.node.message_ref),)
    return element


def _script(place: _Place) -> ElementSpec:
    script = place.node.script
    if script is None or place.node.topic:
        return _job(place)
    element = ScriptSpec(place.spec, place.node)
    element.script = formulas.expression(
        script.text, element_id=place.node.id, line=script.line, file=place.file
    )
    element.result_variable = script.result_variable
    return element


def _sub_process(place: _Place) -> ElementSpec:
    if place.node.triggered_by_event:
        raise _not_run(place.node, place.file)
    return SubProcessSpec(place.spec, place.node)


def _call(place: _Place) -> ElementSpec:
    element = CallActivitySpec(place.spec, place.node)
    node = place.node
    unmapped = not node.inputs and not node.outputs
    element.reads = place.inputs()
    element.all_in = unmapped or formulas.carries_everything(node.inputs)
    element.all_out = unmapped or formulas.carries_everything(node.outputs)
    return element


def _catching(kind: type[CatchingSpec]) -> Callable[[_Place], ElementSpec]:
    def builder(place: _Place) -> ElementSpec:
        element = kind(place.spec, place.node)
        awaited = (_trigger(place, definition) for definition in place.node.events)
        element.triggers = tuple(trigger for trigger in awaited if trigger is not None)
        element.repeats = kind is BoundaryEvent and not place.node.interrupting
        return element

    return builder


def _receive_task(place: _Place) -> ElementSpec:
    element = CatchingSpec(place.spec, place.node)
    key = place.expression(_key(place.node.events))
    element.triggers = (Trigger("message", place.node.message_ref or "", correlation_key=key),)
    return element


def _trigger(place: _Place, definition: bpmn.EventDefinition) -> Trigger | None:
    if definition.kind == "timer":
        return Trigger(
            "timer",
            timer_kind=definition.timer_kind or "",
            when=place.text(definition.expression),
            working_time=definition.working_time,
        )
    if definition.kind in ("message", "signal"):
        key = place.expression(definition.correlation_key)
        return Trigger(definition.kind, definition.ref or "", correlation_key=key)
    if definition.kind == "error":
        return None
    raise _not_run(place.node, place.file)


def _throwing(place: _Place) -> ElementSpec:
    kinds = [definition.kind for definition in place.node.events]
    if "error" in kinds:
        element: ThrowingSpec = ErrorEnd(place.spec, place.node)
        codes = [one.ref for one in place.node.events if one.kind == "error"]
        element.code = codes[0] or ""
    else:
        ends = "terminate" in kinds
        element = (TerminateEnd if ends else ThrowingSpec)(place.spec, place.node)
    element.throws = tuple(
        _thrown(place, definition)
        for definition in place.node.events
        if definition.kind not in ("error", "terminate")
    )
    return element


def _thrown(place: _Place, definition: bpmn.EventDefinition) -> Callable[..., None]:
    if definition.kind == "message":
        return _message(place, definition.correlation_key, definition.ref)
    if definition.kind == "signal":
        return SendSignal(definition.ref or "")
    raise _not_run(place.node, place.file)


def _message(place: _Place, key: str | None, name: str | None) -> SendMessage:
    return SendMessage(name or "", place.expression(key), place.inputs())


def _key(events: tuple[bpmn.EventDefinition, ...]) -> str | None:
    return next((one.correlation_key for one in events if one.correlation_key), None)


def _not_run(node: bpmn.FlowNode, file: str) -> InvalidModelError:
    return InvalidModelError(
        N_("“%(element)s” (%(kind)s) cannot be run yet."),
        params={"element": node.name or node.id, "kind": node.kind},
        element_id=node.id,
        line=node.line,
        file=file,
    )


_BUILDERS: dict[str, Callable[[_Place], ElementSpec]] = {
    "startEvent": _passing,
    "endEvent": _throwing,
    "intermediateThrowEvent": _throwing,
    "intermediateCatchEvent": _catching(CatchingSpec),
    "boundaryEvent": _catching(BoundaryEvent),
    "task": _passing,
    "userTask": _user_task,
    "manualTask": _user_task,
    "serviceTask": _job,
    "businessRuleTask": _job,
    "sendTask": _send_task,
    "receiveTask": _receive_task,
    "scriptTask": _script,
    "subProcess": _sub_process,
    "callActivity": _call,
    "exclusiveGateway": _gateway(ExclusiveGateway),
    "parallelGateway": _gateway(ParallelGateway),
    "inclusiveGateway": _gateway(InclusiveGateway),
    "eventBasedGateway": _gateway(EventBasedGateway),
}
