"""What may be done to a dossier now, in words, and what a page needs to ask for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.texts import N_
from webapp.actors import Actor
from webapp.calendars import agency_calendar
from webapp.errors import ConflictError, NotFoundError
from webapp.models import Dossier
from webapp.operations import actions, reasons
from webapp.operations.actions import Offer
from webapp.operations.reasons import ActionKind
from webapp.pages import wording
from webapp.pages.product import database
from webapp.queries.actions import ReasonView, reason_view
from webapp.queries.dossiers import DossierView, find_dossier

NAMES = {
    ActionKind.SUPPLEMENT: N_("Request a supplement"),
    ActionKind.REFUSAL: N_("Refuse"),
    ActionKind.STOP: N_("Stop the work"),
    ActionKind.WITHDRAWAL: N_("Withdraw for the applicant"),
    ActionKind.EXTENSION: N_("Apologise and extend"),
    ActionKind.CORRECTION: N_("Correct the result"),
}
WARNINGS = {
    ActionKind.SUPPLEMENT: N_("The clock stops until the applicant has supplied everything."),
    ActionKind.REFUSAL: N_("The applicant gets the reason in writing, within the time limit."),
    ActionKind.STOP: N_("All open work on the dossier ends. The applicant is told why."),
    ActionKind.WITHDRAWAL: N_("All open work on the dossier ends; papers are given back."),
    ActionKind.EXTENSION: N_("You sign the apology; the applicant gets the new date."),
    ActionKind.CORRECTION: N_("The result goes back to be corrected and is not handed over."),
}
REOPENS = N_(
    "The dossier is opened again. Both results are kept; the decision and its date stay"
    " as they were."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A dossier, the action that somebody asks for, and the reasons that may be given."""

    dossier: DossierView
    offer: Offer
    reasons: tuple[ReasonView, ...]

    @property
    def papers(self) -> list[dict[str, Any]]:
        """The papers of the published list: nothing else may be asked for without a word of why."""
        listed = self.dossier.procedure.facts.get("papers", [])
        return [{"id": one["id"], "name": wording.in_language(one.get("name"))} for one in listed]


def offers(session: Session, dossier_id: UUID, actor: Actor) -> list[dict[str, Any]]:
    """Return what may be done to a dossier now, as links of its page."""
    dossier = session.get_one(Dossier, dossier_id)
    return [
        {
            "name": gettext(NAMES[one.kind]),
            "url": url_for("actions.action", dossier_id=dossier_id, element_id=one.element_id),
            "is_ending": one.kind in {ActionKind.STOP, ActionKind.WITHDRAWAL, ActionKind.REFUSAL},
        }
        for one in actions.offered(session, dossier, actor)
    ]


def read(dossier_id: UUID, element_id: str, actor: Actor, at: datetime) -> Asked:
    """Return an action that the model allows now. Raises NotFoundError and ConflictError."""
    with database().reading() as session:
        found = find_dossier(session, dossier_id, actor)
        if found is None:
            raise NotFoundError(N_("There is no such dossier."))
        dossier = session.get_one(Dossier, dossier_id)
        offered = actions.offered(session, dossier, actor)
        offer = next((one for one in offered if one.element_id == element_id), None)
        if offer is None:
            raise ConflictError(
                N_(
                    "The procedure does not allow this action at the moment; the dossier has"
                    " moved on."
                )
            )
        today = agency_calendar().local(at).date()
        given = reasons.in_force(session, offer.kind, found.procedure.key, today)
        return Asked(found, offer, tuple(reason_view(one) for one in given))
