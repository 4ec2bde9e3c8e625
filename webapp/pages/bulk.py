"""Several tasks of the inbox at once: take them, or complete those that ask for nothing."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.errors import EngineError
from engine.texts import N_
from webapp import clock
from webapp.actors import Actor
from webapp.errors import ProductError, RejectedError
from webapp.operations import user_tasks
from webapp.pages.guard import current_actor, safe_next
from webapp.pages.product import acting, database
from webapp.pages.sentences import refusal
from webapp.pages.task_desk import read_desk

bp = Blueprint("bulk", __name__, url_prefix="/inbox/chosen")
MAX_AT_ONCE = 50  # tasks


@bp.post("")
def chosen() -> Response:
    """Take or complete each chosen task for itself; say how many went and why others did not."""
    ids = list(dict.fromkeys(request.form.getlist("tasks", type=UUID)))
    if not ids or len(ids) > MAX_AT_ONCE:
        raise RejectedError(N_("Choose between 1 and %(num)s tasks."), num=MAX_AT_ONCE)
    actor = current_actor()
    completing = request.form.get("action") == "complete"
    refused: list[str] = []
    done = 0
    with acting():  # the form counts once; below, each task has a transaction of its own
        pass
    for user_task_id in ids:
        said = _try(user_task_id, actor, completing=completing)
        done += not said
        refused += [said] if said else []
    if done and completing:
        flash(ngettext("%(num)s task is completed.", "%(num)s tasks are completed.", done))
    elif done:
        flash(ngettext("You took %(num)s task.", "You took %(num)s tasks.", done))
    for said in dict.fromkeys(refused):
        flash(said, "refused")
    return redirect(safe_next(request.form.get("next")) or url_for("inbox.index"), code=303)


def _try(user_task_id: UUID, actor: Actor, *, completing: bool) -> str:
    """Return "" where it worked, else why it did not."""
    try:
        desk = read_desk(user_task_id, actor)
        if not completing:
            with database().transaction() as session:
                user_tasks.claim(session, user_task_id, actor=actor, at=clock.now())
            return ""
        read = desk.check(desk.draft)
        if read.errors:
            task, code = desk.name, desk.dossier.code
            return gettext(
                "“%(task)s” of %(code)s asks for answers; open it.", task=task, code=code
            )
        with database().transaction() as session:
            user_tasks.complete(session, user_task_id, read.values, actor=actor, at=clock.now())
    except (ProductError, EngineError) as error:
        return refusal(error)
    return ""
