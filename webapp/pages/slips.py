"""Papers: make one for a dossier, read it, declare it void."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError
from webapp.operations import slips
from webapp.operations.slips import SlipOrder
from webapp.pages import case, slip_words, uploads
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries import slips as queries
from webapp.queries.actions import actions_of
from webapp.queries.dossiers import find_dossier
from webapp.slips.purposes import KINDS, OF_DOSSIERS, Purpose

bp = Blueprint("slips", __name__)


@bp.post("/dossiers/<uuid:dossier_id>/slips/<purpose>")
def make(dossier_id: UUID, purpose: str) -> Response:
    """Make a paper of a dossier and open it."""
    actor, at = current_actor(), clock.now()
    if purpose not in OF_DOSSIERS:
        raise NotFoundError(N_("There is no such paper."))
    kind = Purpose(purpose)
    with acting() as session:
        found = find_dossier(session, dossier_id, actor)
        if found is None:
            raise NotFoundError(N_("There is no such dossier."))
        done = actions_of(session, dossier_id)
        action = next((one for one in done if one.kind == KINDS[kind].action), None)
        sender = slip_words.signing(session, dossier_id, kind, at)
        title = f"{KINDS[kind].official} {found.code}"
        content = {
            **slip_words.head(at, slip_words.signer(session, kind, action, actor), title, sender),
            **slip_words.about(session, found),
            **(slip_words.because(action) if action else {}),
        }
        if kind is Purpose.CONTROL:
            steps = queries.desk_steps(session, found.instance_id)
            content["steps"] = slip_words.desk_rows(steps)
        order = SlipOrder(
            purpose=kind,
            agency_code=sender.code,
            content=content,
            dossier_id=dossier_id,
            action_id=action.id if action else None,
        )
        slip_id = slips.make(session, uploads.file_store(), order, actor=actor, at=at)
    flash(gettext("The paper is ready: %(name)s.", name=gettext(KINDS[kind].name)))
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id, made=slip_id), code=303)


@bp.get("/slips/<uuid:slip_id>.pdf")
def pdf(slip_id: UUID) -> Response:
    """Give out a paper."""
    with database().reading() as session:
        found = queries.find_slip(session, slip_id, current_actor())
    if found is None:
        raise NotFoundError(N_("There is no such paper."))
    stored = found[1]
    if not stored.sha256:
        raise NotFoundError(N_("This paper was deleted with the personal data of a dossier."))
    if stored.dossier_id is not None:
        case.remember_look(stored.dossier_id, stored.name, current_actor(), clock.now())
    response = send_file(
        uploads.file_store().open(stored.sha256),
        mimetype="application/pdf",
        download_name=stored.name,
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/slips/<uuid:slip_id>/void")
def void(slip_id: UUID) -> Response:
    """Declare a paper void; its number is not given again."""
    actor = current_actor()
    with acting() as session:
        if queries.find_slip(session, slip_id, actor) is None:
            raise NotFoundError(N_("There is no such paper."))
        slips.void(session, slip_id, request.form.get("why", ""), actor=actor, at=clock.now())
    flash(gettext("The paper is void; its number stays taken."))
    dossier_id = request.form.get("dossier", type=UUID)
    if dossier_id is None:
        return redirect("/dossiers", code=303)
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id), code=303)
