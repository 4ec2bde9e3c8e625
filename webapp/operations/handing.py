"""Handing several dossiers from desk to desk at once, with one numbered list."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.calendars import agency_calendar
from webapp.errors import NotAllowedError, NotFoundError, RejectedError
from webapp.models import Dossier, Handover, HandoverItem, UserGroup
from webapp.operations import events
from webapp.operations.numbers import next_number

MAX_DOSSIERS = 200  # of one list


def hand_over(
    session: Session,
    dossier_ids: Iterable[UUID],
    to_group: str,
    note: str,
    *,
    agency_code: str,
    actor: Actor,
    at: datetime,
) -> UUID:
    """Give dossiers to a desk with one list and return the list's id.

    The paper moves, not the work. Raises RejectedError for an empty list, one too long, or a
    dossier that stands on a list nobody has accepted yet.
    """
    ids = list(dict.fromkeys(dossier_ids))
    if not ids or len(ids) > MAX_DOSSIERS:
        raise RejectedError(N_("Choose between 1 and %(num)s dossiers."), num=MAX_DOSSIERS)
    if session.get(UserGroup, to_group) is None:
        raise NotFoundError(N_("There is no group %(key)s."), key=to_group)
    found = _free(session, ids)
    year = agency_calendar().local(at).date().replace(month=1, day=1)
    number = next_number(session, f"handover {agency_code}", year)
    row = Handover(
        id=uuid4(),
        number=f"{number:02d}/BNBG",
        from_name=actor.name,
        from_user_id=actor.user_id,
        to_group_key=to_group,
        note=note.strip()[:500],
        given_at=at,
        accepted_by="",
    )
    _add(session, row, ids)
    _tell(session, row, found, actor, at)
    return row.id


def accept(session: Session, handover_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Confirm that every dossier of a list came. Raises NotAllowedError for another desk."""
    row = session.get(Handover, handover_id, with_for_update=True)
    if row is None:
        raise NotFoundError(N_("There is no such list."))
    if row.to_group_key not in actor.groups:
        raise NotAllowedError(N_("The list was given to another desk."))
    if row.accepted_at is not None:
        return
    row.accepted_at, row.accepted_by = at, actor.name
    found = session.scalars(
        select(Dossier)
        .join(HandoverItem, HandoverItem.dossier_id == Dossier.id)
        .where(HandoverItem.handover_id == row.id)
    ).all()
    _tell(session, row, found, actor, at)


def _add(session: Session, row: Handover, ids: list[UUID]) -> None:
    session.add(row)
    session.flush()
    session.add_all(
        HandoverItem(handover_id=row.id, dossier_id=one, position=place)
        for place, one in enumerate(ids, 1)
    )


def _free(session: Session, ids: list[UUID]) -> Sequence[Dossier]:
    """Return the dossiers, locked, if none waits on another list."""
    found = session.scalars(select(Dossier).where(Dossier.id.in_(ids)).with_for_update()).all()
    if len(found) != len(ids):
        raise NotFoundError(N_("There is no such dossier."))
    taken = session.scalar(
        select(Dossier.code)
        .join(HandoverItem, HandoverItem.dossier_id == Dossier.id)
        .join(Handover, Handover.id == HandoverItem.handover_id)
        .where(HandoverItem.dossier_id.in_(ids), Handover.accepted_at.is_(None))
        .limit(1)
    )
    if taken is not None:
        raise RejectedError(
            N_("%(code)s stands on a list that nobody has accepted yet."), code=taken
        )
    return found


def _tell(
    session: Session, row: Handover, found: Iterable[Dossier], actor: Actor, at: datetime
) -> None:
    told = {
        "handover_id": row.id,
        "number": row.number,
        "to_group": row.to_group_key,
        "accepted": row.accepted_at is not None,
    }
    for one in found:
        events.append(
            session, one.instance_id, events.DOSSIER_HANDED_OVER, actor=actor, at=at, data=told
        )
    session.flush()
