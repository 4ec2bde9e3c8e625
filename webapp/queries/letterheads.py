"""Who signs an official paper: the agency of the tree, by its name and place of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.models import Dossier, UserAccount
from webapp.models.agencies import AgencyKind, AgencyPeriod

COMMITTEE, SHORT = "Ủy ban nhân dân", "UBND "
COUNTER = "Bộ phận Một cửa"
_WITHOUT_COUNTER = frozenset({AgencyKind.CENTRE, AgencyKind.BRANCH})  # each is a counter itself


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands at the top of a paper; ``code`` is the register that numbers it."""

    code: str
    parent: str
    agency: str
    unit: str
    place: str
    phone: str


def of_dossier(
    session: Session, dossier_id: UUID, day: date, *, decides: bool
) -> Letterhead | None:
    """Return the head of the agency that decides a dossier, or received it; None without a tree."""
    found = session.get(Dossier, dossier_id)
    if found is None:
        return None
    received, deciding = found.received_agency_id, found.deciding_agency_id
    agency_id = (deciding or received) if decides else (received or deciding)
    return None if agency_id is None else _head(session, _standing(session, agency_id, day), day)


def promised(session: Session, dossier_id: UUID) -> Mapping[str, Any] | None:
    """Return the limit that the case of a dossier was promised; None for what its facts say."""
    found = session.get(Dossier, dossier_id)
    return found.clock_limit if found else None


def money(session: Session, dossier_id: UUID) -> str:
    """Return how the fee of a dossier stands: none, owed, paid, waived, refunded."""
    return session.get_one(Dossier, dossier_id).money_state


def belongs_to(session: Session, user_id: UUID | None, group: str) -> bool:
    """Tell whether somebody is a member of a group."""
    found = session.get(UserAccount, user_id) if user_id else None
    return found is not None and any(one.key == group for one in found.groups)


def taken_over_by(session: Session, agency_id: UUID) -> set[UUID]:
    """Return an agency and those whose dossiers it took over, however often."""
    taken = session.execute(
        select(AgencyPeriod.agency_id, AgencyPeriod.successor_id).where(
            AgencyPeriod.successor_id.is_not(None)
        )
    ).all()
    found = {agency_id}
    while more := {old for old, heir in taken if heir in found} - found:
        found |= more
    return found


def of_code(session: Session, code: str, day: date) -> Letterhead | None:
    """Return the head of the agency that has this code on a day; None where no one has."""
    found = session.scalars(_on(day).where(AgencyPeriod.code == code).limit(1)).first()
    return _head(session, found, day)


def of_name(name: str, code: str, phone: str) -> Letterhead:
    """Return the head for a house without a tree of agencies, by the name in its settings."""
    parent, agency = _split(name, "")
    return Letterhead(code, parent, agency, COUNTER, _place(agency), phone)


def _head(session: Session, found: AgencyPeriod | None, day: date) -> Letterhead | None:
    if found is None:
        return None
    above = _period(session, found.parent_id, day) if found.parent_id else None
    parent, agency = _split(found.name, above.name if above else "")
    unit = "" if found.kind in _WITHOUT_COUNTER else COUNTER
    place = found.place or _place(agency)
    return Letterhead(found.code, parent, agency, unit, place, found.phone)


def _split(name: str, above: str) -> tuple[str, str]:
    """Return the upper and the lower line, as Decree 30/2020 sets the issuing agency."""
    if name.startswith(SHORT):
        short = name.removeprefix(SHORT).strip()
        return COMMITTEE, short[:1].upper() + short[1:]
    if above.startswith(SHORT):
        return f"{COMMITTEE} {above.removeprefix(SHORT).strip()}", name
    return above, name


def _place(agency: str) -> str:
    """Return the name of the place alone: “An Hòa” for “Phường An Hòa”."""
    return " ".join(agency.split()[1:]) or agency


def _period(session: Session, agency_id: UUID, day: date) -> AgencyPeriod | None:
    return session.scalars(_on(day).where(AgencyPeriod.agency_id == agency_id).limit(1)).first()


def _standing(session: Session, agency_id: UUID, day: date) -> AgencyPeriod | None:
    """Return the agency on a day, or the one that took over its dossiers, however often."""
    seen: set[UUID] = set()
    wanted: UUID | None = agency_id
    while wanted is not None and wanted not in seen:
        seen.add(wanted)
        found = _period(session, wanted, day)
        if found is not None:
            return found
        wanted = session.scalar(
            select(AgencyPeriod.successor_id)
            .where(AgencyPeriod.agency_id == wanted, AgencyPeriod.valid_to < day)
            .order_by(AgencyPeriod.valid_from.desc())
            .limit(1)
        )
    return None


def _on(day: date) -> Select[AgencyPeriod]:
    return (
        select(AgencyPeriod)
        .where(
            AgencyPeriod.valid_from <= day,
            AgencyPeriod.valid_to.is_(None) | (AgencyPeriod.valid_to >= day),
        )
        .order_by(AgencyPeriod.valid_from.desc())
    )
