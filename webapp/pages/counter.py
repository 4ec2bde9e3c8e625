"""The one-stop counter: choose a procedure, take in papers and applicant, start the dossier."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.forms import Form
from engine.texts import N_
from webapp import clock, clock_words
from webapp.actors import Actor
from webapp.errors import NotFoundError, RejectedError
from webapp.forms import answers, intake, reading, views
from webapp.forms.intake import PaperEntry
from webapp.forms.messages import Message
from webapp.forms.reading import Reading, Typed
from webapp.operations import definitions, dossiers
from webapp.operations.dossiers import DossierRequest, Fee
from webapp.pages import reuse, uploads, wording
from webapp.pages.guard import current_actor
from webapp.pages.product import FORM_ONLY, acting, config, database
from webapp.pages.sentences import said
from webapp.queries.counter import (
    Startable,
    find_startable,
    open_twins,
    places,
    startable_procedures,
    waiting_attachments,
)

bp = Blueprint("counter", __name__, url_prefix="/counter")
KEPT = "kept-file"  # hidden inputs with the ids of files stored before the dossier exists
PAPER = "paper-"  # of the fields of files that belong to a paper
EMPTY_FORM = Form(id="", file="", components=())
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Intake:
    """What stands on the counter page at this moment."""

    procedure: Startable
    form: Form
    applicant: dict[str, str]
    papers: tuple[PaperEntry, ...]
    files: uploads.Files
    typed: Typed
    refused: dict[str, Message]  # files that were not accepted, by field
    known: Typed  # what expressions of the form may mention
    earlier: reuse.Earlier  # files of earlier dossiers, by field

    @property
    def own_files(self) -> uploads.FilesByField:
        return uploads.by_field(self.files)


@bp.get("")
def index() -> str:
    """List what can be started, with limit, fee and number of papers."""
    with database().reading() as session:
        found = startable_procedures(session)
    return render_template("counter/index.html", procedures=found)


@bp.get("/<key>")
def intake_form(key: str) -> Answer:
    """Show the empty intake page of a procedure."""
    return _page(_intake(key, current_actor(), []), {})


@bp.post("/<key>")
def submit(key: str) -> Answer:
    """Attach or take away files, show the answers for checking, or start the dossier."""
    actor, at = current_actor(), clock.now()
    action = request.form.get("action", "check")
    kept = _kept_ids()
    removed = uploads.remove_posted(action, actor=actor)
    stored: list[UUID] = []
    refused: dict[str, Message] = {}
    if action != "preview":
        stored, refused = uploads.store_posted(actor=actor, at=at, form=_form_of(key))
    kept = [one for one in kept if one != removed] + stored + reuse.taken(actor, at)
    now = _intake(key, actor, kept, refused)
    if refused:
        return _page(now, {}), 422
    if action not in {"check", "start"}:
        return _page(now, {})
    read = _read(now)
    wrong = {**_complaints(now), **read.errors}
    if wrong:
        return _page(now, wrong), 422
    return _start(now, read, actor, at) if action == "start" else _check_page(now, read)


def _intake(
    key: str, actor: Actor, kept: list[UUID], refused: dict[str, Message] | None = None
) -> Intake:
    with database().reading() as session:
        procedure = find_startable(session, key)
        if procedure is None:
            raise NotFoundError(N_("There is no such procedure."))
        form = _form(session, procedure)
        known = _known(session, form)
        files = waiting_attachments(session, kept, actor)
    by_field = uploads.as_values(uploads.by_field(files))
    typed = (
        reading.read_posted(form, request.form, by_field)
        if request.method == "POST"
        else views.typed_from(form, known, wording.language())
    )
    applicant = intake.read_applicant(request.form)
    applicant["channel"] = applicant["channel"] or "counter"
    listed = procedure.names.facts.get("papers", [])
    papers = intake.read_papers(listed, request.form, wording.language())
    earlier = reuse.earlier(applicant["identity"], key, listed)
    papers = reuse.ticked(papers)
    return Intake(procedure, form, applicant, papers, files, typed, refused or {}, known, earlier)


def _form(session: Session, procedure: Startable) -> Form:
    found = definitions.form(session, procedure.definition_id, procedure.start_form_ref)
    return found or EMPTY_FORM


def _known(session: Session, form: Form) -> Typed:
    return {**wording.present(), **definitions.known_for(session, form, wording.today())}


def _form_of(key: str) -> Form:
    with database().reading() as session:
        procedure = find_startable(session, key)
        return _form(session, procedure) if procedure else EMPTY_FORM


def _kept_ids() -> list[UUID]:
    ids = []
    for text in request.form.getlist(KEPT):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids


def _read(now: Intake) -> Reading:
    return reading.check(now.form, now.typed, known=now.known, language=wording.language())


def _complaints(now: Intake) -> dict[str, Message]:
    """What is wrong with papers and applicant, by the ids of their fields."""
    papers = {f"{PAPER}{key}": one for key, one in intake.check_papers(now.papers).items()}
    foreign = reuse.complaints(now.applicant["identity"], [one.id for one in now.files])
    given = {**foreign, **intake.check_applicant(now.applicant)}
    ordered = [key for key in intake.APPLICANT_KEYS if key in given]
    return {**papers, **{f"applicant-{key}": given[key] for key in ordered}}


def _page(now: Intake, wrong: dict[str, Message]) -> str:
    wrong = {**wrong, **now.refused}
    rows = views.field_rows(
        now.form, now.typed, known=now.known, language=wording.language(), errors=wrong
    )
    outside = [(said(one), key) for key, one in wrong.items() if key.startswith(("paper-", "appl"))]
    at = clock.now()
    return render_template(
        "counter/intake.html",
        **_common(now),
        rows=rows,
        wrong=wrong,
        has_errors=bool(wrong),
        errors=outside + [(said(one), anchor) for one, anchor in views.error_links(rows)],
        missing=[one for one in now.papers if one.required and one.state == intake.MISSING],
        **_promise(now, at),
    )


def _check_page(now: Intake, read: Reading) -> str:
    at = clock.now()
    language = wording.language()
    return render_template(
        "counter/check.html",
        **_common(now),
        rows=answers.answers_of(now.form, read.values, known={}, language=language),
        posted=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in {*FORM_ONLY, "action", KEPT}
        ],
        **_promise(now, at, read.values),
    )


def _common(now: Intake) -> dict[str, Any]:
    return {
        "procedure": now.procedure,
        "names": now.procedure.names,
        "papers": now.papers,
        "applicant": now.applicant,
        "files": now.own_files,
        "kept": [one.id for one in now.files],
        "channels": intake.CHANNELS,
        "fees": intake.FEES if now.procedure.names.facts.get("fee") else {},
        "places": _places(),
        "twins": _twins(now),
        "earlier": {key: one for key, one in now.earlier.items() if key not in now.own_files},
        "looked": request.form.get("action") == "look",
        "found": sum(len(files) for files in now.earlier.values()),
        "paper_forms": intake.PAPER_FORMS,
        "paper_states": intake.PAPER_STATES,
    }


def _twins(now: Intake) -> tuple[str, ...]:
    """The open dossiers that this one may repeat."""
    given = now.applicant
    if not given["name"] or not given["phone"]:
        return ()
    with database().reading() as session:
        return open_twins(
            session, now.procedure.names.key, given["name"], given["identity"], given["phone"]
        )


def _places() -> dict[str, str]:
    """The agencies of today by id; empty while none are set up."""
    with database().reading() as session:
        return places(session, wording.local(clock.now()).date())


def _promise(now: Intake, at: datetime, given: dict[str, Any] | None = None) -> dict[str, Any]:
    """The promised instant of a dossier received at this moment, and why.

    Where a decision gives the limit, it is known once the answers it needs are there.
    """
    promised = None
    with database().reading() as session:
        try:
            promised = dossiers.promised_for(
                session,
                now.procedure.names.key,
                at,
                channel=now.applicant["channel"],
                answers=given or {},
                agency_code=config().agency_code,
            )
        except RejectedError:
            if given is not None:
                raise
    due_at, clock = (promised.due_at, promised.clock) if promised else (None, None)
    return {"received_at": at, "promised_at": due_at, "lines": clock_words.clock_lines(clock)}


def _start(now: Intake, read: Reading, actor: Actor, at: datetime) -> Response:
    given = now.applicant
    wanted = DossierRequest(
        applicant_name=given["name"],
        applicant_phone=given["phone"],
        applicant_identity=given["identity"],
        applicant_address=given["address"],
        applicant_email=given["email"],
        channel=given["channel"],
        subject=given["subject"],
        helped_agency_id=UUID(given["helped"]) if given["helped"] else None,
        deciding_agency_id=UUID(given["deciding"]) if given["deciding"] else None,
        assisted_by=given["assisted_by"],
        papers=tuple(one.stored for one in now.papers),
        answers=read.values,
        attachment_ids=tuple(one.id for one in now.files),
        fee=_fee(given),
    )
    with acting() as session:
        dossier_id = dossiers.start(
            session,
            now.procedure.names.key,
            wanted,
            actor=actor,
            at=at,
            agency_code=config().agency_code,
        )
    flash(gettext("The dossier was received. Print the receipt for the applicant."))
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id), code=303)


def _fee(given: dict[str, str]) -> Fee | None:
    amount = intake.amount_of(given["fee_amount"])
    return Fee(given["fee"], amount, given["fee_note"]) if given["fee"] else None
