"""One user task: look at it, claim it, fill in its form, check the answers, complete it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import CommandRejectedError
from engine.forms import Form
from engine.model import Variables
from engine.texts import N_
from webapp import clock
from webapp.actors import Actor
from webapp.errors import ConflictError, NotFoundError
from webapp.forms import answers, reading, views
from webapp.forms.reading import Reading, Typed
from webapp.forms.remark import REMARK_FORM
from webapp.operations import definitions, user_tasks
from webapp.pages import contents, uploads, wording
from webapp.pages.guard import current_actor, safe_next
from webapp.pages.product import database
from webapp.pages.sentences import refusal, said
from webapp.pages.timeline import outcome_words
from webapp.queries.dossiers import AttachmentView, DossierView, attachments, dossier_of_task
from webapp.queries.states import words_of
from webapp.queries.user_tasks import (
    CompletedTask,
    CurrentTask,
    TaskView,
    completed_tasks,
    current_tasks,
    find_task,
)

bp = Blueprint("user_tasks", __name__, url_prefix="/user-tasks/<uuid:user_task_id>")
bp.add_app_template_filter(said)
bp.add_app_template_filter(lambda at: f"{wording.local(at):%H:%M}", "clock_time")
Answer = str | Response | tuple[str, int]
MADE_ANEW = {"radio", "select", "checklist", "checkbox"}  # never filled from an earlier round


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything one task page needs, read in one go."""

    task: TaskView
    dossier: DossierView
    form: Form
    files: tuple[AttachmentView, ...]
    earlier: tuple[CompletedTask, ...]
    known: Variables  # what conditions of the form may mention

    @property
    def own_files(self) -> dict[str, list[AttachmentView]]:
        return uploads.by_field(one for one in self.files if one.user_task_id == self.task.id)


@bp.get("")
def task(user_task_id: UUID) -> Answer:
    """Show the task: its form to whoever works it, what it asks to everybody else."""
    actor = current_actor()
    desk = _desk(user_task_id, actor)
    if desk.task.may_work and desk.task.opened_at is None:
        with database().transaction() as session:
            user_tasks.mark_opened(session, user_task_id, actor=actor, at=clock.now())
    return _page(desk, _first_values(desk), {})


@bp.post("")
def submit(user_task_id: UUID) -> Answer:
    """Save, preview, attach or take away a file, or go on to checking the answers."""
    actor, at = current_actor(), clock.now()
    desk = _desk(user_task_id, actor)
    action = request.form.get("action", "check")
    if not desk.task.may_work:
        return _lost(desk, reading.read_posted(desk.form, request.form, {}))
    if action == "preview":
        return _page(desk, _typed(desk), {})
    uploads.remove_posted(action, actor=actor)
    _, refused = uploads.store_posted(
        actor=actor, at=at, instance_id=desk.task.instance_id, user_task_id=user_task_id
    )
    desk = _desk(user_task_id, actor)
    typed = _typed(desk)
    try:
        _save(user_task_id, typed, actor, at)
    except ConflictError as error:
        return _lost(desk, typed, error)
    if refused:
        return _page(desk, typed, refused), 422
    return _after_saving(desk, action, typed)


@bp.get("/check")
def check(user_task_id: UUID) -> Answer:
    """Show the answers once more before they count."""
    desk = _desk(user_task_id, current_actor())
    if not desk.task.may_work:
        return redirect(url_for("user_tasks.task", user_task_id=user_task_id), code=303)
    read = _check(desk, dict(desk.task.draft or {}))
    if read.errors:
        return _page(desk, read.typed, read.errors), 422
    return render_template(
        "user_tasks/check.html",
        **_common(desk),
        rows=answers.answers_of(
            desk.form, read.values, known=desk.known, language=wording.language()
        ),
    )


