"""Notes and instructions on a dossier, and the axes of money and delivery."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.actors import Actor
from webapp.errors import NotFoundError
from webapp.forms.intake import amount_of
from webapp.operations import noting
from webapp.pages.guard import current_actor
from webapp.pages.product import acting
from webapp.queries.dossiers import find_dossier

bp = Blueprint("notes", __name__, url_prefix="/dossiers/<uuid:dossier_id>")


@bp.post("/notes")
def write(dossier_id: UUID) -> Response:
    """Write a note, or an instruction of a leader."""
    actor, form = current_actor(), request.form
    with acting() as session:
        _seen(session, dossier_id, actor)
        noting.note(
            session,
            dossier_id,
            form.get("text", ""),
            actor=actor,
            at=clock.now(),
            is_instruction=form.get("kind") == "instruction",
        )
    return _back(dossier_id)


@bp.post("/notes/<uuid:note_id>/done")
def done(dossier_id: UUID, note_id: UUID) -> Response:
    """Say that an instruction was carried out."""
    actor = current_actor()
    with acting() as session:
        _seen(session, dossier_id, actor)
        noting.carry_out(session, note_id, actor=actor, at=clock.now())
    return _back(dossier_id)


@bp.post("/axes")
def axes(dossier_id: UUID) -> Response:
    """Keep how the fee and the delivery of the result stand."""
    actor, at, form = current_actor(), clock.now(), request.form
    with acting() as session:
        _seen(session, dossier_id, actor)
        why = form.get("axes-why", "")
        money, how = form.get("money", ""), form.get("paid-how", "counter")
        amount = amount_of(form.get("amount", ""))
        noting.set_money(
            session, dossier_id, money, why, actor=actor, at=at, how=how, amount=amount
        )
        noting.set_delivery(session, dossier_id, form.get("delivery", ""), why, actor=actor, at=at)
    flash(gettext("Saved."))
    return _back(dossier_id)


def _seen(session: Session, dossier_id: UUID, actor: Actor) -> None:
    if find_dossier(session, dossier_id, actor) is None:
        raise NotFoundError(N_("There is no such dossier."))


def _back(dossier_id: UUID) -> Response:
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id), code=303)
