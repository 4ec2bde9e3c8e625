"""A leader's pages: load, overdue, who is away; giving tasks to people; what nobody can act on."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock, staffing
from webapp.actors import Actor, Role
from webapp.errors import ConflictError, NotAllowedError, NotFoundError, RejectedError
from webapp.operations import assigning, delegating, stranded
from webapp.operations.stranded import Why
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import require_leader, safe_next
from webapp.pages.product import acting, database
from webapp.queries import team as queries
from webapp.queries.names import procedure_names

bp = Blueprint("team", __name__, url_prefix="/team")
Answer = str | Response | tuple[str, int]
WHY = {
    Why.NOTHING_WAITS: (
        N_("Nothing waits in this dossier any more"),
        N_("Look at its log; move it on with a modification, or end it."),
    ),
    Why.NOT_OFFERED: (
        N_("The task is offered to nobody"),
        N_("Assign it to somebody; then name a group in the model."),
    ),
    Why.DESK_EMPTY: (
        N_("Nobody of these desks is there"),
        N_("Assign it to somebody, or enter who stands in."),
    ),
    Why.HOLDER_GONE: (
        N_("Who has the task cannot sign in any more"),
        N_("Assign it to somebody else."),
    ),
    Why.HOLDER_AWAY: (
        N_("Who has the task is away, and nobody stands in"),
        N_("Enter who stands in, or assign it to somebody else."),
    ),
}


@bp.get("")
def index() -> str:
    """Show the load of people and desks."""
    actor, at = require_leader(), clock.now()
    with database().reading() as session:
        found = queries.team(session, actor, at)
        alarms = stranded.stranded(session, at, actor)
    return render_template(
        "team/index.html", team=found, alarms=len(alarms), may_share=actor.has(Role.ADMIN)
    )


@bp.get("/people/<uuid:user_id>")
def person(user_id: UUID) -> str:
    """Show the tasks of one person, to be given to others."""
    return _person(user_id)


@bp.get("/desks/<key>")
def desk(key: str) -> str:
    """Show what nobody of a desk has taken, to be given to people."""
    return _desk(key)


@bp.post("/assign")
def assign() -> Answer:
    """Give the chosen tasks to a person, all or none."""
    actor, form = require_leader(), request.form
    to_id = form.get("to", type=UUID)
    holder = form.get("holder", type=UUID)
    try:
        if to_id is None:
            raise RejectedError(N_("Choose who is to have the tasks."))
        with acting() as session:
            moved = delegating.assign(
                session,
                form.getlist("tasks", type=UUID),
                to_id,
                form.get("note", ""),
                actor=actor,
                at=clock.now(),
                held_by=frozenset({holder}),
            )
    except (RejectedError, ConflictError, NotAllowedError) as error:
        return _again(holder, refusal_text(error)), status_of(error)
    flash(ngettext("%(num)s task was given.", "%(num)s tasks were given.", moved))
    return redirect(safe_next(form.get("next")) or url_for("team.index"), code=303)


@bp.post("/desks/<key>/sharing")
def sharing(key: str) -> Response:
    """Let a desk share its new tasks out by itself, or end that."""
    shares_out = request.form.get("shares_out") == "1"
    actor = require_leader()
    if not actor.has(Role.ADMIN):
        raise NotFoundError(N_("There is no such page."))
    with acting() as session:
        assigning.set_sharing_out(session, key, shares_out=shares_out, actor=actor)
    flash(gettext("Saved."))
    return redirect(url_for("team.index"), code=303)


@bp.get("/stranded")
def alarms() -> str:
    """Show every live dossier with which nobody can do anything."""
    actor = require_leader()
    with database().reading() as session:
        rows = stranded.stranded(session, clock.now(), actor)
        names = procedure_names(session, {one.definition_id for one in rows})
        others = _receivers(staffing.staffing(session, clock.now()), actor)
    return render_template("team/stranded.html", rows=rows, names=names, why=WHY, others=others)


@bp.post("/stranded/<uuid:user_task_id>")
def rescue(user_task_id: UUID) -> Response:
    """Give a task with which nobody can do anything to somebody."""
    actor, to_id = require_leader(), request.form.get("to", type=UUID)
    if to_id is None:
        raise RejectedError(N_("Choose who is to have the tasks."))
    with acting() as session:
        delegating.assign(session, [user_task_id], to_id, "", actor=actor, at=clock.now())
    flash(ngettext("%(num)s task was given.", "%(num)s tasks were given.", 1))
    return redirect(url_for("team.alarms"), code=303)


def _again(holder: UUID | None, problem: str) -> str:
    if holder is not None:
        return _person(holder, problem)
    key = request.form.get("desk", "")
    return _desk(key, problem)


def _person(user_id: UUID, problem: str = "") -> str:
    actor, at = require_leader(), clock.now()
    with database().reading() as session:
        there = staffing.staffing(session, at)
        found = there.people.get(user_id)
        if found is None or not staffing.leads_person(actor, found):
            raise NotFoundError(N_("There is no such person."))
        tasks = queries.tasks_of(session, user_id)
        others = _receivers(there, actor, without=user_id)
    return _tasks_page(
        found.name, tasks, others, problem, holder=user_id, away=there.away.get(user_id)
    )


def _desk(key: str, problem: str = "") -> str:
    actor, at = require_leader(), clock.now()
    with database().reading() as session:
        there = staffing.staffing(session, at)
        found = next(
            (one for one in queries.team(session, actor, at).desks if one.key == key), None
        )
        if found is None:
            raise NotFoundError(N_("There is no group %(key)s."), key=key)
        tasks = queries.tasks_at(session, key)
        others = _receivers(there, actor, first=key)
    return _tasks_page(found.name, tasks, others, problem, desk=key)


def _tasks_page(
    name: str, tasks: Any, others: list[tuple[str, str]], problem: str, **shown: Any
) -> str:
    return render_template(
        "team/tasks.html",
        name=name,
        tasks=tasks,
        others=others,
        chosen=request.form.getlist("tasks"),
        typed=request.form,
        problem=problem,
        has_errors=bool(problem),
        **{"holder": None, "desk": "", "away": None, **shown},
    )


def _receivers(
    there: staffing.Staffing, actor: Actor, *, without: UUID | None = None, first: str = ""
) -> list[tuple[str, str]]:
    """The people to whom tasks can be given now; those of the desk, or of the same desks, first."""
    base = there.people[without].groups if without else frozenset({first})
    led = [
        one
        for one in staffing.led_people(there, actor)
        if one.id != without and one.id not in there.away
    ]
    led.sort(key=lambda one: (not one.groups & base, one.name))
    return [("", gettext("Choose a person")), *((str(one.id), _words(one)) for one in led)]


def _words(person: staffing.Person) -> str:
    return f"{person.name} – {person.title}" if person.title else person.name
