"""What stands on a dossier's page beside its tasks: actions, papers made, notes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.operations import noting
from webapp.pages import changed, offering, wording
from webapp.pages.choosing import choices
from webapp.pages.product import database
from webapp.queries.actions import actions_of
from webapp.queries.case import beside, looks_at, notes_of
from webapp.queries.dossiers import DossierView
from webapp.queries.slips import slips_of
from webapp.slips.purposes import KINDS, OF_DOSSIERS, Purpose

_DECIDED = frozenset({9, 10})


def context(session: Session, found: DossierView, actor: Actor) -> dict[str, Any]:
    """Return what the template of the dossier page reads, by name."""
    done = actions_of(session, found.id)
    about = beside(session, found.id, wording.local(found.received_at).date())
    return {
        "offers": offering.offers(session, found.id, actor),
        "choices": choices(session, found, actor),
        "done": done,
        "troubles": changed.troubles(session, found.id),
        "action_names": offering.NAMES,
        "beside": about,
        "money_words": changed.MONEY,
        "how_words": changed.PAID_HOW,
        "delivery_words": changed.DELIVERY,
        "notes": notes_of(session, found.id),
        "may_instruct": noting.may_instruct(actor),
        "looks": looks_at(session, found.id) if actor.sees_all else (),
        "slips": slips_of(session, found.id),
        "slip_kinds": KINDS,
        "slip_offers": _slips(found, {one.kind for one in done}, about.money),
    }


def _slips(found: DossierView, done: set[str], money: str) -> list[Purpose]:
    """The papers that may be made: those that answer an action only where it was done."""
    return [
        one
        for one in OF_DOSSIERS
        if (not KINDS[one].action or KINDS[one].action in done)
        and not (one is Purpose.STOP and found.state in _DECIDED)
        and not (one is Purpose.FEE and money not in {"paid", "refunded"})
        and not (one is Purpose.RECEIPT and found.is_begun_by_program)
    ]


def remember_look(dossier_id: UUID, subject: str, actor: Actor, at: datetime) -> None:
    """Write down who looked at what; most requests find it written already."""
    with database().reading() as session:
        due = noting.look_is_due(session, dossier_id, subject, actor=actor, at=at)
    if due:
        with database().transaction() as session:
            noting.look(session, dossier_id, subject, actor=actor, at=at)
