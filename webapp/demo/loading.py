"""Filling an empty house with the demo, once."""

import logging
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine import worktime
from webapp.calendars import agency_calendar
from webapp.config import DEFAULT_AGENCY_CODE
from webapp.db import Database
from webapp.demo import procedures, rhythm
from webapp.demo.office import Office
from webapp.demo.people import add_people
from webapp.models import Dossier, ProcessDefinition

log = logging.getLogger(__name__)
WEEKS = 4  # of past dossiers
SEED = 20260705
_OPENING, _CLOSING = time(7, 45), time(16, 45)  # when applicants come


def load(
    database: Database, *, now: datetime, agency_code: str = DEFAULT_AGENCY_CODE, weeks: int = WEEKS
) -> bool:
    """Add people, procedures and past dossiers; False when there are dossiers already.

    Played with a simulated clock that stops at ``now``: nothing lies in the future.
    """
    first_day = now - timedelta(weeks=weeks)
    with database.transaction() as session:
        if session.scalars(select(Dossier.id).limit(1)).first() is not None:
            return False
        people = add_people(session, first_day - timedelta(days=10))
        if session.scalars(select(ProcessDefinition.id).limit(1)).first() is None:
            procedures.publish_first(
                session, actor=people["binh"], at=first_day - timedelta(days=7)
            )
    office = Office(database, people, Random(SEED), agency_code, now)  # noqa: S311  (a play)
    office.plan(first_day + timedelta(weeks=weeks / 2), lambda at: _change(database, office, at))
    for at in _arrivals(office.random, first_day, now):
        office.plan_arrival(at)
    office.play()
    log.info("demo loaded")
    return True


def _change(database: Database, office: Office, at: datetime) -> None:
    with database.transaction() as session:
        procedures.publish_change(session, actor=office.people["binh"], at=at)


def _arrivals(random: Random, first: datetime, last: datetime) -> list[datetime]:
    """Return the instants when applicants come, on working days between opening and closing."""
    calendar = agency_calendar()
    zone = ZoneInfo(calendar.tz)
    day, end = calendar.local(first).date(), calendar.local(last).date()
    instants = []
    while day <= end:
        if calendar.is_working_day(day):
            busy = day > end - rhythm.BUSY
            many = rhythm.BUSY_ARRIVALS_PER_DAY if busy else rhythm.ARRIVALS_PER_DAY
            for _ in range(random.randint(*many)):
                opening = datetime.combine(day, _OPENING, zone)
                length = datetime.combine(day, _CLOSING, zone) - opening
                at = opening + length * random.betavariate(1.6, 2.0)
                instants.append(worktime.clock_start(at, calendar).replace(microsecond=0))
        day += timedelta(days=1)
    return sorted(instants)
