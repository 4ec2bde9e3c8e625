"""What stands on a dossier's page beside its tasks: actions, papers made, notes."""

from typing import Any

from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.pages import offering
from webapp.queries.actions import actions_of
from webapp.queries.dossiers import DossierView
from webapp.queries.slips import slips_of
from webapp.slips.purposes import KINDS, OF_DOSSIERS, Purpose

_DECIDED = frozenset({9, 10})


def context(session: Session, found: DossierView, actor: Actor) -> dict[str, Any]:
    """Return what the template of the dossier page reads, by name."""
    done = actions_of(session, found.id)
    return {
        "offers": offering.offers(session, found.id, actor),
        "done": done,
        "action_names": offering.NAMES,
        "slips": slips_of(session, found.id),
        "slip_kinds": KINDS,
        "slip_offers": _slips(found, {one.kind for one in done}),
    }


def _slips(found: DossierView, done: set[str]) -> list[Purpose]:
    """The papers that may be made: those that answer an action only where it was done."""
    return [
        one
        for one in OF_DOSSIERS
        if (not KINDS[one].action or KINDS[one].action in done)
        and not (one is Purpose.STOP and found.state in _DECIDED)
    ]