@bp.post("/check")
def complete(user_task_id: UUID) -> Answer:
    """Complete the task with the answers that were checked."""
    actor, at = current_actor(), clock.now()
    desk = _desk(user_task_id, actor)
    if not desk.task.may_work:
        return _lost(desk, dict(desk.task.draft or {}))
    read = _check(desk, dict(desk.task.draft or {}))
    if read.errors:
        return _page(desk, read.typed, read.errors), 422
    try:
        with database().transaction() as session:
            user_tasks.complete(session, user_task_id, read.values, actor=actor, at=at)
    except (ConflictError, CommandRejectedError) as error:
        return _lost(desk, read.typed, error)
    return _go_on(desk, actor)


@bp.post("/claim")
def claim(user_task_id: UUID) -> Answer:
    """Take the task, then work it, or go back to the list the button stood in."""
    actor, at = current_actor(), clock.now()
    desk = _desk(user_task_id, actor)
    try:
        with database().transaction() as session:
            user_tasks.claim(session, user_task_id, actor=actor, at=at)
    except ConflictError as error:
        return _lost(_desk(user_task_id, actor), {}, error)
    flash(
        gettext("You took “%(task)s”, dossier %(code)s.", task=_name(desk), code=desk.dossier.code)
    )
    own = url_for("user_tasks.task", user_task_id=user_task_id)
    return redirect(safe_next(request.form.get("next")) or own, code=303)


@bp.post("/release")
def release(user_task_id: UUID) -> Answer:
    """Give the task back to the desk."""
    actor, at = current_actor(), clock.now()
    desk = _desk(user_task_id, actor)
    try:
        with database().transaction() as session:
            user_tasks.release(session, user_task_id, actor=actor, at=at)
    except ConflictError as error:
        return _lost(_desk(user_task_id, actor), {}, error)
    flash(gettext("You gave “%(task)s” back; your draft stays with it.", task=_name(desk)))
    return redirect(url_for("inbox.index"), code=303)


def _desk(user_task_id: UUID, actor: Actor) -> Desk:
    """Read the page's data. Raises NotFoundError for what the actor may not know of."""
    with database().reading() as session:
        found = find_task(session, user_task_id, actor)
        if found is None:
            raise NotFoundError(N_("There is no such task."))
        dossier = dossier_of_task(session, found.dossier_id)
        earlier = completed_tasks(session, found.instance_id)
        return Desk(
            task=found,
            dossier=dossier,
            form=_form(session, found),
            files=attachments(session, found.instance_id),
            earlier=earlier,
            known=_known(dossier, earlier),
        )


def _form(session: Session, found: TaskView) -> Form:
    return definitions.form(session, found.definition_id, found.form_ref) or REMARK_FORM


def _known(dossier: DossierView, earlier: tuple[CompletedTask, ...]) -> Variables:
    known: Variables = dict(dossier.answers)
    for one in earlier:
        known.update(one.answers)
    return known


def _first_values(desk: Desk) -> Typed:
    """The draft, or what the dossier already knows; decisions are made anew."""
    if desk.task.draft is not None:
        return {**desk.task.draft, **uploads.as_values(desk.own_files)}
    anew = {one.key for one in reading.inputs(desk.form.components) if one.type in MADE_ANEW}
    known = {key: value for key, value in desk.known.items() if key not in anew}
    return views.typed_from(desk.form, known, wording.language())


def _typed(desk: Desk) -> Typed:
    return reading.read_posted(desk.form, request.form, uploads.as_values(desk.own_files))


def _save(user_task_id: UUID, typed: Typed, actor: Actor, at: datetime) -> None:
    with database().transaction() as session:
        user_tasks.save_draft(session, user_task_id, typed, actor=actor, at=at)


def _check(desk: Desk, typed: Typed) -> Reading:
    return reading.check(desk.form, typed, known=desk.known, language=wording.language())


