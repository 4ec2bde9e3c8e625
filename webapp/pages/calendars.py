"""Calendars of agencies, for administrators: days, weeks, a year at once, outages."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.texts import N_
from webapp import clock
from webapp.calendars import FIRST_YEAR, LAST_YEAR, TIMEZONE
from webapp.errors import ConflictError, NotFoundError, RejectedError
from webapp.operations import calendars as operations
from webapp.operations.calendars import DayEntry
from webapp.pages.errors import refusal_text, status_of
from webapp.pages.guard import current_actor
from webapp.pages.moments import read_moment
from webapp.pages.product import acting, database
from webapp.queries import calendars as queries

bp = Blueprint("calendars", __name__)
WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
KINDS = {
    "off": N_("day off"),
    "work": N_("make-up working day"),
    "week": N_("as its weekday says"),
    "removed": N_("taken back"),
    "seed": N_("first calendar"),
}
_Answer = Response | tuple[str, int]


@bp.get("/calendars")
def index() -> str:
    """List the calendars, and offer one to an agency."""
    return _index()


@bp.post("/calendars")
def create() -> _Answer:
    """Give an agency a calendar of its own."""
    form, actor = request.form, current_actor()
    code = form.get("code", "").strip()[:50]
    try:
        with acting() as session:
            operations.add_calendar(
                session,
                code,
                form.get("name", "")[:200],
                form.get("parent", ""),
                actor=actor,
                at=clock.now(),
            )
    except (RejectedError, ConflictError, NotFoundError) as error:
        return _index(refusal_text(error)), status_of(error)
    return redirect(url_for("calendars.calendar", code=code), code=303)


@bp.get("/calendars/<code>")
def calendar(code: str) -> str:
    """Show one calendar in one year, for changing."""
    return _page(code)


@bp.post("/calendars/<code>/days")
def set_day(code: str) -> _Answer:
    """Set one day."""
    form = request.form
    line = ";".join(
        form.get(name, "").replace(";", ",") for name in ("day", "kind", "name", "sessions")
    )
    return _changed(code, lambda session: _set(session, code, operations.read_days(line)))


@bp.post("/calendars/<code>/days/remove")
def remove_day(code: str) -> _Answer:
    """Take back an entry of this calendar."""

    def take_back(session: Session) -> None:
        day = _day(request.form.get("day", ""))
        operations.change_days(
            session, code, (), _decision(), actor=current_actor(), at=clock.now(), remove=(day,)
        )

    return _changed(code, take_back)


@bp.post("/calendars/<code>/import")
def take_over(code: str) -> _Answer:
    """Take over a year: pasted or uploaded lines, or what the product knows of it."""
    if request.form.get("source") == "seed":
        year = _year()
        return _changed(code, lambda session: _set(session, code, operations.seed_of(year)))
    sent = request.files.get("file")
    text = sent.read(200_000).decode("utf-8-sig", errors="replace") if sent else ""
    pasted = text or request.form.get("lines", "")
    return _changed(code, lambda session: _set(session, code, operations.read_days(pasted)))


@bp.post("/calendars/<code>/week")
def set_week(code: str) -> _Answer:
    """Set the sessions of the week from a day on."""

    def set_sessions(session: Session) -> None:
        given = [request.form.get(f"day-{number}", "") for number in range(len(WEEKDAYS))]
        operations.change_week(
            session,
            code,
            _day(request.form.get("valid_from", "")),
            [operations.read_sessions(text) for text in given],
            _decision(),
            actor=current_actor(),
            at=clock.now(),
        )

    return _changed(code, set_sessions)


@bp.post("/calendars/<code>/outages")
def announce(code: str) -> _Answer:
    """Announce an outage."""

    def add(session: Session) -> None:
        form = request.form
        operations.announce_outage(
            session,
            code,
            read_moment(form.get("from", "")),
            read_moment(form.get("to", "")),
            form.get("reason", "")[:500],
            form.get("legal_basis", "")[:300],
            actor=current_actor(),
            at=clock.now(),
        )

    return _changed(code, add)


def _changed(code: str, change: Callable[[Session], object]) -> _Answer:
    try:
        with acting() as session:
            change(session)
    except (RejectedError, ConflictError) as error:
        return _page(code, refusal_text(error)), status_of(error)
    flash(gettext("Saved. Open deadlines are counted anew within a minute."))
    return redirect(url_for("calendars.calendar", code=code, year=_year()), code=303)


def _set(session: Session, code: str, entries: tuple[DayEntry, ...]) -> None:
    operations.change_days(
        session, code, entries, _decision(), actor=current_actor(), at=clock.now()
    )


def _index(problem: str = "") -> str:
    with database().transaction() as session:
        operations.ensure_root(session, actor=current_actor(), at=clock.now())
        rows = queries.calendar_rows(session)
    return render_template(
        "calendars/index.html",
        rows=rows,
        parents=[(row.code, row.name) for row in rows],
        problem=problem,
        has_errors=bool(problem),
    )


def _page(code: str, problem: str = "") -> str:
    year = _year()
    with database().reading() as session:
        found = queries.calendar_view(session, code, year)
    if found is None:
        raise NotFoundError(N_("There is no such calendar."))
    week = found.counted.week_on(clock.now().astimezone(ZoneInfo(TIMEZONE)).date())
    return render_template(
        "calendars/calendar.html",
        view=found,
        year=year,
        years=range(FIRST_YEAR, LAST_YEAR + 1),
        kinds={key: gettext(words) for key, words in KINDS.items()},
        week=[
            (gettext(name), " ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in sessions))
            for name, sessions in zip(WEEKDAYS, week, strict=True)
        ],
        problem=problem,
        has_errors=bool(problem),
        typed=request.form,
    )


def _year() -> int:
    now = clock.now().astimezone(ZoneInfo(TIMEZONE)).year
    year = request.values.get("year", now, type=int)
    return year if FIRST_YEAR <= year <= LAST_YEAR else now


def _decision() -> str:
    return request.form.get("decision", "")[:300]


def _day(text: str) -> date:
    return operations.read_day(text)
