"""Incidents, for administrators: see them, read them, retry or close them, one or many."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import EngineError
from engine.texts import N_
from webapp import clock
from webapp.errors import ConflictError
from webapp.models import IncidentKind
from webapp.operations import incidents, resolving
from webapp.pages.errors import refusal_text
from webapp.pages.guard import current_actor
from webapp.pages.incident_lines import drawn
from webapp.pages.product import acting, database
from webapp.queries import incidents as queries

CODES_SHOWN = 10  # of the dossiers that stay for one reason; a message lives in a cookie
REASONS_SHOWN = 4
REFUSED = "refused"  # how a message looks
bp = Blueprint("incidents", __name__, url_prefix="/incidents")

KINDS = {
    IncidentKind.JOB: N_("Job"),
    IncidentKind.TIMER: N_("Timer"),
    IncidentKind.START_TIMER: N_("Timer start event"),
    IncidentKind.DELIVERY: N_("Message"),
    IncidentKind.OUTSIDE: N_("Called process or decision"),
    IncidentKind.FAILED: N_("Error that nothing caught"),
    IncidentKind.UNHANDLED: N_("Nobody does it"),
}
RESOLUTIONS = {
    incidents.Resolution.RETRIED: N_("tried again"),
    incidents.Resolution.DISMISSED: N_("closed without a retry"),
    incidents.Resolution.OVERTAKEN: N_("no longer needed"),
}


@bp.get("")
def index() -> str:
    """List incidents; filters stand in the address."""
    wanted = _wanted()
    with database().reading() as session:
        page = queries.incidents(session, wanted)
        procedures = queries.offered_procedures(session)
        waiting = queries.open_count(session)
        rows = drawn(session, page.rows)
    return render_template(
        "incidents/index.html",
        page=page,
        rows=rows,
        wanted=wanted,
        waiting=waiting,
        kinds=KINDS,
        resolutions=RESOLUTIONS,
        kind_options=[("", gettext("All")), *((key, gettext(text)) for key, text in KINDS.items())],
        procedure_options=[("", gettext("All")), *procedures],
        address=lambda number: _address(page=number),
        here=_address(page=wanted.page),
        filtered=bool(wanted.kind or wanted.process_key or wanted.text),
        most=incidents.BULK,
    )


@bp.get("/<uuid:incident_id>")
def incident(incident_id: UUID) -> str:
    """Show one incident."""
    with database().reading() as session:
        found = queries.get_incident(session, incident_id)
        (line,) = drawn(session, [found.line])
    return render_template(
        "incidents/incident.html", incident=found, row=line, kinds=KINDS, resolutions=RESOLUTIONS
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
            )
    except (ConflictError, EngineError) as error:
        flash(refusal_text(error), REFUSED)
    else:
        flash(gettext("It is tried again now.") if _retry() else gettext("The incident is closed."))
    return redirect(f"/incidents/{incident_id}", code=303)


@bp.post("")
def resolve_many() -> Response:
    """Retry or close the incidents that are ticked, or all that the filters let through."""
    actor, at = current_actor(), clock.now()
    with acting() as session:
        if request.form.get("which") == "all":
            ids = queries.matching_ids(session, _wanted(), incidents.BULK)
        else:
            ids = [UUID(text) for text in request.form.getlist("incident") if _is_id(text)]
        done = resolving.resolve_all(
            session,
            ids,
            actor=actor,
            at=at,
            retry=_retry(),
            note=request.form.get("note", "").strip(),
        )
        refused = _refused(session, done)
    if done.number:
        flash(ngettext("%(num)s incident is done.", "%(num)s incidents are done.", done.number))
    elif not refused:
        flash(gettext("No incident was chosen."))
    for text in refused:
        flash(text, REFUSED)
    return redirect(_address(page=1), code=303)


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


def _wanted() -> queries.Wanted:
    given = request.args
    return queries.Wanted(
        resolved=given.get("state") == "resolved",
        kind=given.get("kind", ""),
        process_key=given.get("procedure", ""),
        text=given.get("q", "").strip()[:200],
        page=max(1, given.get("page", 1, type=int)),
    )


def _address(page: int) -> str:
    wanted = _wanted()
    given = {
        "state": "resolved" if wanted.resolved else "",
        "kind": wanted.kind,
        "procedure": wanted.process_key,
        "q": wanted.text,
        "page": str(page) if page > 1 else "",
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/incidents?{query}" if query else "/incidents"


def _retry() -> bool:
    return request.form.get("action") != "dismiss"


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
