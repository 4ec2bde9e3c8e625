"""The load of people and desks as CSV and XLSX."""

from flask import Blueprint, Response
from flask_babel import gettext

from engine.texts import N_
from webapp import clock
from webapp.pages import sheets, wording
from webapp.pages.guard import require_leader
from webapp.pages.product import database
from webapp.pages.sheets import Sheet, Value
from webapp.queries import team as queries

bp = Blueprint("team_files", __name__, url_prefix="/team")


@bp.get("/people.<any(csv, xlsx):kind>")
def people(kind: str) -> Response:
    """Return the load of the people whom the reader leads."""
    actor, at = require_leader(), clock.now()
    with database().reading() as session:
        found = queries.team(session, actor, at)
    headings = sheets.headings(
        *(N_("Name"), N_("Position"), N_("Open tasks"), N_("Overdue"), N_("Most urgent")),
        *(N_("Away until"), N_("Substitute")),
    )
    cells: list[list[Value]] = [
        [
            one.person.name,
            one.person.title,
            one.open,
            one.overdue,
            wording.moment_words(one.oldest_due_at),
            wording.moment_words(one.away_until),
            one.substitute,
        ]
        for one in found.people
    ]
    head = [wording.full_instant_words(at)]
    return sheets.answer(kind, Sheet("people", gettext("Staff"), head, headings, cells))


@bp.get("/desks.<any(csv, xlsx):kind>")
def desks(kind: str) -> Response:
    """Return how much nobody of the desks has taken."""
    actor, at = require_leader(), clock.now()
    with database().reading() as session:
        found = queries.team(session, actor, at)
    headings = sheets.headings(N_("Desk"), N_("Unclaimed"), N_("Overdue"), N_("People there"))
    cells: list[list[Value]] = [
        [one.name, one.unclaimed, one.overdue, one.there] for one in found.desks
    ]
    title, head = gettext("Desks: tasks nobody has taken"), [wording.full_instant_words(at)]
    return sheets.answer(kind, Sheet("desks", title, head, headings, cells))
