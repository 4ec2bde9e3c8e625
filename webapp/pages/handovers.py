"""Hand-over lists: choose dossiers, give them to a desk, print the list, accept it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError, RejectedError
from webapp.operations import handing, slips
from webapp.operations.slips import SlipOrder
from webapp.pages import slip_words, uploads
from webapp.pages.errors import refusal_text
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, config, database
from webapp.queries import handovers as queries
from webapp.queries.names import procedure_names
from webapp.slips.purposes import Purpose

bp = Blueprint("handovers", __name__, url_prefix="/handovers")


@bp.get("")
def index() -> str:
    """List what could be handed over and the lists of this person's desks."""
    return _page("")


@bp.post("")
def give() -> Response | tuple[str, int]:
    """Hand the chosen dossiers over with one list."""
    actor = current_actor()
    chosen = request.form.getlist("dossiers", type=UUID)
    try:
        with acting() as session:
            free = {one.id for one in queries.free_dossiers(session, actor)}
            if not free.issuperset(chosen):
                raise RejectedError(N_("One of the dossiers cannot be handed over any more."))
            handing.hand_over(
                session,
                chosen,
                request.form.get("to", ""),
                request.form.get("note", ""),
                agency_code=config().agency_code,
                actor=actor,
                at=clock.now(),
            )
    except RejectedError as error:
        return _page(refusal_text(error)), 422
    flash(gettext("The list is made. Print it and let the other desk sign."))
    return redirect("/handovers", code=303)


@bp.post("/<uuid:handover_id>/accept")
def accept(handover_id: UUID) -> Response:
    """Confirm that everything came."""
    with acting() as session:
        handing.accept(session, handover_id, actor=current_actor(), at=clock.now())
    flash(gettext("Saved."))
    return redirect("/handovers", code=303)


@bp.post("/<uuid:handover_id>/print")
def print_list(handover_id: UUID) -> Response:
    """Make the list as PDF and open it."""
    actor, at = current_actor(), clock.now()
    with acting() as session:
        found = next(
            (one for one in queries.handovers(session, actor) if one.id == handover_id), None
        )
        if found is None:
            raise NotFoundError(N_("There is no such list."))
        rows = queries.carried(session, handover_id)
        names = procedure_names(session, {one.definition_id for one in rows})
        sender = slip_words.sender(session, at)
        content = {
            **slip_words.head(at, actor.name, f"Biên nhận bàn giao {found.number}", sender),
            "giver": found.giver,
            "receiver": found.receiver,
            "happened": slip_words.official(found.given_at),
            "explanation": f"Danh sách {found.number}. {found.note}".strip(),
            "rows": [
                [
                    str(place),
                    one.code,
                    names[one.definition_id].title("vi"),
                    one.applicant or slip_words.NOBODY,
                    slip_words.moment(one.promised_at),
                ]
                for place, one in enumerate(rows, 1)
            ],
        }
        order = SlipOrder(
            purpose=Purpose.HANDOVER,
            agency_code=sender.code,
            content=content,
            listed=[one.id for one in rows],
        )
        slip_id = slips.make(session, uploads.file_store(), order, actor=actor, at=at)
    return redirect(url_for("slips.pdf", slip_id=slip_id), code=303)


def _page(problem: str) -> str:
    actor = current_actor()
    with database().reading() as session:
        free = queries.free_dossiers(session, actor)
        names = procedure_names(session, {one.definition_id for one in free})
        lists = queries.handovers(session, actor)
        desks = queries.desks(session)
    return render_template(
        "handovers/index.html",
        free=free,
        names=names,
        lists=lists,
        desks=desks,
        chosen=request.form.getlist("dossiers"),
        problem=problem,
        has_errors=bool(problem),
    )
