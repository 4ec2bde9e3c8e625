"""Where the time of a period went, beside the period before: table, ways, files."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template
from flask_babel import gettext

from engine.texts import N_
from webapp.errors import RejectedError
from webapp.pages import log_words, sheets, timing_sheets
from webapp.pages.breakdown_filters import NAMES, Asked, asked_for
from webapp.pages.product import database
from webapp.pages.sheets import Heading, Sheet
from webapp.queries import breakdowns, ways, xes
from webapp.queries.breakdowns import Share

bp = Blueprint("breakdowns", __name__, url_prefix="/timings")


@bp.get("/<key>/breakdown")
def breakdown(key: str) -> str | tuple[str, int]:
    """Show waiting, working and paused time by element, desk, agency, version or channel."""
    with database().reading() as session:
        asked = asked_for(session, key)
        rows = breakdowns.shares(session, asked.wanted, asked.dimension)
        gone = ways.ways(session, asked.wanted)
    page = render_template(
        "monitoring/breakdown.html",
        asked=asked,
        rows=rows,
        total=breakdowns.total,
        gone=gone,
        dimensions=NAMES,
        choices=asked.choices(),
    )
    return (page, 422) if asked.problem else page


@bp.get("/<key>/breakdown.<any(csv, xlsx):kind>")
def breakdown_file(key: str, kind: str) -> Response:
    """Return the same table as a file; hours."""
    with database().reading() as session:
        asked = asked_for(session, key)
        rows = breakdowns.shares(session, asked.wanted, asked.dimension)
    period = f"{asked.wanted.since:%d/%m/%Y} – {asked.wanted.until:%d/%m/%Y}"
    cells = [_cells(asked, row) for row in rows]
    name = f"breakdown-{asked.dimension}"
    return sheets.answer(kind, Sheet(name, asked.title, [period], _headings(asked), cells))


@bp.get("/<key>/ways.<any(csv, xlsx):kind>")
def ways_file(key: str, kind: str) -> Response:
    """Return the ways that dossiers went as a table, the one gone most often first."""
    with database().reading() as session:
        asked = asked_for(session, key)
        gone = ways.ways(session, asked.wanted, most=ways.IN_FILES)
    return timing_sheets.ways(kind, asked, gone)


@bp.get("/<key>/repeated.<any(csv, xlsx):kind>")
def repeated_file(key: str, kind: str) -> Response:
    """Return the tasks that dossiers came to more than once as a table."""
    with database().reading() as session:
        asked = asked_for(session, key)
        gone = ways.ways(session, asked.wanted)
    return timing_sheets.repeated(kind, asked, gone)


@bp.get("/<key>/log.xes")
def log_xes(key: str) -> Response:
    """Return the event log of the dossiers of the period for process mining, as it is read."""
    with database().reading() as session:
        asked = asked_for(session, key)
        if asked.problem:
            raise RejectedError(N_("Enter the day as day/month/year."))
        named = log_words.named(session, xes.definitions_in(session, asked.wanted))

    used = database()

    def pieces() -> Iterator[str]:
        with used.reading() as session:
            yield from xes.pieces(session, asked.wanted, named, asked.title)

    headers = {"Content-Disposition": 'attachment; filename="log.xes"'}
    return Response(pieces(), mimetype="application/xml", headers=headers)


def _headings(asked: Asked) -> list[Heading]:
    office, elapsed = gettext("Working hours"), gettext("Calendar hours")
    before = gettext("The period before")
    return [
        Heading(gettext(NAMES[asked.dimension])),
        Heading(gettext("Times")),
        Heading(gettext("Waiting"), (office,)),
        Heading(gettext("Being worked on"), (office,)),
        Heading(gettext("Of these paused"), (office,)),
        Heading(gettext("Total"), (elapsed,)),
        Heading(gettext("With a limit")),
        Heading(gettext("Over the limit")),
        Heading(gettext("Times"), (before,)),
        Heading(gettext("Waiting"), (before,)),
        Heading(gettext("Being worked on"), (before,)),
    ]


def _cells(asked: Asked, row: Share) -> list[sheets.Value]:
    now, before = row.sums, row.before
    return [
        asked.name(row.key),
        now.stays,
        *(
            _hours(one)
            for one in (
                now.waiting_seconds,
                now.working_seconds,
                now.paused_seconds,
                now.elapsed_seconds,
            )
        ),
        now.limited,
        now.over,
        before.stays,
        _hours(before.waiting_seconds),
        _hours(before.working_seconds),
    ]


def _hours(seconds: int) -> float:
    return round(seconds / 3600, 2)
