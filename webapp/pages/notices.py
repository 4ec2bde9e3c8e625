"""What a person is told, and how they wish to be told."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import RejectedError
from webapp.operations import notifying
from webapp.operations.notifying import SENTENCES, USUAL, Kind, Way
from webapp.pages.errors import refusal_text
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, config, database
from webapp.pages.wording import language
from webapp.queries import notices as queries

bp = Blueprint("notices", __name__, url_prefix="/notices")
KINDS = {
    Kind.FOR_ME: N_("A new task for me"),
    Kind.FOR_MY_DESK: N_("A new task for my desks"),
    Kind.DUE_SOON: N_("A dossier is due soon"),
    Kind.OVERDUE: N_("A task is overdue"),
    Kind.MENTIONED: N_("I am mentioned in a note"),
    Kind.INSTRUCTED: N_("A leader's instruction"),
    Kind.LENT: N_("A task is lent to me"),
    Kind.RETURNED: N_("A task comes back to me"),
}
WAYS = {
    Way.OFF: N_("Not at all"),
    Way.PAGE: N_("In the page"),
    Way.DIGEST: N_("In the page and the daily e-mail"),
    Way.MAIL: N_("In the page and by e-mail at once"),
}


@bp.get("")
def index() -> str:
    """List what is not read, then what was, newest first."""
    with database().reading() as session:
        rows = queries.newest(session, current_actor())
    told = [(one, gettext(SENTENCES[Kind(one.kind)]) % one.data) for one in rows]
    return render_template("notices/index.html", told=told)


@bp.post("/read")
def read() -> Response:
    """Mark one notice as read and open what it is about, or mark all of them."""
    actor, notice_id = current_actor(), request.form.get("notice", type=UUID)
    with acting() as session:
        found = queries.one(session, actor, notice_id) if notice_id else None
        notifying.mark_read(session, notice_id, actor=actor, at=clock.now())
    if found is not None and found.user_task_id is not None:
        address = url_for("user_tasks.task", user_task_id=found.user_task_id)
    elif found is not None and found.dossier_id is not None:
        address = url_for("dossiers.dossier", dossier_id=found.dossier_id)
    else:
        address = url_for("notices.index")
    return redirect(address, code=303)


@bp.get("/settings")
def settings() -> str:
    """Ask how this person wishes to be told."""
    return _settings()


@bp.post("/settings")
def change() -> Response | tuple[str, int]:
    """Keep how this person wishes to be told."""
    form, actor = request.form, current_actor()
    try:
        with acting() as session:
            notifying.choose(
                session,
                {kind: form.get(kind, USUAL[kind]) for kind in Kind},
                email=form.get("email", "") if config().outside.smtp_host else "",
                language=language(),
                digest_hour=form.get("digest_hour", 7, type=int),
                actor=actor,
            )
    except RejectedError as error:
        return _settings(refusal_text(error)), 422
    flash(gettext("Saved."))
    return redirect(url_for("notices.settings"), code=303)


def _settings(problem: str = "") -> str:
    with database().reading() as session:
        found, failing = queries.setting(session, current_actor())
    chosen = found.choices if found else {}
    typed = request.form
    mails = bool(config().outside.smtp_host)
    offered = Way if mails else (Way.OFF, Way.PAGE)
    return render_template(
        "notices/settings.html",
        kinds=[
            (kind, gettext(words), typed.get(kind, chosen.get(kind, USUAL[kind])))
            for kind, words in KINDS.items()
        ],
        ways=[(way.value, gettext(WAYS[way])) for way in offered],
        email=typed.get("email", found.email if found else ""),
        hour=typed.get("digest_hour", str(found.digest_hour) if found else "7"),
        hours=[(str(hour), f"{hour:02d}:00") for hour in range(24)],
        mails=mails,
        failing=failing,
        problem=problem,
        has_errors=bool(problem),
    )
