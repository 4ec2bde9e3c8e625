"""The dossier follows its instance: published state, pauses of the clock, fee, who sees it, end."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session, defer

import engine
from engine.bpmn.elements import FlowNode
from engine.events import EventKind
from webapp.actors import Actor, Role
from webapp.legal_clock import REASON_OF
from webapp.models import Dossier, DossierGroup, DossierPause, ProcessInstance
from webapp.operations import clocks, events
from webapp.operations.adding import add_rows
from webapp.operations.known import KnownDossier

IN_WORK, STOPPED = 4, 8
PAUSING = frozenset({5, 6, 8})  # supplement, financial obligation, stopped
DECIDING = frozenset({3, 7, 8, 9, 10})
DECIDED = 9
PAYING = 6  # somebody has to pay: the fee is owed, and paid when the work goes on from there
_UNPAID = frozenset({3, 6, 7, 8})  # states to which a dossier comes from there without payment
_PAYING_KINDS = frozenset({"userTask", "receiveTask"})
_PASSING = frozenset(
    {EventKind.ELEMENT_ENTERED, EventKind.ELEMENT_COMPLETED, EventKind.ELEMENT_CANCELLED}
)
_DELIVERY = {9: "waiting", 10: "handed_over"}  # how the result stands in a published state
_DOSSIER = (  # without what it never needs to move on: reading JSON takes its time
    select(Dossier)
    .where(Dossier.id == bindparam("dossier_id", type_=Uuid()))
    .options(defer(Dossier.answers), defer(Dossier.papers), defer(Dossier.search_text))
)


def receive(session: Session, dossier: Dossier, *, actor: Actor, at: datetime) -> None:
    """Add a new dossier; the groups of whoever received it see it from the start."""
    session.add(dossier)
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_RECEIVED,
        actor=actor,
        at=at,
        data={
            "code": dossier.code,
            "promised_at": dossier.promised_at,
            "limit": dossier.clock_limit,
            "calendar": dossier.calendar_code,
            "revision": dossier.calendar_revision,
        },
    )
    clocks.refresh(session, dossier, at=at)
    session.flush()
    _add_groups(session, dossier.id, actor.groups)


def follow(
    session: Session,
    instance: ProcessInstance,
    process: engine.CompiledProcess,
    outcome: engine.Outcome,
    known: KnownDossier | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Bring a dossier in line with what just happened in its instance, or in one that it calls.

    The end of a called instance is not the end of the dossier. ``known`` is what is there of the
    dossier, None where there is none; most moves change nothing of it and need no more.
    """
    if known is None:
        return
    if _concerns(known, process, outcome):
        dossier = session.scalars(_DOSSIER, {"dossier_id": known.id}).one()
        if instance.root_id is None and outcome.status == engine.InstanceStatus.FAILED:
            _interrupt(session, dossier, actor, at)
        else:
            _follow_events(session, dossier, instance, process, outcome, actor, at)
    _add_groups(session, known.id, _groups_of(process, outcome) - known.groups)


def _concerns(
    known: KnownDossier, process: engine.CompiledProcess, outcome: engine.Outcome
) -> bool:
    """Tell whether an outcome may change more of the dossier than who sees it."""
    if outcome.status != engine.InstanceStatus.ACTIVE:
        return True
    passed = {event.element_id or "" for event in outcome.events}
    nodes = (process.elements.get(one) for one in passed)
    states = {node.public_state for node in nodes if node is not None} - {None}
    if known.state not in PAUSING | DECIDING:
        states.discard(known.state)  # where it is already, and nothing hangs on being there
    return bool(states) or not known.clock_marks.isdisjoint(passed)


def stop(session: Session, dossier: Dossier, *, actor: Actor, at: datetime) -> None:
    """End a dossier without a result, whatever its instance does."""
    before, dossier.state = dossier.state, STOPPED
    _end(session, dossier, actor, at)
    _tell_state(session, dossier, before, actor, at)


def _interrupt(session: Session, dossier: Dossier, actor: Actor, at: datetime) -> None:
    """Leave a dossier open whose process failed: somebody waits for it; pauses of tasks end."""
    before = dossier.state
    for pause in clocks.open_pauses(session, dossier):
        if pause.element_id:
            clocks.end_pause(session, dossier, pause, actor=actor, at=at)
            dossier.state = IN_WORK
    _tell_state(session, dossier, before, actor, at)


def _tell_state(
    session: Session, dossier: Dossier, before: int, actor: Actor, at: datetime
) -> None:
    if dossier.state != before:
        told = {"before": before, "after": dossier.state}
        kind = events.DOSSIER_STATE_CHANGED
        events.append(session, dossier.instance_id, kind, actor=actor, at=at, data=told)


def _follow_events(
    session: Session,
    dossier: Dossier,
    instance: ProcessInstance,
    process: engine.CompiledProcess,
    outcome: engine.Outcome,
    actor: Actor,
    at: datetime,
) -> None:
    before, money = dossier.state, dossier.money_state
    for event in outcome.events:
        node = process.elements.get(event.element_id or "")
        if node is None:
            continue
        if event.kind == EventKind.ELEMENT_ENTERED:
            _enter(session, dossier, node, actor, at)
        elif event.kind in (EventKind.ELEMENT_COMPLETED, EventKind.ELEMENT_CANCELLED):
            _leave(session, dossier, node, actor, at)
    _mark(session, dossier, outcome, actor, at)
    if outcome.status != engine.InstanceStatus.ACTIVE and instance.root_id is None:
        dossier.outcome = dossier.outcome or _last_end(process, outcome)
        _end(session, dossier, actor, at)
    _tell_state(session, dossier, before, actor, at)
    _follow_money(session, dossier, process, outcome, actor=actor, at=at, before=money)


