"""Moving running instances to another version: a plan, what speaks against it, the move."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import snapshot as stored
from engine.bpmn.elements import FlowNode
from engine.errors import CommandRejectedError
from engine.kernel.process import CompiledProcess
from engine.kernel.rearming import settle_in
from engine.kernel.rows import machine_of
from engine.kernel.scope import Moment
from engine.kernel.translation import Obstacle, Translation
from engine.model import Outcome
from engine.runtime import outcome
from engine.texts import N_
from engine.worktime import ALWAYS, Calendar

__all__ = [
    "MigrationRefusedError",
    "Obstacle",
    "PlanLine",
    "migrate",
    "obstacles",
    "plan",
    "targets_for",
]

Mapped = Mapping[str, str | None]
_JOINS = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})
_WAITING = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
        "scriptTask",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "callActivity",
        "intermediateCatchEvent",
        "boundaryEvent",
        "eventBasedGateway",
    }
)


class MigrationRefusedError(CommandRejectedError):
    """The instance has no place in the new version. Change the plan, or the instance by hand."""

    code = "migration_refused"
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What becomes of the tokens at one element; ``warnings`` are English templates.

    ``target_id`` is None where the new version has nothing like it. ``found_by`` is ``id`` or
    ``name`` (of the same kind), empty where nothing was found.
    """

    element_id: str
    name: str
    kind: str
    target_id: str | None
    found_by: str
    warnings: tuple[str, ...] = ()


def plan(
    source: CompiledProcess, target: CompiledProcess, mapping: Mapped | None = None
) -> tuple[PlanLine, ...]:
    """Return a line per element at which a token can rest, in the order of the file.

    Without a ``mapping`` elements are matched by id, then by kind and name where only one has
    them; with one its targets are taken and looked at.
    """
    lines = []
    for node in source.elements.values():
        if not _can_hold(node):
            continue
        target_id, found_by = (
            _match(node, target) if mapping is None else (mapping.get(node.id), "")
        )
        lines.append(
            PlanLine(
                node.id,
                node.name or node.id,
                node.kind,
                target_id,
                found_by,
                _warnings(node, target_id, source, target),
            )
        )
    return tuple(lines)


def targets_for(kind: str, target: CompiledProcess) -> tuple[FlowNode, ...]:
    """Return the elements of the new version that a token at an element of this kind may go to."""
    return tuple(node for node in target.elements.values() if _family(node.kind) == _family(kind))


def obstacles(
    source: CompiledProcess, target: CompiledProcess, snapshot: bytes, mapping: Mapped
) -> tuple[Obstacle, ...]:
    """Return what keeps an instance from moving, nothing where it can. Nothing is changed."""
    translation = Translation(source.program, target.program, mapping)
    translation.state(stored.decode(snapshot))
    return tuple(translation.obstacles)


def migrate(
    source: CompiledProcess,
    target: CompiledProcess,
    snapshot: bytes,
    mapping: Mapped,
    *,
    at: datetime,
    calendar: Calendar = ALWAYS,
    recompute: bool = False,
) -> Outcome:
    """Return the instance in the new version. What was given stays as it is.

    Due instants, people and message keys are kept unless ``recompute``; what newly listens counts
    from ``at``. Raises MigrationRefusedError, and ExecutionError where an expression of the new
    version cannot be evaluated.
    """
    translation = Translation(source.program, target.program, mapping)
    state = translation.state(stored.decode(snapshot))
    if translation.obstacles:
        first = translation.obstacles[0]
        refused = MigrationRefusedError(
            first.message, params=first.params, element_id=first.element_id
        )
        refused.obstacles = tuple(translation.obstacles)
        raise refused
    machine = machine_of(target.program, state, Moment(at, calendar))
    settle_in(machine, translation, recompute=recompute)
    machine.run()
    return outcome(machine)


def _can_hold(node: FlowNode) -> bool:
    if node.kind in _JOINS:
        return len(node.incoming) > 1
    compensates = any(one.kind == "compensate" for one in node.events)
    if compensates and node.kind != "boundaryEvent":
        return node.kind in ("intermediateThrowEvent", "endEvent")
    return node.kind in _WAITING and not compensates


def _match(node: FlowNode, target: CompiledProcess) -> tuple[str | None, str]:
    same = target.elements.get(node.id)
    if same is not None and _family(same.kind) == _family(node.kind):
        return same.id, "id"
    named = [
        one
        for one in target.elements.values()
        if node.name and one.name == node.name and one.kind == node.kind
    ]
    return (named[0].id, "name") if len(named) == 1 else (None, "")


def _family(kind: str) -> str:
    """Return what counts as the same kind of element: what a token does there is the same."""
    return {
        "manualTask": "userTask",
        "sendTask": "serviceTask",
        "businessRuleTask": "serviceTask",
        "scriptTask": "serviceTask",
        "receiveTask": "intermediateCatchEvent",
        "transaction": "subProcess",
    }.get(kind, kind)


def _warnings(
    node: FlowNode, target_id: str | None, source: CompiledProcess, target: CompiledProcess
) -> tuple[str, ...]:
    new = target.elements.get(target_id or "")
    if new is None:
        return (N_("Not in the new version: dossiers that wait here cannot move."),)
    looks = (
        (new.kind != node.kind, N_("Another kind of element.")),
        (
            _around(source, node.id) != _around(target, new.id),
            N_("In another sub-process: dossiers that wait here cannot move."),
        ),
        (
            (node.repetition is None) != (new.repetition is None),
            N_("Repeated otherwise: dossiers that wait here cannot move."),
        ),
        (node.called_element != new.called_element, N_("Calls another process.")),
        (
            node.form_ref != new.form_ref,
            N_("Another form; what was typed so far may not fit."),
        ),
        (
            (node.assignment, node.lane) != (new.assignment, new.lane),
            N_("Other people or due dates; tasks keep theirs unless recomputed."),
        ),
        (_awaited(node) != _awaited(new), N_("Another timer, message or signal.")),
    )
    return tuple(words for differs, words in looks if differs)


def _awaited(node: FlowNode) -> list[tuple[object, ...]]:
    """Return what an event waits for, without its place in the file."""
    return [
        (one.kind, one.ref, one.expression, one.timer_kind, one.working_time, one.correlation_key)
        for one in node.events
    ]


def _around(process: CompiledProcess, element_id: str) -> str:
    """Return the process and sub-processes that an element lies in."""
    for key, scope in process.program.scopes.items():
        if element_id in scope.task_specs:
            return key
    return ""
