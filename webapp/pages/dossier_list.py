"""The list of dossiers."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.models.views import Listing
from webapp.pages import clocks, dossiers, sheets, views, wording
from webapp.pages.guard import current_actor
from webapp.pages.product import database
from webapp.queries import dossiers as queries
from webapp.queries.counter import places, startable_procedures
from webapp.queries.dossiers import DossierFilter
from webapp.queries.states import STATES, words_of

bp = dossiers.bp  # the list and its dossiers share one room
Answer = str | Response
CHANNELS = {
    "counter": N_("At the counter"),
    "online": N_("Online"),
    "post": N_("By post"),
    "event": N_("Not from the counter"),
}
MOST_IN_FILES = 20_000
MAX_PAGE = queries.COUNTED_UP_TO // queries.PAGE_SIZE


@bp.get("/dossiers")
def index() -> Answer:
    """List the dossiers the actor may see, newest first."""
    actor = current_actor()
    asked = _wanted()
    with database().reading() as session:
        shown = views.tabs(session, actor, Listing.DOSSIERS)
        if view := views.first(shown):
            return view
        found = queries.dossier_page(session, actor, asked)
        procedures = startable_procedures(session)
        agencies = places(session, wording.local(clock.now()).date())
    language = wording.language()
    offered = [(one.names.key, one.names.title(language)) for one in procedures]
    states = [(str(state), gettext(words.name)) for state, words in STATES.items()]
    return render_template(
        "dossiers/index.html",
        page=found,
        wanted=asked,
        files=_files(asked),
        procedures=[("", gettext("All procedures")), *offered],
        states=[("", gettext("All states")), *states],
        channels=[("", gettext("All channels")), *((k, gettext(v)) for k, v in CHANNELS.items())],
        agencies=[("", gettext("All agencies")), *agencies.items()] if agencies else [],
        words_of=words_of,
        chips=[*_chips(asked, dict(offered), dict(states)), *_place_chips(asked, agencies)],
        saved=shown,
        clear=_address(DossierFilter()),
        address=lambda number: _address(asked, page=number),
    )


@bp.get("/dossiers.<any(csv, xlsx):kind>")
def index_file(kind: str) -> Response:
    """Return the dossiers that the filters leave, newest first; at most MOST_IN_FILES."""
    now, language = clock.now(), wording.language()
    with database().reading() as session:
        rows = queries.dossier_rows(session, current_actor(), _wanted(), MOST_IN_FILES)
    headings = sheets.headings(
        *(N_("Dossier"), N_("Procedure"), N_("Applicant"), N_("State"), N_("Now at")),
        *(N_("Received"), N_("Promised"), N_("Beside the promise")),
    )
    cells: list[list[sheets.Value]] = [
        [
            one.code,
            one.procedure.title(language),
            one.applicant,
            gettext(words_of(one.state).name),
            ", ".join(one.procedure.element(key, name, language) for key, name in one.waits_at),
            wording.moment_words(one.received_at),
            wording.moment_words(one.promised_at),
            (clocks.standing_words(one, now) or ("", ""))[1],
        ]
        for one in rows
    ]
    head = [gettext("The newest %(num)s", num=MOST_IN_FILES)] * (len(rows) == MOST_IN_FILES)
    return sheets.answer(kind, sheets.Sheet("dossiers", gettext("Dossiers"), head, headings, cells))


def _wanted() -> DossierFilter:
    given = request.args
    state = given.get("state", type=int)
    return DossierFilter(
        text=given.get("q", "").strip()[:100],
        procedure=given.get("procedure", "")[:200],
        state=state if state in STATES else None,
        channel=given.get("channel", "")[:20],
        agency=given.get("agency", type=UUID),
        page=max(1, min(given.get("page", 1, type=int), MAX_PAGE)),
    )


def _address(wanted: DossierFilter, **changes: Any) -> str:
    given = {
        "q": wanted.text,
        "procedure": wanted.procedure,
        "state": wanted.state,
        "channel": wanted.channel,
        "agency": wanted.agency,
        "page": 1,
        **changes,
    }
    if given["page"] == 1:
        del given["page"]
    kept = {k: v for k, v in given.items() if v not in ("", None)}
    return url_for("dossiers.index", **kept or views.plain())


def _files(asked: DossierFilter) -> str:
    """Return the address of the list as a file, with ``{}`` for its kind."""
    _, _, query = _address(asked, page=1).partition("?")
    return "/dossiers.{}" + (f"?{query}" if query else "")


def _chips(
    wanted: DossierFilter, procedures: dict[str, str], states: dict[str, str]
) -> list[tuple[str, str]]:
    chips = [(f"“{wanted.text}”", _address(wanted, q=""))] if wanted.text else []
    if wanted.procedure:
        text = procedures.get(wanted.procedure, wanted.procedure)
        chips.append((text, _address(wanted, procedure="")))
    if wanted.state is not None:
        chips.append((states[str(wanted.state)], _address(wanted, state=None)))
    return chips


def _place_chips(wanted: DossierFilter, agencies: dict[str, str]) -> list[tuple[str, str]]:
    chips = []
    if wanted.channel:
        text = gettext(CHANNELS.get(wanted.channel, wanted.channel))
        chips.append((text, _address(wanted, channel="")))
    if wanted.agency:
        text = agencies.get(str(wanted.agency), "–")
        chips.append((text, _address(wanted, agency=None)))
    return chips
