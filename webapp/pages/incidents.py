"""Incidents, for administrators: see them, read them, retry or close them, one or many."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import EngineError
from webapp import clock
from webapp.errors import ProductError
from webapp.operations import incidents, resolving
from webapp.pages import incident_filters as filters
from webapp.pages import incident_lines as lines
from webapp.pages.errors import refusal_text
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries import incidents as queries
from webapp.queries.incident_details import get_incident

CODES_SHOWN = 10  # of the dossiers that stay for one reason; a message lives in a cookie
REASONS_SHOWN = 4
MOST_IN_FILES = 20_000
REFUSED = "refused"  # how a message looks
bp = Blueprint("incidents", __name__, url_prefix="/incidents")


@bp.get("")
def index() -> str:
    """List incidents; filters stand in the address."""
    wanted = filters.wanted()
    with database().reading() as session:
        page = queries.incidents(session, wanted)
        waiting = queries.open_count(session)
        rows = lines.drawn(session, page.rows)
        options = filters.options(session)
        causes = () if wanted.resolved or wanted.like else queries.causes(session, wanted)
        like = [queries.get_line(session, wanted.like)] if wanted.like else []
        samples = lines.drawn(session, [one.sample for one in causes])
    return render_template(
        "incidents/index.html",
        page=page,
        rows=rows,
        causes=list(zip(causes, samples, strict=True)),
        like=next(iter(like), None),
        wanted=wanted,
        waiting=waiting,
        kinds=filters.KINDS,
        resolutions=lines.RESOLUTIONS,
        options=options,
        chosen=filters.chosen(),
        filters=filters,
        page_address=lambda number: filters.address(page=number),
        most=incidents.BULK,
        most_tries=resolving.MOST_TRIES,
    )


@bp.get("/list.<any(csv, xlsx):kind>")
def index_file(kind: str) -> Response:
    """Return the incidents that the filters leave, at most MOST_IN_FILES."""
    with database().reading() as session:
        found = queries.incident_rows(session, filters.wanted(), MOST_IN_FILES)
        rows = lines.drawn(session, found)
    return lines.file(kind, rows, filters.KINDS, is_whole=len(rows) < MOST_IN_FILES)


@bp.get("/<uuid:incident_id>")
def incident(incident_id: UUID) -> str:
    """Show one incident."""
    with database().reading() as session:
        found = get_incident(session, incident_id)
        (line,) = lines.drawn(session, [found.line])
        others = lines.troubles(session, line.dossier_id) if line.dossier_id else ()
    return render_template(
        "incidents/incident.html",
        incident=found,
        row=line,
        others=[one for one in others if one.id != incident_id],
        overlays=lines.overlays(found),
        kinds=filters.KINDS,
        resolutions=lines.RESOLUTIONS,
        consequences=lines.consequences(line),
        most_tries=resolving.MOST_TRIES,
    )


@bp.post("/<uuid:incident_id>")
def resolve(incident_id: UUID) -> Response:
    """Retry the work of one incident, or close it."""
    try:
        with acting() as session:
            resolving.resolve(
                session,
                incident_id,
                actor=current_actor(),
                at=clock.now(),
                retry=_retry(),
                note=request.form.get("note", "").strip(),
                tries=_tries(),
            )
    except (ProductError, EngineError) as error:
        if getattr(error, "code", "") == "not_found":
            raise
        flash(refusal_text(error), REFUSED)
    else:
        flash(gettext("It is tried again now.") if _retry() else gettext("The incident is closed."))
    return redirect(f"/incidents/{incident_id}", code=303)


@bp.post("")
def resolve_many() -> Response:
    """Retry or close the incidents that are ticked, or all that the filters let through."""
    actor, at = current_actor(), clock.now()
    with acting() as session:
        ids = _chosen(session, request.form.get("which", ""))
        done = resolving.resolve_all(
            session,
            ids,
            actor=actor,
            at=at,
            retry=_retry(),
            note=request.form.get("note", "").strip(),
            tries=_tries(),
        )
        refused = _refused(session, done)
    if done.number:
        flash(_done_words(done.number))
    elif not refused:
        flash(gettext("No incident was chosen."), REFUSED)
    for text in refused:
        flash(text, REFUSED)
    return redirect(filters.address(), code=303)


def _chosen(session: Session, which: str) -> list[UUID]:
    """Return the incidents that are meant; those of the page are told by the page itself."""
    if which == "all":
        return queries.matching_ids(session, filters.wanted(), incidents.BULK)
    given = request.form.getlist("shown" if which == "page" else "incident")
    return [UUID(text) for text in given if _is_id(text)]


def _done_words(number: int) -> str:
    if _retry():
        return ngettext(
            "%(num)s incident is tried again now.", "%(num)s incidents are tried again now.", number
        )
    return ngettext(
        "%(num)s incident is closed without a retry.",
        "%(num)s incidents are closed without a retry.",
        number,
    )


def _refused(session: Session, done: resolving.Resolved) -> list[str]:
    """Return a sentence for each reason: how many stay open for it, which ones, and why."""
    codes = queries.codes(session, done.refused)
    named: dict[str, list[str]] = {}
    for incident_id, error in done.refused.items():
        named.setdefault(refusal_text(error), []).append(codes.get(incident_id, ""))
    return [_stay(why, which) for why, which in list(named.items())[:REASONS_SHOWN]]


def _stay(why: str, which: list[str]) -> str:
    text = ngettext(
        "%(num)s incident stays as it was: %(why)s",
        "%(num)s incidents stay as they were: %(why)s",
        len(which),
        why=why,
    )
    known = list(dict.fromkeys(code for code in which if code))
    more = "…" if len(known) > CODES_SHOWN else ""
    return f"{text} ({', '.join(known[:CODES_SHOWN])}{more})" if known else text


def _retry() -> bool:
    return request.form.get("action") != "dismiss"


def _tries() -> int:
    """Return how many tries are given; none given is one, and nonsense is refused."""
    text = request.form.get("tries", "").strip()
    return int(text) if text.isdecimal() else int(not text)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
