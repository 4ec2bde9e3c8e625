"""The substitution calendar: people enter their own absences, leaders everybody's."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock, staffing
from webapp.actors import SYSTEM
from webapp.calendars import TIMEZONE
from webapp.errors import ConflictError, NotAllowedError, RejectedError
from webapp.operations import absences
from webapp.operations.noting import may_instruct
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.product import acting, database
from webapp.queries import team as queries

bp = Blueprint("absences", __name__, url_prefix="/absences")
SHOWN_AFTER = timedelta(days=30)  # absences that are over stay in the list so long


@bp.get("")
def index() -> str:
    """List the absences that last or come, and ask for another one."""
    return _page()


@bp.post("")
def enter() -> Response | tuple[str, int]:
    """Enter an absence; where it has begun, its tasks move at once."""
    actor, at, form = current_actor(), clock.now(), request.form
    try:
        user_id = form.get("person", type=UUID) or actor.user_id
        if user_id is None:
            raise RejectedError(N_("Choose who is away."))
        starts_at = _moment(form.get("from_day", ""), form.get("from_time", ""), time())
        ends_at = _moment(form.get("to_day", ""), form.get("to_time", ""), None)
        with acting() as session:
            absences.announce(
                session,
                user_id,
                starts_at,
                ends_at,
                substitute_id=form.get("substitute", type=UUID),
                reason=form.get("reason", ""),
                actor=actor,
                at=at,
            )
            moved = absences.reroute(session, actor=SYSTEM, at=at)
    except (RejectedError, ConflictError, NotAllowedError) as error:
        return _page(refusal_text(error)), status_of(error)
    flash(gettext("The absence is entered. Tasks that moved now: %(count)s.", count=moved))
    return redirect(url_for("absences.index"), code=303)


@bp.post("/<uuid:absence_id>/cancel")
def cancel(absence_id: UUID) -> Response:
    """Take an absence back, or end it now."""
    actor, at = current_actor(), clock.now()
    with acting() as session:
        absences.cancel(session, absence_id, actor=actor, at=at)
    flash(gettext("The absence is over; what nobody began went back."))
    return redirect(url_for("absences.index"), code=303)


def _page(problem: str = "") -> str:
    actor, at = current_actor(), clock.now()
    leads = may_instruct(actor)
    with database().reading() as session:
        there = staffing.staffing(session, at)
        own = [actor.user_id] if actor.user_id else []
        whose = None if leads else own
        rows = queries.absence_rows(session, at, whose)
        past = queries.absence_rows(session, at, whose, ended_since=at - SHOWN_AFTER)
    working = sorted((one for one in there.people.values() if one.works), key=lambda one: one.name)
    people = [(str(one.id), one.name) for one in working]
    return render_template(
        "team/absences.html",
        rows=rows,
        past=past,
        people=people if leads else [],
        substitutes=[("", gettext("Nobody yet")), *people],
        own_id=str(actor.user_id),
        typed=request.form,
        problem=problem,
        has_errors=bool(problem),
        today=f"{_local(at):%d/%m/%Y}",
        leads=leads,
    )


def _moment(day: str, clock_time: str, otherwise: time | None) -> datetime:
    """Return a day with a time; without one the day's start, or its end where None is given."""
    zone = ZoneInfo(TIMEZONE)
    found = _day(day)
    if clock_time.strip():
        return datetime.combine(found, _time(clock_time), tzinfo=zone)
    if otherwise is not None:
        return datetime.combine(found, otherwise, tzinfo=zone)
    return datetime.combine(found + timedelta(days=1), time(), tzinfo=zone)


def _day(text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=ZoneInfo(TIMEZONE)).date()
        except ValueError:
            continue
    raise RejectedError(N_("“%(text)s” is no day. Write it as 24/11/2026."), text=text[:40])


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text.strip().replace("h", ":").rstrip(":"))
    except ValueError:
        raise RejectedError(
            N_("“%(text)s” is no time of day. Write it as 13:30."), text=text[:40]
        ) from None


def _local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(TIMEZONE))
