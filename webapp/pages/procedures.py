"""Where an analyst uploads, reviews and publishes procedures."""

import json
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

import engine
from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError, RejectedError
from webapp.facts import FACTS_FILE
from webapp.forms.views import field_rows, typed_from
from webapp.operations import definitions as definitions_of
from webapp.operations import deployments
from webapp.pages import review
from webapp.pages.errors import refusal_text
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, config, database
from webapp.pages.wording import language, present, today
from webapp.queries import procedures as queries
from webapp.queries.names import ProcedureNames

bp = Blueprint("procedures", __name__, url_prefix="/procedures")


@bp.get("")
def index() -> str:
    """List every procedure with its latest version."""
    with database().reading() as session:
        rows = queries.procedures(session)
        decisions = queries.latest_decisions(session)
    return render_template("procedures/index.html", rows=rows, decisions=decisions)


@bp.get("/upload")
def upload() -> str:
    """Ask for the files."""
    return _upload_page()


@bp.post("/upload")
def receive() -> Response | str | tuple[str, int]:
    """Check the files: keep them as a draft, or show what is wrong and keep nothing."""
    chosen = [item for item in request.files.getlist("files") if item.filename]
    try:
        files = deployments.read_upload(_contents(chosen))
        definitions = engine.read_definitions(files)
        with database().reading() as session:
            findings = deployments.check_against(session, files)
    except RejectedError as error:
        return _upload_page(refusal_text(error)), 422
    except engine.InvalidModelError as error:
        return _upload_page(refusal_text(error), review.where_words(error.file, error.line)), 422
    name = _upload_name(chosen)
    if any(item.severity == engine.Severity.ERROR for item in findings):
        return _review_page(name, files, definitions, findings, draft=None), 422
    with acting() as session:
        draft_id = deployments.save_draft(
            session, files, name, actor=current_actor(), at=clock.now()
        )
    return redirect(f"/procedures/drafts/{draft_id}", code=303)


@bp.get("/drafts/<uuid:draft_id>")
def draft(draft_id: UUID) -> str:
    """Show a draft with its findings, and the gate to publishing."""
    with database().reading() as session:
        found = queries.get_draft(session, draft_id)
        files = deployments.files_of(session, draft_id)
        findings = deployments.check_against(session, files)
    definitions = engine.read_definitions(files)
    return _review_page(found.name, files, definitions, findings, draft=found)


@bp.post("/drafts/<uuid:draft_id>/publish")
def publish(draft_id: UUID) -> Response:
    """Publish a draft as the next version of its procedures."""
    note = request.form.get("note", "").strip()
    with acting() as session:
        if not note:
            raise RejectedError(N_("Write a note: what is different in this version?"))
        deployments.publish(
            session,
            draft_id,
            note=note[:1000],
            default_group=request.form.get("default_group", ""),
            actor=current_actor(),
            at=clock.now(),
        )
        keys = queries.keys_of(session, draft_id)
    flash(gettext("Published. New dossiers follow this version from now on."))
    return redirect(f"/procedures/{keys[0]}" if len(keys) == 1 else "/procedures", code=303)


@bp.get("/<key>")
def procedure(key: str) -> str:
    """Show the versions of one procedure."""
    with database().reading() as session:
        versions = queries.versions(session, key)
    return render_template("procedures/procedure.html", versions=versions, latest=versions[0])


@bp.get("/<key>/versions/<int:number>")
def version(key: str, number: int) -> str:
    """Show one version: diagram, limits, forms, facts and files."""
    with database().reading() as session:
        found = queries.get_version(session, key, number)
        stored = queries.stored_files(session, found.deployment_id)
        files = deployments.files_of(session, found.deployment_id)
        recorded = queries.recorded_expressions(session, found.deployment_id)
        findings = deployments.check_against(session, files)
        before = _with_other_forms(session, found)
        movers = queries.movers(session) if before else ()
        newest = queries.versions(session, key)[0].number
    definitions = engine.read_definitions(files)
    return render_template(
        "procedures/version.html",
        before=before,
        movers=movers,
        newest=newest,
        version=found,
        files=stored,
        drawings=review.drawings(files, ()),
        tables=review.decision_tables(files),
        findings=review.finding_lines(findings),
        summary=review.summary(review.severity_counts(findings)),
        limits=review.limits(definitions, found.names.facts),
        expressions=review.expressions(recorded, definitions, found.names.facts),
        forms=review.form_uses(files, definitions),
        facts=found.names.facts,
    )