def _add_groups(session: Session, dossier_id: UUID, groups: Collection[str]) -> None:
    rows = [{"dossier_id": dossier_id, "group_key": key} for key in sorted(groups)]
    add_rows(session, DossierGroup, rows)


def _follow_money(
    session: Session,
    dossier: Dossier,
    process: engine.CompiledProcess,
    outcome: engine.Outcome,
    *,
    actor: Actor,
    at: datetime,
    before: str,
) -> None:
    """Keep the axis of the fee where the model waits for payment; what staff said stays."""
    after, was_asked = before, False
    for event in outcome.events:
        node = process.elements.get(event.element_id or "")
        if event.kind == EventKind.INSTANCE_MODIFIED:
            return
        if node is None or event.kind not in _PASSING:
            continue
        if event.kind == EventKind.ELEMENT_ENTERED:
            after, was_asked = _paid(after, node, was_asked=was_asked)
        elif node.public_state == PAYING and node.kind in _PAYING_KINDS:
            was_asked = True
    if after != before:
        dossier.money_state = after
        dossier.paid_how = how_paid(after, actor)
        told = {"before": before, "after": after, "note": "", "how": dossier.paid_how}
        kind = events.DOSSIER_MONEY_CHANGED
        events.append(session, dossier.instance_id, kind, actor=actor, at=at, data=told)


def how_paid(money: str, actor: Actor) -> str:
    """Return where a fee was paid: what a program or nobody of the staff tells came online."""
    if money != "paid":
        return ""
    is_staff = actor.user_id is not None and not actor.has(Role.PROGRAM)
    return "counter" if is_staff else "online"


def _paid(money: str, node: FlowNode, *, was_asked: bool) -> tuple[str, bool]:
    """Return how the fee stands with a token at an element, and whether payment is awaited."""
    if node.public_state == PAYING:
        return ("owed" if money in {"none", "paid"} else money), False
    if was_asked and node.public_state is not None and node.public_state not in _UNPAID:
        return ("paid" if money == "owed" else money), False
    return money, was_asked


def _enter(session: Session, dossier: Dossier, node: FlowNode, actor: Actor, at: datetime) -> None:
    if node.public_state is None:
        return
    is_end = node.kind == "endEvent"
    if is_end:
        dossier.outcome = node.name or node.id
    dossier.state = node.public_state
    if node.public_state in PAUSING and not is_end:
        _pause(session, dossier, node, actor, at)
    elif node.public_state in DECIDING:
        clocks.finish(session, dossier, actor=actor, at=at)
        dossier.delivery_state = _DELIVERY.get(node.public_state, dossier.delivery_state)


def _leave(session: Session, dossier: Dossier, node: FlowNode, actor: Actor, at: datetime) -> None:
    if node.public_state not in PAUSING:
        return
    for pause in clocks.open_pauses(session, dossier):
        if pause.element_id == node.id:
            clocks.end_pause(session, dossier, pause, actor=actor, at=at)
            dossier.state = IN_WORK


def _pause(session: Session, dossier: Dossier, node: FlowNode, actor: Actor, at: datetime) -> None:
    row = DossierPause(
        dossier_id=dossier.id,
        state=dossier.state,
        element_id=node.id,
        started_at=at,
        key=node.id,
        reason=REASON_OF.get(dossier.state, ""),
        paused_by=actor.user_id,
    )
    clocks.begin_pause(session, dossier, row, actor=actor, at=at)


def _last_end(process: engine.CompiledProcess, outcome: engine.Outcome) -> str:
    """Return the name of the last end event entered: models without published states have one."""
    names = [
        node.name or node.id
        for event in outcome.events
        if (node := process.elements.get(event.element_id or "")) and node.kind == "endEvent"
    ]
    return names[-1] if names else ""


def _mark(
    session: Session, dossier: Dossier, outcome: engine.Outcome, actor: Actor, at: datetime
) -> None:
    """Start or end the clock where the facts sheet names an element for it."""
    told = dossier.clock_limit or {}
    if not told.get("starts_at") and not told.get("ends_at"):
        return
    passed = {(event.kind, event.element_id) for event in outcome.events}
    if (EventKind.ELEMENT_COMPLETED, told.get("ends_at")) in passed:
        clocks.finish(session, dossier, actor=actor, at=at)
    elif (EventKind.ELEMENT_ENTERED, told.get("starts_at")) in passed:
        clocks.refresh(session, dossier, at=at)


def _end(session: Session, dossier: Dossier, actor: Actor, at: datetime) -> None:
    for pause in clocks.open_pauses(session, dossier):
        clocks.end_pause(session, dossier, pause, actor=actor, at=at)
    if dossier.state not in DECIDING:
        dossier.state = DECIDED
    clocks.finish(session, dossier, actor=actor, at=at)
    dossier.ended_at = at


def _groups_of(process: engine.CompiledProcess, outcome: engine.Outcome) -> set[str]:
    """Return those who have a task of the dossier, or may act on it beside its tasks."""
    groups = {key for wait in outcome.user_tasks for key in wait.candidate_groups}
    for wait in outcome.messages:
        node = process.elements.get(wait.element_id)
        if node is not None and node.action:
            groups.update(node.assignment.candidate_groups)
    return groups
