"""What people do to a dossier besides its tasks, where and when its model lets them.

An action is offered while an event that names it (``motcua:action``) waits for its message, and
delivers exactly that message. So the model decides what may happen, not this page. A correction
is offered where there is a result, also after it was handed over: then the dossier is opened
again in the event sub-process that the model keeps for it. The others end with the decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.bpmn.elements import FlowNode
from engine.commands import DeliverMessage, Reopen
from engine.model import ACTION_VARIABLES
from engine.texts import N_
from webapp.actors import Actor
from webapp.calendars import agency_calendar
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.models import (
    Dossier,
    DossierAction,
    DossierGroup,
    DossierPause,
    LegalReason,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
)
from webapp.operations import events, extending, reasons
from webapp.operations.definitions import compiled
from webapp.operations.moving import locked_instance, move
from webapp.operations.reasons import ActionKind

MAX_POINTS = 40
MAX_TEXT = 2_000  # characters
SUPPLEMENT_STATE = 5
RESULT_STATES = frozenset({9, 10})  # decided, handed over


@dataclass(frozen=True, slots=True)
class Point:
    """One paper of a supplement request, and what is asked about it."""

    name: str
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRequest:
    """What somebody wants to do. ``new_due_at`` is an extension's."""

    element_id: str
    reason_id: UUID
    explanation: str
    points: tuple[Point, ...] = ()
    new_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that the model allows at this moment, whoever asks."""

    kind: ActionKind
    element_id: str
    name: str
    groups: tuple[str, ...]  # who may; none: who works in the dossier
    token_id: str  # "": the dossier has ended and is opened again
    message: str

    @property
    def reopens(self) -> bool:
        """Whether the dossier was handed over already."""
        return not self.token_id


def offered(session: Session, dossier: Dossier, actor: Actor) -> tuple[Offer, ...]:
    """Return the actions that the model allows now and this person may do, by the model's ids."""
    found = (one for one in _offers(session, dossier) if _may(session, dossier, one, actor))
    return tuple(sorted(found, key=lambda one: one.element_id))


def act(
    session: Session, dossier_id: UUID, request: ActionRequest, *, actor: Actor, at: datetime
) -> UUID:
    """Do one action: remember it with its reason, move the dossier; return the action's id.

    Raises ConflictError when the model does not allow it at this moment, NotAllowedError when the
    model gives it to other groups, RejectedError for what is missing in the request.
    """
    dossier = session.get(Dossier, dossier_id)
    if dossier is None:
        raise NotFoundError(N_("There is no such dossier."))
    instance = locked_instance(session, dossier.instance_id)
    session.refresh(dossier)
    offer = _offer(session, dossier, request.element_id)
    if not _may(session, dossier, offer, actor):
        raise NotAllowedError(N_("The procedure gives this action to other groups."))
    reason = _reason(session, dossier, offer, request, at)
    _check(dossier, offer, request, at)
    row = _row(dossier, offer, request, reason, actor, at)
    session.add(row)
    _note(session, dossier, row, actor, at)
    if row.new_due_at is not None:
        extending.extend(session, dossier, row.new_due_at, row.reason, actor=actor, at=at)
    told = {ACTION_VARIABLES[offer.kind]: _told(session, row, actor)}
    if offer.reopens:
        _open_again(dossier, instance)
        move(session, instance, Reopen(offer.element_id, row.reason, told), actor=actor, at=at)
    else:
        command = DeliverMessage(offer.token_id, offer.message, told)
        move(session, instance, command, actor=actor, at=at)
    return row.id


def supplements(session: Session, dossier_id: UUID) -> int:
    """Return how often papers were asked for; more than once counts as overdue (index 2.1)."""
    return (
        session.scalar(
            select(func.count(DossierPause.id)).where(
                DossierPause.dossier_id == dossier_id, DossierPause.state == SUPPLEMENT_STATE
            )
        )
        or 0
    )


def _open_again(dossier: Dossier, instance: ProcessInstance) -> None:
    """Let an ended dossier be open; its decision, verdict and promised date stay as they were."""
    instance.ended_at = dossier.ended_at = None
    dossier.outcome = ""


def _offers(session: Session, dossier: Dossier) -> list[Offer]:
    found = _ended(session, dossier) if dossier.ended_at else _waiting(session, dossier)
    return [one for one in found if _fits(dossier, one.kind)]


def _fits(dossier: Dossier, kind: ActionKind) -> bool:
    """Whether the law allows the kind now: the others before the decision, a correction after."""
    if kind is ActionKind.CORRECTION:
        return dossier.state in RESULT_STATES and dossier.anonymised_at is None
    return dossier.decided_at is None


def _ended(session: Session, dossier: Dossier) -> list[Offer]:
    """Return the corrections that the model of a dossier that was handed over keeps for it."""
    process = compiled(session, dossier.definition_id)
    return [_read(node, "", "") for node in process.elements.values() if _opens_again(node)]


def _opens_again(node: FlowNode) -> bool:
    return node.action == ActionKind.CORRECTION and node.kind == "startEvent"


