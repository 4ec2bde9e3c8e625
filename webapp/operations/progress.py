"""The dossier follows its instance: published state, pauses of the clock, who may see it, end."""

from datetime import datetime

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

import engine
from engine import worktime
from engine.bpmn.elements import FlowNode
from engine.events import EventKind
from webapp.actors import Actor
from webapp.calendars import agency_calendar
from webapp.models import Dossier, DossierGroup, DossierPause, ProcessDefinition
from webapp.operations import events
from webapp.promises import find_limit

IN_WORK = 4
PAUSING = frozenset({5, 6, 8})  # supplement, financial obligation, stopped
DECIDING = frozenset({3, 7, 8, 9, 10})
DECIDED = 9
_GROUPS = select(DossierGroup.group_key).where(
    DossierGroup.dossier_id == bindparam("dossier_id", type_=Uuid())
)


def receive(session: Session, dossier: Dossier, *, actor: Actor, at: datetime) -> None:
    """Add a new dossier; the groups of whoever received it see it from the start."""
    session.add(dossier)
    session.flush()
    let_see(session, dossier, actor.groups)
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_RECEIVED,
        actor=actor,
        at=at,
        data={"code": dossier.code, "promised_at": dossier.promised_at},
    )
    session.flush()


def follow(
    session: Session,
    dossier: Dossier,
    process: engine.CompiledProcess,
    outcome: engine.Outcome,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Bring a dossier in line with what just happened in its instance."""
    before = dossier.state
    for event in outcome.events:
        node = process.elements.get(event.element_id or "")
        if node is None:
            continue
        if event.kind == EventKind.ELEMENT_ENTERED:
            _enter(session, dossier, node, actor, at)
        elif event.kind in (EventKind.ELEMENT_COMPLETED, EventKind.ELEMENT_CANCELLED):
            _leave(session, dossier, node, actor, at)
    if outcome.status != engine.InstanceStatus.ACTIVE:
        dossier.outcome = dossier.outcome or _last_end(process, outcome)
        _end(session, dossier, actor, at)
    if dossier.state != before:
        events.append(
            session,
            dossier.instance_id,
            events.DOSSIER_STATE_CHANGED,
            actor=actor,
            at=at,
            data={"before": before, "after": dossier.state},
        )
    _let_groups_see(session, dossier, outcome)


def let_see(session: Session, dossier: Dossier, groups: frozenset[str]) -> None:
    """Let these groups see the dossier from now on."""
    if not groups:
        return
    seen = set(session.scalars(_GROUPS, {"dossier_id": dossier.id}))
    session.add_all(
        DossierGroup(dossier_id=dossier.id, group_key=key) for key in sorted(groups - seen)
    )


def _enter(session: Session, dossier: Dossier, node: FlowNode, actor: Actor, at: datetime) -> None:
    if node.public_state is None:
        return
    is_end = node.kind == "endEvent"
    if is_end:
        dossier.outcome = node.name or node.id
    dossier.state = node.public_state
    if node.public_state in PAUSING and not is_end:
        _pause(session, dossier, node, actor, at)
    elif node.public_state in DECIDING and dossier.decided_at is None:
        dossier.decided_at = at


def _leave(session: Session, dossier: Dossier, node: FlowNode, actor: Actor, at: datetime) -> None:
    if node.public_state not in PAUSING:
        return
    for pause in _open_pauses(session, dossier):
        if pause.element_id == node.id:
            _resume(session, dossier, pause, actor, at)
            dossier.state = IN_WORK


def _pause(session: Session, dossier: Dossier, node: FlowNode, actor: Actor, at: datetime) -> None:
    session.add(
        DossierPause(dossier_id=dossier.id, state=dossier.state, element_id=node.id, started_at=at)
    )
    session.flush()
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_PAUSED,
        actor=actor,
        at=at,
        element_id=node.id,
        data={"state": dossier.state},
    )


def _resume(
    session: Session, dossier: Dossier, pause: DossierPause, actor: Actor, at: datetime
) -> None:
    pause.ended_at = at
    office_time = worktime.between(pause.started_at, at, agency_calendar())
    pause.office_seconds = round(office_time.total_seconds())
    found = _promised_at(session, dossier)
    if found is not None:  # an extension that was signed is never taken back by a pause
        dossier.promised_at = max(found, dossier.promised_at or found)
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_RESUMED,
        actor=actor,
        at=at,
        element_id=pause.element_id,
        data={"office_seconds": pause.office_seconds, "promised_at": dossier.promised_at},
    )


def _promised_at(session: Session, dossier: Dossier) -> datetime | None:
    """Return the promised instant with every pause so far; None where nothing is promised."""
    facts = session.get_one(ProcessDefinition, dossier.definition_id).facts
    limit = find_limit(facts)
    session.flush()
    rows = session.scalars(select(DossierPause).where(DossierPause.dossier_id == dossier.id))
    pauses = [worktime.Pause(row.started_at, row.ended_at) for row in rows]
    return limit.due_at(dossier.received_at, pauses) if limit else None


def _open_pauses(session: Session, dossier: Dossier) -> list[DossierPause]:
    return list(
        session.scalars(
            select(DossierPause).where(
                DossierPause.dossier_id == dossier.id, DossierPause.ended_at.is_(None)
            )
        )
    )


def _last_end(process: engine.CompiledProcess, outcome: engine.Outcome) -> str:
    """Return the name of the last end event entered: models without published states have one."""
    names = [
        node.name or node.id
        for event in outcome.events
        if (node := process.elements.get(event.element_id or "")) and node.kind == "endEvent"
    ]
    return names[-1] if names else ""


def _end(session: Session, dossier: Dossier, actor: Actor, at: datetime) -> None:
    for pause in _open_pauses(session, dossier):
        _resume(session, dossier, pause, actor, at)
    if dossier.state not in DECIDING:
        dossier.state = DECIDED
    dossier.decided_at = dossier.decided_at or at
    dossier.ended_at = at


def _let_groups_see(session: Session, dossier: Dossier, outcome: engine.Outcome) -> None:
    groups = frozenset(key for wait in outcome.user_tasks for key in wait.candidate_groups)
    let_see(session, dossier, groups)
