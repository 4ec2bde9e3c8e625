"""The clock of one dossier on a page of its own, for staff, for applicants and for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, make_response, render_template
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock, clock_words
from webapp.errors import NotFoundError
from webapp.legal_clock import Clock
from webapp.pages import clocks, wording
from webapp.pages.guard import current_actor
from webapp.pages.limits import limiter
from webapp.pages.product import database
from webapp.queries.deadlines import clock_sheet, tracked_clock_sheet

bp = Blueprint("deadlines", __name__)
public_bp = Blueprint("public_clock", __name__)
PAGES = "120 per minute"  # per address


@bp.get("/dossiers/<uuid:dossier_id>/clock")
def staff(dossier_id: UUID) -> str:
    """Show every clock of a dossier, line by line, and the forecast beside the legal date."""
    at = clock.now()
    with database().reading() as session:
        sheet = clock_sheet(session, dossier_id, current_actor(), at)
    if sheet is None:
        raise NotFoundError(N_("There is no such dossier."))
    return render_template(
        "dossiers/clock.html",
        code=sheet.code,
        dossier_id=dossier_id,
        clocks=[_shown(one, at) for one in sheet.clocks],
        **clocks.forecast_context(sheet.forecast, _promised(sheet.clocks)),
    )


@bp.get("/dossiers/<uuid:dossier_id>/clock.json")
def staff_data(dossier_id: UUID) -> Response:
    """Give the clocks of a dossier to a program, with the forecast."""
    at = clock.now()
    with database().reading() as session:
        sheet = clock_sheet(session, dossier_id, current_actor(), at)
    if sheet is None:
        raise NotFoundError(N_("There is no such dossier."))
    return jsonify(
        _data(sheet.code, sheet.clocks) | {"forecast": clock_words.forecast_data(sheet.forecast)}
    )


@public_bp.get("/t/<token>/clock")
@limiter.limit(PAGES)
def applicant(token: str) -> Response:
    """Show an applicant why the date is what it is."""
    at = clock.now()
    with database().reading() as session:
        sheet = tracked_clock_sheet(session, token, at)
    if sheet is None:
        raise NotFoundError(N_("There is no such dossier."))
    shown = [_shown(one, at) for one in sheet.clocks]
    page = render_template("tracking/clock.html", code=sheet.code, token=token, clocks=shown)
    return _private(make_response(page))


@public_bp.get("/t/<token>/clock.json")
@limiter.limit(PAGES)
def applicant_data(token: str) -> Response:
    """Give the clocks of a dossier to a program of the applicant."""
    at = clock.now()
    with database().reading() as session:
        sheet = tracked_clock_sheet(session, token, at)
    if sheet is None:
        raise NotFoundError(N_("There is no such dossier."))
    return _private(jsonify(_data(sheet.code, sheet.clocks)))


def _shown(one: Clock, at: datetime) -> dict[str, Any]:
    kind, words = clocks.status_words(one)
    state = one.state
    is_over = state.finished_at is not None
    return {
        "name": wording.in_language(one.name),
        "kind": kind,
        "status": words,
        "state": state,
        "spent": wording.office_words(state.spent),
        "lines": clock_words.clock_lines(one),
        "days": clocks.day_strip(one, state.finished_at or at, is_over=is_over),
    }


def _data(code: str, found: tuple[Clock, ...]) -> dict[str, Any]:
    return {"code": code, "clocks": [clock_words.clock_data(one) for one in found]}


def _promised(counted: tuple[Clock, ...]) -> datetime | None:
    return counted[0].state.promised if counted else None


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
