"""Filling an empty house with the demo, once."""

import logging
from datetime import datetime, time, timedelta
from itertools import count, islice
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
from webapp.filestore import FileStore
from webapp.models import Dossier, ProcessDefinition

log = logging.getLogger(__name__)
WEEKS = 4  # of past dossiers
SEED = 20260705
_QUARTER = timedelta(minutes=15)
_OPENING, _CLOSING = time(7, 45), time(16, 45)  # when applicants come


def load(
    database: Database,
    files: FileStore,
    *,
    now: datetime,
    agency_code: str = DEFAULT_AGENCY_CODE,
    weeks: int = WEEKS,
) -> bool:
    """Add people, procedures and past dossiers; False when there are dossiers already.

    Played with a simulated clock that stops at ``now``: nothing lies in the future.
    """
    if has_dossiers(database):
        return False
    first_day = now - timedelta(weeks=weeks)
    with database.transaction() as session:
        people = add_people(session, first_day - timedelta(days=10))
        if session.scalars(select(ProcessDefinition.id).limit(1)).first() is None:
            procedures.publish_first(
                session,
                actor=people["binh"],
                at=worktime.clock_start(first_day - timedelta(days=7), agency_calendar()),
            )
    random = Random(SEED)  # noqa: S311  (a play, no secret)
    office = Office(database, people, random, agency_code, files, now)
    office.plan(first_day + timedelta(weeks=weeks / 2), lambda at: _change(database, office, at))
    for at in _arrivals(office.random, first_day, now):
        office.plan_arrival(at)
    for key, at in zip(rhythm.MIX, _last_office_moments(now), strict=True):
        office.plan_arrival(at, key)
    office.play()
    log.info("demo loaded")
    return True


def has_dossiers(database: Database) -> bool:
    """Tell whether anybody has handed in a dossier yet."""
    with database.reading() as session:
        return session.scalars(select(Dossier.id).limit(1)).first() is not None


def _change(database: Database, office: Office, at: datetime) -> None:
    with database.transaction() as session:
        procedures.publish_change(session, actor=office.people["binh"], at=at)


def _last_office_moments(now: datetime) -> list[datetime]:
    """Return one instant per procedure in the last office hours before ``now``, earliest first."""
    calendar = agency_calendar()
    last = now.replace(second=0, microsecond=0)
    steps = (last - _QUARTER * number for number in count(1))
    open_ones = (at for at in steps if worktime.clock_start(at, calendar) == at)
    return sorted(islice(open_ones, len(rhythm.MIX)))


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
