"""One user task: look at it, claim it, fill in its form, check the answers, complete it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.errors import CommandRejectedError
from webapp import clock
from webapp.actors import Actor
from webapp.errors import ConflictError, DraftConflictError
from webapp.forms import views
from webapp.forms.reading import ADD_ROW, REMOVE_ROW, Typed
from webapp.operations import definitions, user_tasks
from webapp.pages import uploads, wording
from webapp.pages.guard import current_actor, safe_next
from webapp.pages.product import acting, database
from webapp.pages.sentences import refusal, said
from webapp.pages.task_desk import Desk, desk_context, read_desk
from webapp.pages.timeline import outcome_words
from webapp.queries.dossiers import DossierView, dossier_of_task
from webapp.queries.user_tasks import (
    CurrentTask,
    current_tasks,
    find_task,
)

bp = Blueprint("user_tasks", __name__, url_prefix="/user-tasks/<uuid:user_task_id>")
bp.add_app_template_filter(said)
bp.add_app_template_filter(lambda at: f"{wording.local(at):%H:%M}", "clock_time")
Answer = str | Response | tuple[str, int]


@bp.get("")
def task(user_task_id: UUID) -> Answer:
    """Show the task: its form to whoever works it, what it asks to everybody else."""
    actor = current_actor()
    desk = read_desk(user_task_id, actor)
    if desk.task.may_work and desk.task.opened_at is None:
        with database().transaction() as session:
            user_tasks.mark_opened(session, user_task_id, actor=actor, at=clock.now())
    return _page(desk, desk.first_values(), {})


@bp.post("")
def submit(user_task_id: UUID) -> Answer:
    """Save, preview, attach or take away a file, or go on to checking the answers."""
    actor, at = current_actor(), clock.now()
    desk = read_desk(user_task_id, actor)
    action = request.form.get("action", "check")
    if not desk.task.may_work:
        return _lost(desk, desk.typed(request.form))
    if action == "preview":
        typed = {**desk.first_values(), **desk.typed(request.form)}  # also what came into view now
        return _page(desk, typed, {})
    uploads.remove_posted(action, actor=actor)
    _, refused = uploads.store_posted(
        actor=actor,
        at=at,
        instance_id=desk.task.instance_id,
        user_task_id=user_task_id,
        form=desk.form,
    )
    desk = read_desk(user_task_id, actor)
    typed = desk.typed(request.form)
    try:
        _save(user_task_id, typed, actor, at)
    except DraftConflictError as error:
        fresh = read_desk(user_task_id, actor)
        return _page(fresh, typed, {}, newer=refusal(error)), 409
    except ConflictError as error:
        return _lost(desk, typed, error)
    desk = read_desk(user_task_id, actor)  # the draft just saved is the one the page stands on
    if refused:
        return _page(desk, typed, refused), 422
    return _after_saving(desk, action, typed)


@bp.get("/check")
def check(user_task_id: UUID) -> Answer:
    """Show the answers once more before they count."""
    desk = read_desk(user_task_id, current_actor())
    if not desk.task.may_work:
        return redirect(url_for("user_tasks.task", user_task_id=user_task_id), code=303)
    read = desk.check(desk.draft)
    if read.errors:
        return _page(desk, read.typed, read.errors), 422
    return render_template(
        "user_tasks/check.html",
        **desk_context(desk),
        rows=desk.words_of(read.values),
    )


@bp.post("/check")
def complete(user_task_id: UUID) -> Answer:
    """Complete the task with the answers that were checked."""
    actor, at = current_actor(), clock.now()
    desk = read_desk(user_task_id, actor)
    if not desk.task.may_work:
        return _lost(desk, desk.draft)
    if _posted_revision() not in (None, desk.task.draft_revision):
        flash(gettext("The draft was changed meanwhile. Check the answers as they stand now."))
        return redirect(url_for("user_tasks.check", user_task_id=user_task_id), code=303)
    read = desk.check(desk.draft)
    if read.errors:
        return _page(desk, read.typed, read.errors), 422
    try:
        with acting() as session:
            user_tasks.complete(session, user_task_id, read.values, actor=actor, at=at)
    except (ConflictError, CommandRejectedError) as error:
        return _lost(desk, read.typed, error)
    return _go_on(desk, actor)


@bp.post("/claim")
def claim(user_task_id: UUID) -> Answer:
    """Take the task, then work it, or go back to the list the button stood in."""
    actor, at = current_actor(), clock.now()
    desk = read_desk(user_task_id, actor)
    try:
        with acting() as session:
            user_tasks.claim(session, user_task_id, actor=actor, at=at)
    except ConflictError as error:
        return _lost(read_desk(user_task_id, actor), {}, error)
    flash(gettext("You took “%(task)s”, dossier %(code)s.", task=desk.name, code=desk.dossier.code))
    own = url_for("user_tasks.task", user_task_id=user_task_id)
    return redirect(safe_next(request.form.get("next")) or own, code=303)


@bp.post("/release")
def release(user_task_id: UUID) -> Answer:
    """Give the task back to the desk."""
    actor, at = current_actor(), clock.now()
    desk = read_desk(user_task_id, actor)
    try:
        with acting() as session:
            user_tasks.release(session, user_task_id, actor=actor, at=at)
    except ConflictError as error:
        return _lost(read_desk(user_task_id, actor), {}, error)
    flash(gettext("You gave “%(task)s” back; your draft stays with it.", task=desk.name))
    return redirect(url_for("inbox.index"), code=303)


def _save(user_task_id: UUID, typed: Typed, actor: Actor, at: datetime) -> None:
    with database().transaction() as session:
        user_tasks.save_draft(
            session, user_task_id, typed, actor=actor, at=at, revision=_posted_revision()
        )


def _posted_revision() -> int | None:
    """Which draft the page that was sent stood on; None where it does not say."""
    text = request.form.get("draft-revision", "")
    return int(text) if text.isdigit() and len(text) < 10 else None


def _after_saving(desk: Desk, action: str, typed: Typed) -> Answer:
    own = url_for("user_tasks.task", user_task_id=desk.task.id)
    if action == "save":
        flash(gettext("Draft saved."))
        return redirect(own, code=303)
    if action == "check":
        read = desk.check(typed)
        if read.errors:
            return _page(desk, typed, read.errors), 422
        return redirect(url_for("user_tasks.check", user_task_id=desk.task.id), code=303)
    if action.startswith((ADD_ROW, REMOVE_ROW)):
        place = action.partition(":")[2]
        record = place if action.startswith(ADD_ROW) else place.rpartition(".")[0]
        return redirect(f"{own}#{views.anchor_of(record)}", code=303)
    return redirect(f"{own}#files", code=303)


def _page(desk: Desk, typed: Typed, errors: Any, newer: str = "") -> str:
    rows = views.field_rows(
        desk.form, typed, known=desk.known, language=wording.language(), errors=errors
    )
    return render_template(
        "user_tasks/task.html",
        **desk_context(desk),
        rows=rows,
        files=desk.own_files,
        has_errors=bool(errors),
        newer=newer,
        errors=[(said(message), field) for message, field in views.error_links(rows)],
        done=desk.words_of(desk.task.answers or {}),
    )


def _lost(
    desk: Desk, typed: Typed, error: ConflictError | CommandRejectedError | None = None
) -> Answer:
    """Say who was first and when, and show what was typed so that it is not lost."""
    with database().reading() as session:
        fresh = find_task(session, desk.task.id, current_actor())
    return render_template(
        "user_tasks/conflict.html",
        **{**desk_context(desk), "task": fresh or desk.task},
        said_by_program=refusal(error) if error else "",
        rows=desk.words_of(typed),
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
    done = gettext("Done: “%(task)s”, dossier %(code)s.", task=desk.name, code=dossier.code)
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
