"""Where an analyst changes, copies or makes a form of the newest version of a procedure."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

import engine
from engine.texts import N_
from webapp import clock
from webapp.errors import ConflictError, NotFoundError, ProductError, RejectedError
from webapp.operations import deployments, form_changes
from webapp.operations.form_changes import FormText
from webapp.pages import editor_words, form_preview
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.pages.wording import today
from webapp.queries import procedures as queries

bp = Blueprint("form_editor", __name__, url_prefix="/procedures")

SCHEMA = ":schema"
"""Name of the form's text among what is posted; no key of a field can have a colon."""


@bp.get("/<key>/versions/<int:number>/forms/new")
def new(key: str, number: int) -> Response | str | tuple[str, int]:
    """Ask for the name of a new form or copy; open it in the editor where the name can be used."""
    name, copied = request.args.get("name", "").strip(), request.args.get("copy", "")
    if not name:
        return _new_page(key, number, copied)
    with database().reading() as session:
        version = queries.get_version(session, key, number)
        files = deployments.files_of(session, version.deployment_id)
    try:
        form_changes.new_form(files, name)
    except RejectedError as error:
        return _new_page(key, number, copied, name, refusal_text(error)), 422
    address = url_for("form_editor.edit", key=key, number=number, form_id=name, new=1, copy=copied)
    return redirect(address, code=303)


@bp.get("/<key>/versions/<int:number>/forms/<form_id>/edit")
def edit(key: str, number: int, form_id: str) -> str:
    """Show a form in the editor, with how it will look."""
    with database().reading() as session:
        version = queries.get_version(session, key, number)
        files = deployments.files_of(session, version.deployment_id)
        return _editor_page(session, version, files, _form(files, form_id))


@bp.post("/<key>/versions/<int:number>/forms/<form_id>/edit")
def change(key: str, number: int, form_id: str) -> Response | str | tuple[str, int]:
    """Draw what is being edited again, or keep it as the draft of a new version."""
    with database().reading() as session:
        version = queries.get_version(session, key, number)
        files = deployments.files_of(session, version.deployment_id)
        known = _form(files, form_id)
        form = replace(known, text=_posted_text())
        if request.form.get("action") != "save":
            return _editor_page(session, version, files, form)
    try:
        with acting() as session:
            draft = form_changes.save(
                session, version.deployment_id, form, actor=current_actor(), at=clock.now()
            )
    except (ProductError, engine.EngineError) as error:
        with database().reading() as session:
            page = _editor_page(session, version, files, form, error=error)
        return page, status_of(error)
    flash(gettext("Kept as a draft. Nothing else of the procedure was changed."))
    return redirect(f"/procedures/drafts/{draft}", code=303)


def _form(files: engine.Files, form_id: str) -> FormText:
    found = form_changes.text_of(files, form_id)
    if "new" in request.args:
        source = request.args.get("copy", "")
        copied = form_changes.text_of(files, source) if source else None
        if source and copied is None:
            raise NotFoundError(N_("There is no such form in this version."))
        return form_changes.new_form(files, form_id, copied)
    if found is None:
        raise NotFoundError(
            N_("This version has no file of such a form. Fields inside the model are edited there.")
        )
    return found


def _posted_text() -> str:
    return request.form.get(SCHEMA, "").replace("\r\n", "\n")


def _editor_page(
    session: Session,
    version: queries.Version,
    files: engine.Files,
    form: FormText,
    error: ProductError | engine.EngineError | None = None,
) -> str:
    tried = request.form if request.method == "POST" else None
    also = error.findings if isinstance(error, deployments.LintFailedError) else ()
    newest = queries.versions(session, version.names.key)[0]
    looked = form_preview.look(session, files, form, tried, today(), also)
    template = "_form_look" if "HX-Request" in request.headers else "form_editor"
    return render_template(
        f"procedures/{template}.html",
        version=version,
        newest=newest,
        form=form,
        look=looked,
        schema_name=SCHEMA,
        action=request.full_path.rstrip("?"),
        problem=refusal_text(error) if error else "",
        is_conflict=isinstance(error, ConflictError),
        has_errors=error is not None,
        data=editor_words.for_script(),
    )


def _new_page(key: str, number: int, copied: str, name: str = "", problem: str = "") -> str:
    with database().reading() as session:
        version = queries.get_version(session, key, number)
        files = deployments.files_of(session, version.deployment_id)
    return render_template(
        "procedures/form_new.html",
        version=version,
        sources=form_changes.ids_of(files),
        name=name,
        copied=copied,
        problem=problem,
        has_errors=bool(problem),
    )
