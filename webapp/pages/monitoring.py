"""Where the time went, for those who run the office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from engine import worktime
from webapp import clock
from webapp.operations.deployments import files_of
from webapp.pages import heat, office, timing_sheets
from webapp.pages.breakdown_filters import Asked, asked_for
from webapp.pages.product import database
from webapp.pages.shown_versions import chosen_version, elements_of
from webapp.queries import procedures, timings
from webapp.queries.samples import ENOUGH

bp = Blueprint("monitoring", __name__, url_prefix="/timings")
MOST_OPEN = 5_000  # tasks in a file


@bp.get("")
def index() -> str:
    """Show every procedure, and the tasks that are open for longest."""
    now, calendar = clock.now(), office.calendar()
    with database().reading() as session:
        rows = timings.overview(session, now, calendar)
        slow = timings.slowest_tasks(session)
    return render_template("monitoring/index.html", rows=rows, slow=_with_time(slow), enough=ENOUGH)


@bp.get("/-/procedures.<any(csv, xlsx):kind>")
def procedures_file(kind: str) -> Response:
    """Return every procedure with its figures as a table. No process can be called "-"."""
    with database().reading() as session:
        rows = timings.overview(session, clock.now(), office.calendar())
    return timing_sheets.procedures(kind, rows)


@bp.get("/-/open-tasks.<any(csv, xlsx):kind>")
def open_tasks_file(kind: str) -> Response:
    """Return the open tasks as a table, the one that waits for longest first."""
    with database().reading() as session:
        rows = timings.slowest_tasks(session, most=MOST_OPEN)
    return timing_sheets.open_tasks(kind, gettext("Open for longest"), _with_time(rows))


@bp.get("/<key>/open-tasks.<any(csv, xlsx):kind>")
def open_tasks_of_file(key: str, kind: str) -> Response:
    """Return those of one procedure."""
    with database().reading() as session:
        asked = asked_for(session, key)
        rows = timings.slowest_tasks(session, asked.wanted.definition_ids, most=MOST_OPEN)
    return timing_sheets.open_tasks(kind, asked.title, _with_time(rows))


@bp.get("/<key>")
def procedure(key: str) -> str | tuple[str, int]:
    """Show one procedure in a period: heat map, ranking, figures of each element, before beside."""
    now, calendar = clock.now(), office.calendar()
    metric = request.args.get("metric", "median")
    metric = metric if metric in heat.METRICS else "median"
    with database().reading() as session:
        shown = _shown(session, key)
        meant = timings.of_filter(shown.asked.wanted)
        ranks = heat.ranking(shown.lines)
        page = render_template(
            "monitoring/procedure.html",
            asked=shown.asked,
            choices=shown.asked.choices(),
            shown=shown.version,
            metric=metric,
            metrics=heat.METRICS,
            totals=timings.totals(session, meant, now),
            duration=timings.durations(session, meant, calendar),
            lines=shown.lines,
            ranks=ranks,
            say=heat.bottleneck(shown.lines, ranks),
            legend=heat.legend(shown.lines, metric),
            overlays=heat.overlays(shown.lines, metric),
            xml=procedures.diagram_xml(session, shown.version.definition_id),
            slow=_with_time(timings.slowest_tasks(session, shown.asked.wanted.definition_ids)),
            enough=ENOUGH,
        )
    return (page, 422) if shown.asked.problem else page


@bp.get("/<key>.<any(csv, xlsx):kind>")
def figures_file(key: str, kind: str) -> Response:
    """Return the same figures as a table; hours of office time."""
    with database().reading() as session:
        shown = _shown(session, key)
    return timing_sheets.answer(kind, shown.asked, shown.lines)


@dataclass(frozen=True, slots=True)
class _Shown:
    asked: Asked
    version: procedures.Version
    lines: tuple[heat.Line, ...]


def _shown(session: Session, key: str) -> _Shown:
    """Return the figures that the address asks for, beside those of the period before."""
    asked = asked_for(session, key)
    chosen = chosen_version(asked.versions, asked.version)
    elements = elements_of(files_of(session, chosen.deployment_id), chosen)
    limits = {element.id: element.limit_seconds for element in elements}
    now = timings.element_figures(session, asked.wanted, limits)
    before = timings.element_figures(session, asked.wanted.before(), limits)
    return _Shown(asked, chosen, heat.lines(elements, now, before))


def _with_time(tasks: Iterable[timings.SlowTask]) -> list[tuple[timings.SlowTask, timedelta]]:
    now, calendar = clock.now(), office.calendar()
    return [(task, worktime.between(task.created_at, now, calendar)) for task in tasks]
