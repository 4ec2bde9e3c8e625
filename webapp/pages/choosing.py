"""Choosing the next activity of an ad-hoc sub-process, from the dossier's page."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp import clock
from webapp.actors import Actor
from webapp.operations import choosing
from webapp.operations.definitions import compiled
from webapp.pages.guard import current_actor
from webapp.pages.product import acting
from webapp.pages.wording import language
from webapp.queries.dossiers import DossierView

bp = Blueprint("choosing", __name__, url_prefix="/dossiers/<uuid:dossier_id>/choices")


@bp.post("")
def choose(dossier_id: UUID) -> Response:
    """Start the chosen activity, or end the sub-process where none is named."""
    actor, at = current_actor(), clock.now()
    token_id, element_id = request.form.get("token", ""), request.form.get("element", "")
    with acting() as session:
        if element_id:
            choosing.start(session, dossier_id, token_id, element_id, actor=actor, at=at)
        else:
            choosing.finish(session, dossier_id, token_id, actor=actor, at=at)
    flash(gettext("Started.") if element_id else gettext("Ended."))
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id), code=303)


def choices(session: Session, found: DossierView, actor: Actor) -> list[dict[str, Any]]:
    """Return what may be started in a dossier now, in the reader's language."""
    return [
        {
            "token": one.token_id,
            "name": found.procedure.element(one.element_id, one.name, language()),
            "activities": [
                (key, found.procedure.element(key, _name(session, found, key), language()))
                for key in one.activities
            ],
            "may_finish": one.may_finish,
        }
        for one in choosing.offered(session, found.id, actor=actor, at=clock.now())
    ]


def _name(session: Session, found: DossierView, element_id: str) -> str:
    return compiled(session, found.definition_id).elements[element_id].name
