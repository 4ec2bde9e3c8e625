"""Dossiers: the list, one dossier with everything known about it, its receipt, its files."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, send_file, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.actors import Actor
from webapp.errors import NotFoundError
from webapp.operations import definitions
from webapp.pages import case, clocks, contents, timeline, uploads, wording
from webapp.pages.guard import current_actor
from webapp.pages.product import database
from webapp.queries import dossiers as queries
from webapp.queries.counter import places, startable_procedures
from webapp.queries.deadlines import dossier_clocks
from webapp.queries.diagrams import Position, position
from webapp.queries.dossiers import DossierFilter, DossierView
from webapp.queries.states import STATES, words_of
from webapp.queries.user_tasks import completed_tasks, current_tasks

bp = Blueprint("dossiers", __name__)
CHANNELS = {"counter": N_("At the counter"), "online": N_("Online"), "post": N_("By post")}
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})
MAX_PAGE = queries.COUNTED_UP_TO // queries.PAGE_SIZE


@bp.get("/dossiers")
def index() -> str:
    """List the dossiers the actor may see, newest first."""
    actor = current_actor()
    wanted = _wanted()
    with database().reading() as session:
        found = queries.dossier_page(session, actor, wanted)
        procedures = startable_procedures(session)
        agencies = places(session, wording.local(clock.now()).date())
    language = wording.language()
    offered = [(one.names.key, one.names.title(language)) for one in procedures]
    states = [(str(state), gettext(words.name)) for state, words in STATES.items()]
    return render_template(
        "dossiers/index.html",
        page=found,
        wanted=wanted,
        procedures=[("", gettext("All procedures")), *offered],
        states=[("", gettext("All states")), *states],
        channels=[("", gettext("All channels")), *((k, gettext(v)) for k, v in CHANNELS.items())],
        agencies=[("", gettext("All agencies")), *agencies.items()] if agencies else [],
        words_of=words_of,
        chips=[*_chips(wanted, dict(offered), dict(states)), *_place_chips(wanted, agencies)],
        clear=url_for("dossiers.index"),
        address=lambda number: _address(wanted, page=number),
    )


@bp.get("/dossiers/<uuid:dossier_id>")
def dossier(dossier_id: UUID) -> str:
    """Show one dossier: where it is, why the date, papers, answers, what happened."""
    actor, at = current_actor(), clock.now()
    with database().reading() as session:
        found = _get(session, dossier_id, actor)
        counted = next(iter(dossier_clocks(session, found.id, at)), None)
        files = queries.attachments(session, found.instance_id)
        elements = definitions.compiled(session, found.definition_id).elements
        drawn = position(session, found.definition_id, found.instance_id)
        called = timeline.called_in(session, found.instance_id)
        context = {
            "outcome": timeline.outcome_words(found, elements),
            **case.context(session, found, actor),
            "waiting": current_tasks(session, found.instance_id, actor),
            "files": files,
            "papers": contents.papers_of(found, uploads.by_field(files)),
            "answered": contents.answered_in(
                session, found, completed_tasks(session, found.instance_id)
            ),
            "events": timeline.entries(
                queries.timeline(session, found.instance_id), found, elements, called
            ),
            "called": _positions(session, called),
            "diagram": drawn,
            "overlays": drawn.overlays(),
        }
    case.remember_look(found, "dossier", actor, at)
    return render_template(
        "dossiers/dossier.html",
        dossier=found,
        state=words_of(found.state),
        procedure=found.procedure.title(wording.language()),
        lines=clocks.clock_lines(counted),
        days=clocks.day_strip(
            counted, found.decided_at or at, is_over=found.decided_at is not None
        ),
        **context,
    )


@bp.get("/files/<uuid:attachment_id>")
def file(attachment_id: UUID) -> Response:
    """Give out one file of a dossier the actor may see."""
    with database().reading() as session:
        found = queries.find_file(session, attachment_id, current_actor())
    if found is None:
        raise NotFoundError(N_("There is no such file."))
    if found.scan_pending:
        uploads.let_open(attachment_id, found.sha256)
    response = send_file(
        uploads.file_store().open(found.sha256),
        mimetype=found.media_type,
        as_attachment=found.media_type not in INLINE,
        download_name=found.name,
        conditional=True,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _positions(
    session: Session, called: Mapping[UUID, timeline.CalledElements]
) -> list[tuple[Any, Position]]:
    """Return each called instance and where it stands on its diagram."""
    return [
        (one.instance, position(session, one.instance.definition_id, key))
        for key, one in called.items()
    ]


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
    return url_for("dossiers.index", **{k: v for k, v in given.items() if v not in ("", None, 1)})


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


def _get(session: Session, dossier_id: UUID, actor: Actor) -> DossierView:
    found = queries.find_dossier(session, dossier_id, actor)
    if found is None:
        raise NotFoundError(N_("There is no such dossier."))
    return found
