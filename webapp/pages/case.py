"""What stands on a dossier's page beside its tasks: actions, papers made, notes."""

from typing import Any

from sqlalchemy.orm import Session

from webapp.actors import Actor
from webapp.pages import offering
from webapp.queries.actions import actions_of
from webapp.queries.dossiers import DossierView


def context(session: Session, found: DossierView, actor: Actor) -> dict[str, Any]:
    """Return what the template of the dossier page reads, by name."""
    return {
        "offers": offering.offers(session, found.id, actor),
        "done": actions_of(session, found.id),
        "action_names": offering.NAMES,
    }
