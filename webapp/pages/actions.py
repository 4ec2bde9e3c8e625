"""Actions on one dossier: what the model allows now, with a coded reason."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp import clock
from webapp.calendars import TIMEZONE
from webapp.errors import ConflictError, RejectedError
from webapp.forms.acting import Acting, read_acting
from webapp.operations import actions
from webapp.operations.actions import ActionRequest, Point
from webapp.operations.reasons import ActionKind
from webapp.pages import wording
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.offering import NAMES, REOPENS, WARNINGS, read
from webapp.pages.product import acting, database
from webapp.pages.sentences import said

bp = Blueprint("actions", __name__, url_prefix="/dossiers/<uuid:dossier_id>/actions")
Answer = str | Response | tuple[str, int]


@bp.get("/<element_id>")
def action(dossier_id: UUID, element_id: str) -> Answer:
    """Ask for the reason of an action, and what belongs to it."""
    return _page(dossier_id, element_id, None, "")


@bp.post("/<element_id>")
def act(dossier_id: UUID, element_id: str) -> Answer:
    """Do the action."""
    actor, at = current_actor(), clock.now()
    asked = read(dossier_id, element_id, actor, at)
    offer = asked.offer
    typed = read_acting(request.form, asked.papers, is_dated=offer.kind is ActionKind.EXTENSION)
    if typed.wrong or typed.reason_id is None:
        return _page(dossier_id, element_id, typed, ""), 422
    wanted = ActionRequest(
        element_id=element_id,
        reason_id=typed.reason_id,
        explanation=typed.explanation,
        points=tuple(Point(one.name, one.asked) for one in typed.lines if one.is_chosen),
        new_due_at=_instant(typed.new_due_at),
    )
    try:
        with acting() as session:
            actions.act(session, dossier_id, wanted, actor=actor, at=at)
    except (RejectedError, ConflictError) as error:
        return _page(dossier_id, element_id, typed, refusal_text(error)), status_of(error)
    flash(gettext("Done: %(action)s. Print the slip below.", action=gettext(NAMES[offer.kind])))
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id), code=303)


def _page(dossier_id: UUID, element_id: str, typed: Acting | None, problem: str) -> str:
    actor, at = current_actor(), clock.now()
    asked = read(dossier_id, element_id, actor, at)
    offer = asked.offer
    is_dated = offer.kind is ActionKind.EXTENSION
    typed = typed or read_acting(MultiDict(), asked.papers, is_dated=is_dated)
    wrong = typed.wrong if request.method == "POST" else {}
    errors = [(said(one), key) for key, one in wrong.items()]
    if problem:
        errors.append((problem, "explanation"))
    with database().reading() as session:
        asked_before = actions.supplements(session, dossier_id)
    return render_template(
        "dossiers/action.html",
        dossier=asked.dossier,
        title=gettext(NAMES[offer.kind]),
        warning=gettext(REOPENS if offer.reopens else WARNINGS[offer.kind]),
        offer=offer,
        reasons=asked.reasons,
        typed=typed,
        wrong=wrong,
        errors=errors,
        has_errors=bool(errors),
        has_points=offer.kind is ActionKind.SUPPLEMENT,
        is_dated=is_dated,
        asked_before=asked_before if offer.kind is ActionKind.SUPPLEMENT else 0,
        is_ending=offer.kind in {ActionKind.STOP, ActionKind.WITHDRAWAL},
        language=wording.language(),
    )


def _instant(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=ZoneInfo(TIMEZONE)) if moment else None
