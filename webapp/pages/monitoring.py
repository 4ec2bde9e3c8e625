"""Where the time went, for those who run the office."""

import csv
import io
from collections.abc import Iterable

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

import engine
from engine import worktime
from engine.texts import N_
from webapp import clock
from webapp.errors import NotFoundError
from webapp.operations.deployments import files_of
from webapp.pages import heat, office
from webapp.pages.product import database
from webapp.queries import procedures, timings
from webapp.queries.samples import ENOUGH, Spread

bp = Blueprint("monitoring", __name__, url_prefix="/timings")


@bp.get("")
def index() -> str:
    """Show every procedure, and the tasks that are open for longest."""
    now, calendar = clock.now(), office.calendar()
    with database().reading() as session:
        rows = timings.overview(session, now, calendar)
        slow = timings.slowest_tasks(session)
    return render_template("monitoring/index.html", rows=rows, slow=_with_time(slow), enough=ENOUGH)


@bp.get("/<key>")
def procedure(key: str) -> str:
    """Show one procedure: heat map, ranking, and the figures of each element."""
    now, calendar = clock.now(), office.calendar()
    version = request.args.get("version", type=int)
    metric = request.args.get("metric", "median")
    metric = metric if metric in heat.METRICS else "median"
    with database().reading() as session:
        versions = procedures.versions(session, key)
        chosen = chosen_version(versions, version)
        ids = timings.definition_ids(session, key, version)
        elements = elements_of(files_of(session, chosen.deployment_id), chosen)
        limits = {element.id: element.limit_seconds for element in elements}
        lines = heat.lines(elements, timings.element_figures(session, ids, limits))
        ranks = heat.ranking(lines)
        return render_template(
            "monitoring/procedure.html",
            versions=versions,
            version=version,
            version_options=_version_options(versions),
            shown=chosen,
            metric=metric,
            metrics=heat.METRICS,
            totals=timings.totals(session, ids, now),
            duration=timings.durations(session, ids, calendar),
            lines=lines,
            ranks=ranks,
            say=heat.bottleneck(lines, ranks),
            legend=heat.legend(lines, metric),
            overlays=heat.overlays(lines, metric),
            xml=procedures.diagram_xml(session, chosen.definition_id),
            slow=_with_time(timings.slowest_tasks(session, ids)),
            enough=ENOUGH,
        )


@bp.get("/<key>.csv")
def figures_csv(key: str) -> Response:
    """Return the same figures as a table for spreadsheets; hours of office time."""
    version = request.args.get("version", type=int)
    with database().reading() as session:
        chosen = chosen_version(procedures.versions(session, key), version)
        ids = timings.definition_ids(session, key, version)
        elements = elements_of(files_of(session, chosen.deployment_id), chosen)
        limits = {element.id: element.limit_seconds for element in elements}
        lines = heat.lines(elements, timings.element_figures(session, ids, limits))
    return Response(
        "\ufeff" + _table(lines),  # the mark tells spreadsheets that this is UTF-8
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="timings-{chosen.number}.csv"'},
    )


def _version_options(versions: tuple[procedures.Version, ...]) -> list[tuple[str, str]]:
    numbered = [
        (str(row.number), gettext("Version %(number)s", number=row.number)) for row in versions
    ]
    return [("", gettext("All versions")), *numbered]


def chosen_version(
    versions: tuple[procedures.Version, ...], number: int | None
) -> procedures.Version:
    """Return a version by number, or the newest. Raises NotFoundError."""
    for version in versions:
        if number is None or version.number == number:
            return version
    raise NotFoundError(N_("There is no such version of this procedure."))


def elements_of(files: engine.Files, version: procedures.Version) -> tuple[heat.Element, ...]:
    """Return the elements of a version that tokens stay at."""
    for definitions in engine.read_definitions(files):
        scope = definitions.processes.get(version.names.key)
        if scope is not None:
            return heat.elements_of(scope, version.names)
    return ()


def names_of(files: engine.Files, version: procedures.Version) -> dict[str, str]:
    """Return the name of every element of a version by id."""
    for definitions in engine.read_definitions(files):
        scope = definitions.processes.get(version.names.key)
        if scope is not None:
            return heat.names_of(scope, version.names)
    return {}


def _with_time(tasks: Iterable[timings.SlowTask]) -> list[tuple[timings.SlowTask, object]]:
    now, calendar = clock.now(), office.calendar()
    return [(task, worktime.between(task.created_at, now, calendar)) for task in tasks]


def _table(lines: Iterable[heat.Line]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(
        ["element", "name", "unit", "count"]
        + [
            f"{kind}_{figure}_hours"
            for kind in ("total", "waiting", "working")
            for figure in ("median", "mean", "p90")
        ]
        + ["limit_hours", "over_limit_percent"]
    )
    for line in lines:
        figures = line.figures
        samples = (figures.total, figures.waiting, figures.working) if figures else (None,) * 3
        writer.writerow(
            [line.element.id, _plain(line.element.name), _plain(line.element.unit), line.count]
            + [cell for sample in samples for cell in _hours(sample)]
            + [_hour(line.element.limit_seconds) if line.element.limit_seconds else ""]
            + [line.over.rstrip("%") if line.over != "–" else ""]
        )
    return stream.getvalue()


def _hours(sample: Spread | None) -> list[str]:
    if sample is None:
        return ["", "", ""]
    return [_hour(sample.median), _hour(sample.mean), _hour(sample.p90)]


def _hour(seconds: float) -> str:
    return f"{seconds / 3600:.2f}"


def _plain(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
