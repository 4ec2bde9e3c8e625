"""People, groups and roles, for administrators."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.actors import Role
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.operations import people
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries import people as queries

bp = Blueprint("people", __name__)

ROLES = {
    Role.COUNTER: (N_("Counter"), N_("receives dossiers, prints receipts")),
    Role.OFFICER: (N_("Officer"), N_("takes and completes the tasks of their groups")),
    Role.ANALYST: (N_("Analyst"), N_("uploads and publishes procedures")),
    Role.ADMIN: (N_("Administrator"), N_("sees all dossiers and timings, keeps people and groups")),
    Role.INSPECTOR: (N_("Inspector"), N_("reads every dossier, log and report, changes nothing")),
    Role.PROGRAM: (N_("Program"), N_("does external jobs and sends messages over the API")),
}
MATRIX = (
    (N_("Take and complete tasks of their groups"), {Role.COUNTER, Role.OFFICER}),
    (N_("Receive dossiers, print receipts"), {Role.COUNTER}),
    (N_("See dossiers their groups have or had work in"), {Role.COUNTER, Role.OFFICER}),
    (N_("See every dossier"), {Role.ADMIN, Role.INSPECTOR}),
    (N_("See who looked at what"), {Role.ADMIN, Role.INSPECTOR}),
    (N_("Upload, check and publish procedures"), {Role.ANALYST}),
    (N_("See timings, reports and incidents"), {Role.ADMIN, Role.INSPECTOR}),
    (N_("Keep people, groups and roles"), {Role.ADMIN}),
    (N_("Do external jobs, send messages and signals"), {Role.PROGRAM}),
)


@bp.get("/people")
def index() -> str:
    """List everybody, and who may do what."""
    with database().reading() as session:
        rows = queries.people(session)
        groups = queries.groups(session)
    return render_template(
        "people/index.html",
        rows=rows,
        group_names={group.key: group.name for group in groups},
        roles=ROLES,
        matrix=MATRIX,
        now=clock.now(),
    )


@bp.get("/people/new")
def new() -> str:
    """Ask who the new person is."""
    return _form()


@bp.post("/people/new")
def create() -> Response | tuple[str, int]:
    """Create an account."""
    form = request.form
    try:
        with acting() as session:
            people.create_user(
                session,
                username=form.get("username", ""),
                name=form.get("name", ""),
                title=form.get("title", ""),
                password=form.get("password", ""),
                roles=form.getlist("roles"),
                groups=form.getlist("groups"),
                actor=current_actor(),
                at=clock.now(),
            )
    except (RejectedError, ConflictError) as error:
        return _form(refusal_text(error)), status_of(error)
    flash(gettext("%(name)s can sign in now.", name=form.get("name", "")))
    return redirect("/people", code=303)


@bp.get("/people/<uuid:user_id>")
def person(user_id: UUID) -> str:
    """Show one account for editing."""
    return _person_page(user_id)


@bp.post("/people/<uuid:user_id>")
def change(user_id: UUID) -> Response | tuple[str, int]:
    """Change name, title, roles and groups."""
    form, actor = request.form, current_actor()
    try:
        with acting() as session:
            people.rename(
                session,
                user_id,
                name=form.get("name", ""),
                title=form.get("title", ""),
                actor=actor,
            )
            people.set_groups(session, user_id, form.getlist("groups"), actor=actor)
            people.set_roles(session, user_id, form.getlist("roles"), actor=actor)
    except RejectedError as error:
        return _person_page(user_id, refusal_text(error)), 422
    flash(gettext("Saved."))
    return redirect("/people", code=303)


@bp.post("/people/<uuid:user_id>/password")
def reset_password(user_id: UUID) -> Response | tuple[str, int]:
    """Set a new password, which lifts a lock and ends the person's sessions."""
    try:
        with acting() as session:
            people.set_password(
                session, user_id, request.form.get("password", ""), actor=current_actor()
            )
    except RejectedError as error:
        return _person_page(user_id, refusal_text(error)), 422
    flash(gettext("The password is set. Tell it to the person, not by e-mail."))
    return redirect(f"/people/{user_id}", code=303)


@bp.post("/people/<uuid:user_id>/active")
def set_active(user_id: UUID) -> Response | tuple[str, int]:
    """Let the person sign in, or end that."""
    active = request.form.get("active") == "1"
    try:
        with acting() as session:
            people.set_active(
                session, user_id, active=active, actor=current_actor(), at=clock.now()
            )
    except RejectedError as error:
        return _person_page(user_id, refusal_text(error)), 422
    flash(
        gettext("The account is open again.")
        if active
        else gettext("The account is closed. Its history stays; open tasks went back to the desk.")
    )
    return redirect(f"/people/{user_id}", code=303)


@bp.get("/groups")
def groups() -> str:
    """List the groups and their members."""
    return _groups_page()


@bp.post("/groups")
def create_group() -> Response | tuple[str, int]:
    """Create a group."""
    key, name = request.form.get("key", "").strip(), request.form.get("name", "")
    try:
        with acting() as session:
            people.create_group(session, key, name, actor=current_actor())
    except (RejectedError, ConflictError) as error:
        return _groups_page(refusal_text(error)), status_of(error)
    flash(gettext("The group %(name)s is there now.", name=name))
    return redirect("/groups", code=303)


@bp.post("/groups/<key>")
def change_group(key: str) -> Response:
    """Rename a group and say who is in it."""
    wanted, actor = set(request.form.getlist("members")), current_actor()
    with acting() as session:
        people.rename_group(session, key, request.form.get("name", ""), actor=actor)
        for row in queries.people(session):
            inside, asked = key in row.groups, str(row.id) in wanted
            if row.is_active and inside != asked:
                kept = [other for other in row.groups if other != key] + [key] * asked
                people.set_groups(session, row.id, kept, actor=actor)
    flash(gettext("Saved."))
    return redirect("/groups", code=303)


@bp.get("/groups/<key>")
def group(key: str) -> str:
    """Show one group for editing."""
    with database().reading() as session:
        found = next((row for row in queries.groups(session) if row.key == key), None)
        rows = [row for row in queries.people(session) if row.is_active]
    if found is None:
        raise NotFoundError(N_("There is no group %(key)s."), key=key)
    return render_template("people/group.html", group=found, people=rows)


def _form(problem: str = "") -> str:
    with database().reading() as session:
        groups = queries.groups(session)
    return render_template(
        "people/new.html",
        problem=problem,
        has_errors=bool(problem),
        typed=request.form,
        chosen_roles=request.form.getlist("roles"),
        chosen_groups=request.form.getlist("groups"),
        roles=ROLES,
        groups=groups,
        min_length=people.MIN_PASSWORD_LENGTH,
    )


def _person_page(user_id: UUID, problem: str = "") -> str:
    with database().reading() as session:
        found = queries.get_person(session, user_id)
        groups = queries.groups(session)
    return render_template(
        "people/person.html",
        person=found,
        problem=problem,
        has_errors=bool(problem),
        chosen_roles=list(found.roles),
        chosen_groups=list(found.groups),
        roles=ROLES,
        groups=groups,
        is_locked=found.locked_until is not None and found.locked_until > clock.now(),
        min_length=people.MIN_PASSWORD_LENGTH,
    )


def _groups_page(problem: str = "") -> str:
    with database().reading() as session:
        rows = queries.groups(session)
    return render_template(
        "people/groups.html", rows=rows, problem=problem, has_errors=bool(problem)
    )
