"""Lending a task to a colleague, giving it back, fetching it back."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock, staffing
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.operations import delegating
from webapp.pages import wording
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries.dossiers import dossier_of_task
from webapp.queries.user_tasks import find_task

bp = Blueprint("lending", __name__, url_prefix="/user-tasks/<uuid:user_task_id>")


@bp.get("/lend")
def ask(user_task_id: UUID) -> str:
    """Ask to which colleague, and with what word."""
    return _page(user_task_id)


@bp.post("/lend")
def lend(user_task_id: UUID) -> Response | tuple[str, int]:
    """Let a colleague prepare the task."""
    actor, form = current_actor(), request.form
    to_id = form.get("to", type=UUID)
    try:
        if to_id is None:
            raise RejectedError(N_("Choose a colleague."))
        _known(user_task_id)
        with acting() as session:
            delegating.delegate(
                session, user_task_id, to_id, form.get("note", ""), actor=actor, at=clock.now()
            )
    except (RejectedError, ConflictError) as error:
        return _page(user_task_id, refusal_text(error)), status_of(error)
    flash(gettext("The task is lent. It comes back to you; only you complete it."))
    return redirect(url_for("inbox.index"), code=303)


@bp.post("/give-back")
def give_back(user_task_id: UUID) -> Response:
    """Return the task to whom it belongs."""
    actor = current_actor()
    _known(user_task_id)
    with acting() as session:
        note = request.form.get("note", "")
        delegating.give_back(session, user_task_id, note, actor=actor, at=clock.now())
    flash(gettext("The task went back with your draft and your word."))
    return redirect(url_for("inbox.index"), code=303)


@bp.post("/fetch")
def fetch(user_task_id: UUID) -> Response:
    """Fetch a lent task back before it is returned."""
    actor = current_actor()
    _known(user_task_id)
    with acting() as session:
        delegating.take_back(session, user_task_id, actor=actor, at=clock.now())
    return redirect(url_for("user_tasks.task", user_task_id=user_task_id), code=303)


def _page(user_task_id: UUID, problem: str = "") -> str:
    actor, at = current_actor(), clock.now()
    with database().reading() as session:
        task = find_task(session, user_task_id, actor)
        if task is None or not task.may_work:
            raise NotFoundError(N_("There is no such task."))
        dossier = dossier_of_task(session, task.dossier_id)
        there = staffing.staffing(session, at)
    colleagues = [
        one
        for one in there.people.values()
        if one.works and one.id != actor.user_id and one.id not in there.away
    ]
    colleagues.sort(key=lambda one: (not one.groups & actor.groups, one.name))
    return render_template(
        "team/lend.html",
        task=task,
        dossier=dossier,
        task_name=task.procedure.element(task.element_id, task.name, wording.language()),
        colleagues=[("", gettext("Choose a colleague"))]
        + [(str(one.id), f"{one.name} – {one.title}") for one in colleagues],
        typed=request.form,
        problem=problem,
        has_errors=bool(problem),
    )


def _known(user_task_id: UUID) -> None:
    with database().reading() as session:
        if find_task(session, user_task_id, current_actor()) is None:
            raise NotFoundError(N_("There is no such task."))
