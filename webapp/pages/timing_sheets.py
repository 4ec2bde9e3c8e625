"""The figures of each task of a procedure as CSV and XLSX."""

from collections.abc import Sequence

from flask import Response

from webapp.pages import heat, sheets
from webapp.pages.breakdown_filters import Asked
from webapp.pages.sheets import Heading, Sheet, Value
from webapp.queries.samples import Spread

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
)


def answer(kind: str, asked: Asked, lines: Sequence[heat.Line]) -> Response:
    """Return the table as a file: hours of office time, the period before beside it."""
    period = f"{asked.wanted.since:%d/%m/%Y} – {asked.wanted.until:%d/%m/%Y}"
    headings = [Heading(one) for one in _HEADINGS]
    rows = [_row(line) for line in lines]
    name = f"timings-{asked.version or 'all'}"
    return sheets.answer(kind, Sheet(name, asked.title, [period], headings, rows))


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
    ]


def _hours(sample: Spread | None) -> list[Value]:
    if sample is None:
        return [None, None, None]
    return [_hour(sample.median), _hour(sample.mean), _hour(sample.p90)]


def _hour(seconds: float) -> float:
    return round(seconds / 3600, 2)