def _waiting(session: Session, dossier: Dossier) -> list[Offer]:
    elements = compiled(session, dossier.definition_id).elements
    waiting = session.scalars(
        select(MessageSubscription).where(
            MessageSubscription.instance_id == dossier.instance_id,
            MessageSubscription.is_signal.is_(False),
        )
    )
    return [
        _read(node, one.token_id, one.name)
        for one in waiting
        if (node := elements.get(one.element_id)) and node.action in set(ActionKind)
    ]


def _read(node: FlowNode, token_id: str, message: str) -> Offer:
    return Offer(
        kind=ActionKind(node.action or ""),
        element_id=node.id,
        name=node.name or node.id,
        groups=node.assignment.candidate_groups,
        token_id=token_id,
        message=message,
    )


def _offer(session: Session, dossier: Dossier, element_id: str) -> Offer:
    for one in _offers(session, dossier):
        if one.element_id == element_id:
            return one
    raise ConflictError(
        N_("The procedure does not allow this action at the moment; the dossier has moved on.")
    )


def _may(session: Session, dossier: Dossier, offer: Offer, actor: Actor) -> bool:
    if offer.groups:
        return bool(actor.groups.intersection(offer.groups))
    inside = session.scalars(
        select(DossierGroup.group_key).where(DossierGroup.dossier_id == dossier.id)
    )
    return bool(actor.groups.intersection(inside))


def _reason(
    session: Session, dossier: Dossier, offer: Offer, request: ActionRequest, at: datetime
) -> LegalReason:
    key = session.get_one(ProcessDefinition, dossier.definition_id).key
    today = agency_calendar().local(at).date()
    for one in reasons.in_force(session, offer.kind, key, today):
        if one.id == request.reason_id:
            return one
    raise RejectedError(N_("Choose a legal reason that is in force for this action."))


def _check(dossier: Dossier, offer: Offer, request: ActionRequest, at: datetime) -> None:
    if not request.explanation.strip():
        raise RejectedError(N_("Explain the reason in plain words; the applicant reads it."))
    if len(request.explanation) > MAX_TEXT:
        raise RejectedError(
            N_("The explanation has at most %(length)s characters."), length=MAX_TEXT
        )
    if offer.kind is ActionKind.SUPPLEMENT:
        _check_points(request.points)
    if offer.kind is ActionKind.EXTENSION:
        _check_date(dossier, request.new_due_at, at)


def _check_points(points: tuple[Point, ...]) -> None:
    if not points:
        raise RejectedError(N_("Name every paper that is missing or wrong: once, completely."))
    if len(points) > MAX_POINTS:
        raise RejectedError(N_("A request has at most %(num)s papers."), num=MAX_POINTS)
    for point in points:
        if not point.asked.strip():
            raise RejectedError(
                N_("Say what the applicant has to do about “%(paper)s”."), paper=point.name
            )


def _check_date(dossier: Dossier, new_due_at: datetime | None, at: datetime) -> None:
    if new_due_at is None:
        raise RejectedError(N_("Enter the new date."))
    if new_due_at <= at:
        raise RejectedError(N_("The new date has passed already."))
    if dossier.promised_at is not None and new_due_at <= dossier.promised_at:
        raise RejectedError(
            N_("The new date must be after the promised one, %(day)s."), day=dossier.promised_at
        )


def _row(
    dossier: Dossier,
    offer: Offer,
    request: ActionRequest,
    reason: LegalReason,
    actor: Actor,
    at: datetime,
) -> DossierAction:
    is_extension = offer.kind is ActionKind.EXTENSION
    return DossierAction(
        id=uuid4(),
        dossier_id=dossier.id,
        kind=offer.kind,
        element_id=offer.element_id,
        reason_id=reason.id,
        reason_code=reason.code,
        reason=reason.name,
        basis=reason.basis,
        explanation=request.explanation.strip(),
        points=[{"ten": one.name, "yeu_cau": one.asked} for one in request.points],
        old_due_at=dossier.promised_at if is_extension else None,
        new_due_at=request.new_due_at if is_extension else None,
        actor_id=actor.user_id,
        actor_name=actor.name,
        happened_at=at,
    )


def _note(
    session: Session, dossier: Dossier, row: DossierAction, actor: Actor, at: datetime
) -> None:
    events.append(
        session,
        dossier.instance_id,
        events.DOSSIER_ACTED,
        actor=actor,
        at=at,
        element_id=row.element_id,
        data={
            "action": row.kind,
            "action_id": row.id,
            "reason_code": row.reason_code,
            "reason": row.reason,
            "basis": row.basis,
            "explanation": row.explanation,
        },
    )
    session.flush()


def _told(session: Session, row: DossierAction, actor: Actor) -> Mapping[str, Any]:
    """Return what the model can read about the action."""
    told: dict[str, Any] = {
        "ly_do_ma": row.reason_code,
        "ly_do": row.reason,
        "can_cu": row.basis,
        "giai_thich": row.explanation,
        "nguoi": actor.username,
        "luc": row.happened_at,
    }
    if row.kind == ActionKind.SUPPLEMENT:
        told |= {"diem": row.points, "lan": supplements(session, row.dossier_id) + 1}
    if row.new_due_at is not None:
        told["hen_moi"] = row.new_due_at
    return told
