"""What a dossier's page says beside its tasks: places, axes, notes, who looked."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.models import (
    Agency,
    AgencyPeriod,
    Dossier,
    DossierLook,
    DossierNote,
    InstanceEvent,
    UserAccount,
)

MAX_LOOKS = 200
_MONEY_CHANGED = "dossier.money_changed"


@dataclass(frozen=True, slots=True)
class FeeChange:
    """The last change of a fee; ``amount`` in đồng, where one was told."""

    state: str
    amount: int | None
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """The three places, who assisted, and the axes of money and delivery."""

    helped: str
    received: str
    deciding: str
    assisted_by: str
    money: str
    paid_how: str
    delivery: str
    fee: FeeChange | None = None


@dataclass(frozen=True, slots=True)
class NoteView:
    id: UUID
    is_instruction: bool
    text: str
    author: str
    written_at: datetime
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, slots=True)
class Look:
    name: str
    subject: str
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class AgencyView:
    """An agency as it is from a day on; ``depth`` is its place in the tree."""

    id: UUID
    code: str
    name: str
    name_en: str
    kind: str
    parent_id: UUID | None
    dossier_pattern: str
    address: str
    phone: str
    place: str
    note: str
    valid_from: date
    valid_to: date | None
    depth: int = 0
    successor_id: UUID | None = None
    people: int = 0


def beside(session: Session, dossier_id: UUID, day: date) -> Beside:
    """Return what stands beside the state; agencies by the names of the day."""
    one = session.get_one(Dossier, dossier_id)
    return Beside(
        helped=_name(session, one.helped_agency_id, day),
        received=_name(session, one.received_agency_id, day),
        deciding=_name(session, one.deciding_agency_id, day),
        assisted_by=one.assisted_by or "",
        money=one.money_state,
        paid_how=one.paid_how,
        delivery=one.delivery_state,
        fee=fee_change(session, one.instance_id),
    )


def fee_change(session: Session, instance_id: UUID) -> FeeChange | None:
    """Return how the fee came to stand as it does; None where nobody changed it."""
    found = session.scalars(
        select(InstanceEvent)
        .where(InstanceEvent.instance_id == instance_id, InstanceEvent.kind == _MONEY_CHANGED)
        .order_by(InstanceEvent.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    data = found.data
    return FeeChange(
        str(data.get("after", "")),
        data.get("amount"),
        str(data.get("note") or ""),
        found.actor_name,
        found.occurred_at,
    )


def notes_of(session: Session, dossier_id: UUID) -> tuple[NoteView, ...]:
    """Return notes and instructions, newest first."""
    found = session.scalars(
        select(DossierNote)
        .where(DossierNote.dossier_id == dossier_id)
        .order_by(DossierNote.written_at.desc(), DossierNote.id)
    )
    return tuple(
        NoteView(
            id=one.id,
            is_instruction=one.is_instruction,
            text=one.text,
            author=one.author_name,
            written_at=one.written_at,
            done_at=one.done_at,
            done_by=one.done_by,
        )
        for one in found
    )


def looks_at(session: Session, dossier_id: UUID) -> tuple[Look, ...]:
    """Return who looked at a dossier, newest first; at most MAX_LOOKS."""
    found = session.scalars(
        select(DossierLook)
        .where(DossierLook.dossier_id == dossier_id)
        .order_by(DossierLook.looked_at.desc(), DossierLook.id.desc())
        .limit(MAX_LOOKS)
    )
    return tuple(Look(one.user_name, one.subject, one.looked_at) for one in found)


def agency_tree(session: Session, day: date) -> tuple[AgencyView, ...]:
    """Return the agencies of a day, each under the one above it, by code."""
    found = session.scalars(
        select(AgencyPeriod)
        .where(
            AgencyPeriod.valid_from <= day,
            AgencyPeriod.valid_to.is_(None) | (AgencyPeriod.valid_to >= day),
        )
        .order_by(AgencyPeriod.code)
    ).all()
    counted = session.execute(
        select(UserAccount.agency_id, func.count(UserAccount.id)).group_by(UserAccount.agency_id)
    )
    people = {one[0]: int(one[1]) for one in counted}
    there = {one.agency_id for one in found}
    below: dict[UUID | None, list[AgencyPeriod]] = {}
    for one in found:
        parent = one.parent_id if one.parent_id in there else None
        below.setdefault(parent, []).append(one)
    rows: list[AgencyView] = []
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        rows.append(_agency(one, depth, people.get(one.agency_id, 0)))
        waiting += [(each, depth + 1) for each in reversed(below.get(one.agency_id, []))]
    return tuple(rows)


def agency_periods(session: Session, agency_id: UUID) -> tuple[AgencyView, ...]:
    """Return everything an agency was and will be, newest first; nothing for an unknown one."""
    if session.get(Agency, agency_id) is None:
        return ()
    found = session.scalars(
        select(AgencyPeriod)
        .where(AgencyPeriod.agency_id == agency_id)
        .order_by(AgencyPeriod.valid_from.desc())
    )
    return tuple(_agency(one, 0, 0) for one in found)


def members(session: Session) -> tuple[tuple[UUID, str, UUID | None], ...]:
    """Return every active person: id, name and the agency they belong to, by name."""
    found = session.execute(
        select(UserAccount.id, UserAccount.name, UserAccount.agency_id)
        .where(UserAccount.is_active.is_(True))
        .order_by(UserAccount.name)
    )
    return tuple((one.id, one.name, one.agency_id) for one in found)


def _agency(one: AgencyPeriod, depth: int, people: int) -> AgencyView:
    return AgencyView(
        id=one.agency_id,
        code=one.code,
        name=one.name,
        name_en=one.name_en,
        kind=one.kind,
        parent_id=one.parent_id,
        dossier_pattern=one.dossier_pattern,
        address=one.address,
        phone=one.phone,
        place=one.place,
        note=one.note,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        depth=depth,
        successor_id=one.successor_id,
        people=people,
    )


def _name(session: Session, agency_id: UUID | None, day: date) -> str:
    if agency_id is None:
        return ""
    found = session.scalars(
        select(AgencyPeriod)
        .where(AgencyPeriod.agency_id == agency_id, AgencyPeriod.valid_from <= day)
        .order_by(AgencyPeriod.valid_from.desc())
        .limit(1)
    ).first()
    return f"{found.code} {found.name}" if found else ""
