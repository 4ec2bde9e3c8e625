"""Hand-over lists: what could go on one, and those that were made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.actors import Actor, Role
from webapp.models import Dossier, DossierGroup, Handover, HandoverItem, UserGroup

MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class HandoverView:
    id: UUID
    number: str
    giver: str
    receiver: str
    receiver_key: str
    note: str
    dossiers: int
    given_at: datetime
    accepted_at: datetime | None
    accepted_by: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A dossier that could be, or is, on a list."""

    id: UUID
    definition_id: UUID
    code: str
    applicant: str
    promised_at: datetime | None


def free_dossiers(session: Session, actor: Actor) -> tuple[Carried, ...]:
    """Return open dossiers that the actor may see and that wait on no list, newest first."""
    waiting = (
        select(HandoverItem.dossier_id)
        .join(Handover, Handover.id == HandoverItem.handover_id)
        .where(Handover.accepted_at.is_(None))
    )
    mine = select(DossierGroup.dossier_id).where(DossierGroup.group_key.in_(actor.groups))
    chosen = (
        select(Dossier)
        .where(Dossier.ended_at.is_(None), Dossier.id.not_in(waiting), Dossier.id.in_(mine))
        .order_by(Dossier.received_at.desc(), Dossier.id)
        .limit(MAX_ROWS)
    )
    return tuple(_carried(one) for one in session.scalars(chosen))


def handovers(session: Session, actor: Actor) -> tuple[HandoverView, ...]:
    """Return the lists that the actor gave or may accept (administrators: all), newest first."""
    counted = (
        select(HandoverItem.handover_id, func.count().label("n"))
        .group_by(HandoverItem.handover_id)
        .subquery()
    )
    chosen = (
        select(Handover, UserGroup.name, counted.c.n)
        .join(UserGroup, UserGroup.key == Handover.to_group_key)
        .join(counted, counted.c.handover_id == Handover.id)
        .order_by(Handover.given_at.desc())
        .limit(MAX_ROWS)
    )
    if not actor.has(Role.ADMIN):
        chosen = chosen.where(
            or_(
                Handover.from_user_id == actor.user_id,
                Handover.to_group_key.in_(actor.groups),
            )
        )
    return tuple(_view(one, name, n) for one, name, n in session.execute(chosen))


def carried(session: Session, handover_id: UUID) -> tuple[Carried, ...]:
    """Return the dossiers of a list in its order."""
    found = session.scalars(
        select(Dossier)
        .join(HandoverItem, HandoverItem.dossier_id == Dossier.id)
        .where(HandoverItem.handover_id == handover_id)
        .order_by(HandoverItem.position)
    )
    return tuple(_carried(one) for one in found)


def desks(session: Session) -> list[tuple[str, str]]:
    """Return key and name of every group, by name."""
    found = session.execute(select(UserGroup.key, UserGroup.name).order_by(UserGroup.name))
    return [(one.key, one.name) for one in found]


def _view(one: Handover, name: str, dossiers: int) -> HandoverView:
    return HandoverView(
        id=one.id,
        number=one.number,
        giver=one.from_name,
        receiver=name,
        receiver_key=one.to_group_key,
        note=one.note,
        dossiers=dossiers,
        given_at=one.given_at,
        accepted_at=one.accepted_at,
        accepted_by=one.accepted_by,
    )


def _carried(one: Dossier) -> Carried:
    return Carried(one.id, one.definition_id, one.code, one.applicant_name, one.promised_at)
