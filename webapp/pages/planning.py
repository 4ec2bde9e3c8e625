"""The plan of a move to another version, element by element, before it is written down."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import redirect, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError, ProductError
from webapp.operations import migrating
from webapp.pages import migrating as plans
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.pages.wording import language
from webapp.queries import procedures
from webapp.queries.migrations import get_migration
from webapp.queries.waiting import waiting_at

bp = plans.bp  # plans and their making share one room
GONE = "-"  # stands in forms for "nowhere"


@bp.get("/new")
def new() -> str:
    """Show the generated plan from one version to another, or an earlier one to change."""
    like = request.args.get("like", type=UUID)
    with database().reading() as session:
        if like is None:
            return _plan_page(session, request.args.get("key", ""), *_numbers(request.args))
        plan = get_migration(session, like)
        typed = {"recompute": str(int(plan.recompute)), "reason": plan.reason}
        numbers = (plan.before, plan.after)
        return _plan_page(session, plan.procedure.key, *numbers, plan.mapping, typed=typed)


@bp.post("/new")
def create() -> Response | str | tuple[str, int]:
    """Look at the edited plan again, or write it down and let it be checked."""
    form = request.form
    key, mapping = form.get("key", ""), _mapping()
    numbers = _numbers(form)
    if form.get("action") == "look":
        with database().reading() as session:
            return _plan_page(session, key, *numbers, mapping)
    try:
        with acting() as session:
            source, target = (procedures.get_version(session, key, one) for one in numbers)
            migration_id = migrating.create(
                session,
                source.definition_id,
                target.definition_id,
                mapping,
                recompute=form.get("recompute") == "1",
                reason=form.get("reason", ""),
                actor=current_actor(),
                at=clock.now(),
            )
    except ProductError as error:
        with database().reading() as session:
            page = _plan_page(session, key, *numbers, mapping, problem=refusal_text(error))
        return page, status_of(error)
    return redirect(f"/migrations/{migration_id}", code=303)


def _plan_page(
    session: Session,
    key: str,
    before: int,
    after: int,
    mapping: Mapping[str, str | None] | None = None,
    *,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    source = procedures.get_version(session, key, before)
    target = procedures.get_version(session, key, after)
    waiting = waiting_at(session, source.definition_id)
    lines = sorted(
        migrating.plan_lines(session, source.definition_id, target.definition_id, mapping),
        key=lambda line: (not line.warnings, -waiting.get(line.element_id, 0)),
    )
    rows = []
    for line in lines:
        places = migrating.places_for(session, target.definition_id, line.kind)
        offered = [(key, f"{name} ({key})" if name else key) for key, name in places]
        rows.append((line, [(GONE, gettext("nowhere: dossiers here stay")), *offered]))
    return render_template(
        "migrations/new.html",
        source=source,
        target=target,
        title=target.names.title(language()),
        rows=rows,
        waiting=waiting,
        overlays=_overlays(lines),
        xml=procedures.diagram_xml(session, source.definition_id),
        typed=request.form if typed is None else typed,
        problem=problem,
        gone=GONE,
    )


def _overlays(lines: Sequence[migrating.PlanLine]) -> dict[str, dict[str, object]]:
    return {
        line.element_id: {"mark": "error" if line.target_id is None else "warn", "n": number}
        for number, line in enumerate(lines, start=1)
        if line.warnings
    }


def _numbers(given: Mapping[str, str]) -> tuple[int, int]:
    try:
        return int(given.get("before", "")), int(given.get("after", ""))
    except ValueError as error:
        raise NotFoundError(N_("There is no such version of this procedure.")) from error


def _mapping() -> dict[str, str | None]:
    return {
        name.removeprefix("to-"): None if value == GONE else value
        for name, value in request.form.items()
        if name.startswith("to-")
    }
