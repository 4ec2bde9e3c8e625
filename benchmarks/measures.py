"""A monthly report and a breakdown of timings over a province's years, on PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks import models
from benchmarks.measure import Result, milliseconds
from benchmarks.office import office
from benchmarks.provinces import copy_dossiers, quieten, tidy
from scripts.postgresql import temporary_server
from webapp import report_definitions, report_figures
from webapp.calendars import agency_calendar
from webapp.models import TimingSummed
from webapp.queries import breakdowns, timings
from webapp.queries.breakdowns import StayFilter
from webapp.report_facts import period

ASKED = 9  # times
AT_ONCE = 50_000  # rows of one statement
DAYS = 730  # over which dossiers are received
LAST = date(2026, 10, 31)
STAYS_PER_EVENT = 4  # events of one stay: entered, claimed, completed, and one beside
_SPREAD = text(
    "UPDATE dossier SET received_at = s.at, decided_at = CASE WHEN s.k % 20 > 0 THEN"
    " s.at + interval '6 days' END, promised_at = s.at + interval '7 days', state ="
    " CASE WHEN s.k % 20 > 0 THEN 9 ELSE 4 END, verdict = CASE WHEN s.k % 20 = 0 THEN ''"
    " WHEN s.k % 10 = 1 THEN 'late' ELSE 'early' END, channel = (ARRAY['online', 'counter',"
    " 'post'])[1 + s.k % 3] FROM (SELECT id, n AS k, :last - (n % :days) * interval '1 day' AS at"
    " FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM dossier) AS o) AS s"
    " WHERE s.id = dossier.id"
)
_DAYS = text(
    "INSERT INTO timing_day (id, day, definition_id, element_id, desk, channel, stays,"
    " waiting_seconds, working_seconds, paused_seconds, elapsed_seconds, limited, over)"
    " SELECT gen_random_uuid(), :last - d, id, 'task' || e, 'desk' || k, c, :stays, 3600 * :stays,"
    " 1800 * :stays, 0, 90000 * :stays, :stays, :stays / 10 FROM process_definition,"
    " generate_series(0, :days - 1) AS d, generate_series(1, 12) AS e,"
    " generate_series(1, 20) AS k, unnest(ARRAY['online', 'counter', 'post']) AS c"
)
_ROWS_A_DAY = 12 * 20 * 3


def report_1m() -> Result:
    """Measure a month's report with a million dossiers in the database."""
    return report(1_000_000)


def report_50k() -> Result:
    """Measure the same with fifty thousand."""
    return report(50_000)


def timings_10m() -> Result:
    """Measure a year's breakdown, with the year before, of ten million events."""
    return breakdown(10_000_000)


def report(dossiers: int) -> Result:
    """Measure the figures of form II.06a for one month."""
    with temporary_server() as server, office(server.new_database(), people_count=1) as place:
        place.receive(1)
        with place.database.reading() as session:
            quieten(session)
        for start in range(1, dossiers, AT_ONCE):
            with place.database.transaction() as session:
                copy_dossiers(session, start, min(start + AT_ONCE, dossiers) - 1)
        with place.database.transaction() as session:
            last = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC)
            session.execute(_SPREAD, {"last": last, "days": DAYS})
        definition = report_figures.definition_from(report_definitions.shipped()[0])
        span = period(LAST.replace(day=1), LAST, agency_calendar(), at=_after())

        def ask(session: Session) -> int:
            cells = report_figures.live_cells(session, span, None)
            names = report_figures.names_of(session, cells, LAST)
            found = report_figures.figures(definition, cells, names, "field")
            return found.lines[0].numbers[0]

        with place.database.reading() as session:
            tidy(session)
            counted = ask(session)
            spent = [milliseconds(lambda: ask(session)) for _ in range(ASKED)]
    return _result(spent, {"dossiers": dossiers, "in_the_month": counted})


def breakdown(events: int) -> Result:
    """Measure the times by desk of a year and of the year before."""
    rows = 2 * 365 * _ROWS_A_DAY
    stays = max(1, events // STAYS_PER_EVENT // rows)
    with temporary_server() as server, office(server.new_database(), people_count=1) as place:
        with place.database.transaction() as session:
            told = {"last": LAST, "days": DAYS, "stays": stays}
            session.execute(_DAYS, told)
            session.add(TimingSummed(day=LAST, summed_at=_after()))
        with place.database.reading() as session:
            tidy(session)
            ids = timings.definition_ids(session, models.PROCESS_ID)
            wanted = StayFilter(ids, LAST - timedelta(days=364), LAST)
            call: Callable[[], object] = lambda: breakdowns.shares(session, wanted, "desk")  # noqa: E731
            call()
            spent = [milliseconds(call) for _ in range(ASKED)]
    return _result(spent, {"events": events, "rows_of_days": rows})


def _after() -> datetime:
    return datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) + timedelta(days=3)


def _result(spent: list[float], beside: dict[str, int]) -> Result:
    return Result(
        value=round(median(spent), 1), unit="ms", median_of=len(spent), beside=dict(beside)
    )