def _after_saving(desk: Desk, action: str, typed: Typed) -> Answer:
    own = url_for("user_tasks.task", user_task_id=desk.task.id)
    if action == "save":
        flash(gettext("Draft saved."))
        return redirect(own, code=303)
    if action == "check":
        read = _check(desk, typed)
        if read.errors:
            return _page(desk, typed, read.errors), 422
        return redirect(url_for("user_tasks.check", user_task_id=desk.task.id), code=303)
    return redirect(f"{own}#files", code=303)


def _page(desk: Desk, typed: Typed, errors: Any) -> str:
    rows = views.field_rows(
        desk.form, typed, known=desk.known, language=wording.language(), errors=errors
    )
    return render_template(
        "user_tasks/task.html",
        **_common(desk),
        rows=rows,
        files=desk.own_files,
        has_errors=bool(errors),
        errors=[(said(message), field) for message, field in views.error_links(rows)],
        done=_done_answers(desk),
    )


def _common(desk: Desk) -> dict[str, Any]:
    return {
        "task": desk.task,
        "dossier": desk.dossier,
        "task_name": _name(desk),
        "procedure": desk.dossier.procedure.title(wording.language()),
        "state_words": words_of(desk.dossier.state),
        "papers": contents.papers_of(desk.dossier, uploads.by_field(desk.files)),
        "attachments": desk.files,
        "earlier": _earlier(desk),
    }


def _done_answers(desk: Desk) -> tuple[answers.Answer, ...]:
    if desk.task.answers is None:
        return ()
    return answers.answers_of(
        desk.form, desk.task.answers, known=desk.known, language=wording.language()
    )


def _earlier(desk: Desk) -> list[dict[str, Any]]:
    """What was asked and decided before this task, newest first."""
    with database().reading() as session:
        return contents.answered_in(session, desk.dossier, desk.earlier)[::-1]


def _name(desk: Desk) -> str:
    return desk.task.procedure.element(desk.task.element_id, desk.task.name, wording.language())


def _lost(
    desk: Desk, typed: Typed, error: ConflictError | CommandRejectedError | None = None
) -> Answer:
    """Say who was first and when, and show what was typed so that it is not lost."""
    with database().reading() as session:
        fresh = find_task(session, desk.task.id, current_actor())
    return render_template(
        "user_tasks/conflict.html",
        **{**_common(desk), "task": fresh or desk.task},
        said_by_program=refusal(error) if error else "",
        rows=answers.answers_of(desk.form, typed, known=desk.known, language=wording.language()),
    ), 409


def _go_on(desk: Desk, actor: Actor) -> Response:
    """To the dossier's next task if it is this person's, else to the inbox, with a done note."""
    with database().reading() as session:
        waiting = current_tasks(session, desk.task.instance_id, actor)
        dossier = dossier_of_task(session, desk.dossier.id)
        process = definitions.compiled(session, dossier.definition_id)
        outcome = outcome_words(dossier, process.elements)
    flash(_done_note(desk, dossier, waiting, outcome))
    mine = next((one for one in waiting if one.may_work or one.may_claim), None)
    if mine:
        return redirect(url_for("user_tasks.task", user_task_id=mine.id), code=303)
    return redirect(url_for("inbox.index"), code=303)


def _done_note(
    desk: Desk, dossier: DossierView, waiting: tuple[CurrentTask, ...], outcome: str
) -> str:
    """What was done and which desk has the dossier now."""
    done = gettext("Done: “%(task)s”, dossier %(code)s.", task=_name(desk), code=dossier.code)
    if waiting:
        desks = "; ".join(_desk_words(dossier, one) for one in waiting)
        where = gettext("It went on to: %(desks)s.", desks=desks)
    elif dossier.ended_at:
        where = gettext("The dossier is finished: %(outcome)s.", outcome=outcome)
    else:
        where = gettext("The dossier now waits for the program or for the applicant.")
    return f"{done} {where}"


def _desk_words(dossier: DossierView, waiting: CurrentTask) -> str:
    name = dossier.procedure.element(waiting.element_id, waiting.name, wording.language())
    return f"{name} ({waiting.assignee or ', '.join(waiting.groups)})"
