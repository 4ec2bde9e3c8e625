"""What the demo's people do on the dossier page: now and then, where the model offers it."""

from dataclasses import dataclass
from datetime import datetime
from math import log
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.demo import rhythm
from webapp.errors import ProductError
from webapp.models import Dossier, MessageSubscription, ProcessDefinition
from webapp.operations import actions, reasons
from webapp.operations.reasons import ActionKind

EXTENSION = "gia-han"  # the message of an apology with a new date
_EXTENDED_BY = 16.0  # office hours after the promised date
_EXPLANATION = "Lý do và việc cần làm tiếp được ghi trong văn bản gửi kèm."
_POINT = actions.Point("Bản vẽ thiết kế", "Bổ sung mặt cắt móng và sơ đồ đấu nối, ký trên từng tờ.")


@dataclass(frozen=True, slots=True)
class Doing:
    """How often it is done where it could be, and after how many office hours (median)."""

    kind: ActionKind
    chance: float
    hours: float


DOINGS = {  # by the message that the event waits for
    "yeu-cau-bo-sung": Doing(ActionKind.SUPPLEMENT, 0.12, 4),
    "tu-choi": Doing(ActionKind.REFUSAL, 0.03, 5),
    "rut-ho-so": Doing(ActionKind.WITHDRAWAL, 0.03, 9),
    "dung-giai-quyet": Doing(ActionKind.STOP, 0.015, 14),
}


def draw(random: Random, name: str) -> float | None:
    """Return the office hours until somebody acts; None when nobody does."""
    doing = DOINGS.get(name)
    if doing is None or random.random() >= doing.chance:
        return None
    return random.lognormvariate(log(doing.hours), 0.6)


def act(
    session: Session, subscription_id: UUID, people: tuple[Actor, ...], at: datetime
) -> UUID | None:
    """Do what the event that waits offers; return the instance, None where it cannot be now."""
    wait = session.get(MessageSubscription, subscription_id)
    if wait is None:
        return None
    dossier = session.scalars(
        select(Dossier).where(Dossier.instance_id == wait.instance_id)
    ).one_or_none()
    if dossier is None:
        return None
    for person in people:
        offers = [
            one
            for one in actions.offered(session, dossier, person)
            if one.element_id == wait.element_id
        ]
        if offers:
            return act_on(session, dossier, offers[0], person, at)
    return None


def act_on(
    session: Session, dossier: Dossier, offer: actions.Offer, person: Actor, at: datetime
) -> UUID | None:
    """Do what is offered, for a reason that is in force; None where it cannot be now."""
    request = _request(session, dossier, offer, at)
    if request is None:
        return None
    try:
        with session.begin_nested():
            actions.act(session, dossier.id, request, actor=person, at=at)
    except ProductError:  # the law or the model does not allow it here
        return None
    return dossier.instance_id


def _request(
    session: Session, dossier: Dossier, offer: actions.Offer, at: datetime
) -> actions.ActionRequest | None:
    kind = offer.kind
    key = session.get_one(ProcessDefinition, dossier.definition_id).key
    found = reasons.in_force(session, kind, key, rhythm.day_of(at))
    if not found:
        return None
    promised = dossier.promised_at
    if kind is ActionKind.EXTENSION and promised is None:
        return None
    later = rhythm.later(max(promised or at, at), _EXTENDED_BY)
    return actions.ActionRequest(
        element_id=offer.element_id,
        reason_id=found[0].id,
        explanation=_EXPLANATION,
        points=(_POINT,) if kind is ActionKind.SUPPLEMENT else (),
        new_due_at=later if kind is ActionKind.EXTENSION else None,
    )
