"""The tables of the timings pages as CSV and XLSX; hours of office time."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Response
from flask_babel import gettext

from engine.texts import N_
from webapp.pages import heat, sheets, wording
from webapp.pages.breakdown_filters import Asked
from webapp.pages.sheets import Heading, Sheet, Value
from webapp.queries.samples import BINS, ENOUGH, Spread
from webapp.queries.timings import ProcedureTimings, SlowTask
from webapp.queries.ways import Ways

_HEADINGS = (
    "element",
    "name",
    "unit",
    "count",
    *(
        f"{kind}_{figure}_hours"
        for kind in ("total", "waiting", "working")
        for figure in ("median", "mean", "p90")
    ),
    "limit_hours",
    "over_limit_percent",
    "count_before",
    "total_median_hours_before",
    "beyond_limit_hours",
    "sum_hours",
    *(f"histogram_{place}" for place in range(1, BINS + 1)),  # the limit stands after the eighth
)


def answer(kind: str, asked: Asked, lines: Sequence[heat.Line]) -> Response:
    """Return the table as a file: hours of office time, the period before beside it."""
    headings = [Heading(one) for one in _HEADINGS]
    rows = [_row(line) for line in lines]
    name = f"timings-{asked.version or 'all'}"
    return sheets.answer(kind, Sheet(name, asked.title, [_period(asked)], headings, rows))


def procedures(kind: str, rows: Sequence[ProcedureTimings]) -> Response:
    """Return every procedure with its counts and the time of whole dossiers."""
    headings = sheets.headings(
        *(N_("Procedure"), N_("Received"), N_("Decided"), N_("On time"), N_("With a limit")),
        *(N_("Median"), N_("Mean"), N_("P90"), N_("Running"), N_("Overdue")),
    )
    cells: list[list[Value]] = [
        [
            one.names.title(wording.language()),
            one.totals.received,
            one.totals.decided,
            one.totals.on_time,
            one.totals.promised,
            *_hours(one.duration),
            one.totals.running,
            one.totals.overdue,
        ]
        for one in rows
    ]
    head = [gettext("Working hours")]
    return sheets.answer(kind, Sheet("procedures", gettext("Timings"), head, headings, cells))


def open_tasks(kind: str, title: str, rows: Sequence[tuple[SlowTask, timedelta]]) -> Response:
    """Return open tasks with the office time that they have waited."""
    language = wording.language()
    headings = sheets.headings(
        *(N_("Dossier"), N_("Task"), N_("Procedure"), N_("Who"), N_("Since")),
        *(N_("Working hours"), N_("Due")),
    )
    cells: list[list[Value]] = [
        [
            one.dossier_code,
            one.names.element(one.element_id, one.name, language),
            one.names.title(language),
            one.assignee,
            wording.moment_words(one.created_at),
            _hour(waited.total_seconds()),
            wording.moment_words(one.due_at),
        ]
        for one, waited in rows
    ]
    return sheets.answer(kind, Sheet("open-tasks", title, [], headings, cells))


def ways(kind: str, asked: Asked, gone: Ways) -> Response:
    """Return the ways that dossiers went and how many each."""
    headings = sheets.headings(N_("Dossiers"), N_("The ways that dossiers went"))
    cells: list[list[Value]] = [
        [one.count, " → ".join(asked.elements.get(key, key) for key in one.elements)]
        for one in gone.variants
    ]
    return sheets.answer(kind, Sheet("ways", asked.title, [_period(asked)], headings, cells))


def repeated(kind: str, asked: Asked, gone: Ways) -> Response:
    """Return the tasks that dossiers came to more than once."""
    headings = sheets.headings(N_("Task"), N_("Dossiers"), N_("Times"), N_("Times at most"))
    cells: list[list[Value]] = [
        [asked.elements.get(one.element_id, one.element_id), one.dossiers, one.visits, one.most]
        for one in gone.rework
    ]
    return sheets.answer(kind, Sheet("repeated", asked.title, [_period(asked)], headings, cells))


def _period(asked: Asked) -> str:
    return f"{asked.wanted.since:%d/%m/%Y} – {asked.wanted.until:%d/%m/%Y}"


def _row(line: heat.Line) -> list[Value]:
    figures, before = line.figures, line.before
    samples = (figures.total, figures.waiting, figures.working) if figures else (None,) * 3
    percent = figures.over_percent if figures and line.over != "–" else None
    return [
        line.element.id,
        line.element.name,
        line.element.unit,
        line.count,
        *(cell for sample in samples for cell in _hours(sample)),
        _hour(line.element.limit_seconds) if line.element.limit_seconds else None,
        percent,
        before.count if before else 0,
        _hours(before.total if before else None)[0],
        _hour(figures.excess_seconds) if figures else None,
        _hour(figures.sum_seconds) if figures else None,
        *_bins(line),
    ]


def _bins(line: heat.Line) -> list[Value]:
    if line.figures is None or line.count < ENOUGH:
        return [None] * BINS
    return list(line.figures.bins)


def _hours(sample: Spread | None) -> list[Value]:
    if sample is None:
        return [None, None, None]
    return [_hour(sample.median), _hour(sample.mean), _hour(sample.p90)]


def _hour(seconds: float) -> float:
    return round(seconds / 3600, 2)