def _with_other_forms(session: Session, found: queries.Version) -> list[queries.Version]:
    """Older versions, newest first, that dossiers run on and since which only forms changed."""
    older = (one for one in queries.versions(session, found.names.key) if one.number < found.number)
    running = sorted((one for one in older if one.running), key=lambda one: -one.number)
    return [one for one in running if queries.only_forms_differ(session, one, found)]


@bp.get("/<key>/versions/<int:number>/forms/<form_id>")
def form(key: str, number: int, form_id: str) -> str:
    """Show one form as the people who fill it will see it."""
    with database().reading() as session:
        found = queries.get_version(session, key, number)
        model = definitions_of.form(session, found.definition_id, form_id)
        if model is None:
            raise NotFoundError(N_("There is no such form in this version."))
        around = {**present(), **definitions_of.known_for(session, model, today())}
    typed = typed_from(model, around, language())
    rows = field_rows(model, typed, known=around, language=language())
    return render_template("procedures/form.html", version=found, form_id=form_id, rows=rows)


@bp.get("/<key>/versions/<int:number>/files/<path:name>")
def file(key: str, number: int, name: str) -> Response:
    """Hand out one file as it was uploaded, byte for byte."""
    with database().reading() as session:
        found = queries.get_version(session, key, number)
        content = queries.file_content(session, found.deployment_id, name)
    return send_file(
        BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
    )


def _contents(chosen: list[FileStorage]) -> list[tuple[str, bytes]]:
    if not chosen:
        raise RejectedError(N_("Choose at least one file."))
    return [(str(item.filename), item.read()) for item in chosen]


def _upload_name(chosen: list[FileStorage]) -> str:
    """Return the file that the upload is about: the zip or the model."""
    names = [str(item.filename) for item in chosen]
    return min(names, key=lambda name: not name.lower().endswith((".zip", ".bpmn")))


def _upload_page(problem: str = "", where: str = "") -> str:
    return render_template(
        "procedures/upload.html",
        problem=problem,
        where=where,
        has_errors=bool(problem),
        max_mb=config().max_upload_bytes // 1024**2,
    )


def _review_page(
    name: str,
    files: engine.Files,
    definitions: tuple[Any, ...],
    findings: tuple[engine.Finding, ...],
    *,
    draft: queries.Draft | None,
) -> str:
    keys = [key for item in definitions for key in item.processes]
    with database().reading() as session:
        latest = queries.latest_checksums(session, keys)
        highest = queries.highest_decision(session, review.decision_keys(files))
        groups = queries.groups_to_choose(session)
    facts = _facts(files, findings)
    counts = review.severity_counts(findings)
    number = max((version for version, _ in latest.values()), default=highest) + 1
    return render_template(
        "procedures/review.html",
        name=name,
        draft=draft,
        title=_title(definitions, facts),
        code=facts.get("code", ""),
        number=number,
        unchanged=draft is not None
        and bool(keys)
        and all(latest.get(key, (0, ""))[1] == draft.checksum for key in keys),
        findings=review.finding_lines(findings),
        counts=counts,
        summary=review.summary(counts),
        drawings=review.drawings(files, findings),
        tables=review.decision_tables(files),
        limits=review.limits(definitions, facts),
        expressions=review.expressions(None, definitions, facts),
        groups=groups if deployments.names_nobody(findings) else (),
        has_errors=bool(counts["error"]),
    )


def _title(definitions: tuple[Any, ...], facts: dict[str, Any]) -> str:
    named = ProcedureNames("", 0, "", facts).title(language())
    names = [scope.name for item in definitions for scope in item.processes.values() if scope.name]
    return named or (names[0] if names else gettext("Procedure without a name"))


def _facts(files: engine.Files, findings: tuple[engine.Finding, ...]) -> dict[str, Any]:
    """Return the facts sheet where nothing is wrong with it, else nothing."""
    if FACTS_FILE not in files or any(item.file == FACTS_FILE for item in findings):
        return {}
    facts: dict[str, Any] = json.loads(files[FACTS_FILE])
    return facts
