"""Filling an empty house with the demo, once."""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count, islice
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine import worktime
from webapp.actors import Actor
from webapp.calendars import agency_calendar
from webapp.config import DEFAULT_AGENCY_CODE
from webapp.db import Database
from webapp.demo import procedures, rhythm
from webapp.demo.office import Office
from webapp.demo.people import add_people
from webapp.demo.staff import Staff
from webapp.filestore import FileStore
from webapp.models import Dossier, ProcessDefinition

log = logging.getLogger(__name__)
WEEKS = 13  # of past dossiers: three months
SEED = 20260705
_QUARTER = timedelta(minutes=15)
_HOURS = ((time(7, 40), time(11, 20)), (time(13, 35), time(16, 50)))  # when applicants come

Passed = Callable[[float], None]  # is told which part of the play is over, from 0 to 1


def load(
    database: Database,
    files: FileStore,
    *,
    now: datetime,
    agency_code: str = DEFAULT_AGENCY_CODE,
    weeks: int = WEEKS,
    passed: Passed = lambda _part: None,
) -> bool:
    """Add people, procedures and past dossiers; False when there are dossiers already.

    Played with a simulated clock that stops at ``now``: nothing lies in the future.
    """
    if has_dossiers(database):
        return False
    first_day = now - timedelta(weeks=weeks)
    people = _set_up(database, first_day)
    random = Random(SEED)  # noqa: S311  (a play, no secret)
    staff = Staff(people, random, rhythm.day_of(first_day), rhythm.day_of(now))
    office = Office(
        database,
        staff,
        random,
        agency_code,
        files,
        now,
        passed=lambda at: passed((at - first_day) / (now - first_day)),
    )
    half = first_day + timedelta(weeks=weeks / 2)
    office.plan(half, lambda at: _change(database, people["binh"], at))
    for at in _arrivals(office.random, first_day, now):
        office.plan_arrival(at)
    for key, at in zip(rhythm.MIX, _last_office_moments(now), strict=True):
        office.plan_arrival(at, key)
    office.play()
    log.info("demo loaded")
    return True


def _set_up(database: Database, first_day: datetime) -> dict[str, Actor]:
    """Add the people and the procedures; return the people by user name."""
    with database.transaction() as session:
        people = add_people(session, first_day - timedelta(days=10))
        if session.scalars(select(ProcessDefinition.id).limit(1)).first() is None:
            procedures.publish_first(
                session,
                actor=people["binh"],
                at=worktime.clock_start(first_day - timedelta(days=7), agency_calendar()),
            )
    return people


def has_dossiers(database: Database) -> bool:
    """Tell whether anybody has handed in a dossier yet."""
    with database.reading() as session:
        return session.scalars(select(Dossier.id).limit(1)).first() is not None


def _change(database: Database, analyst: Actor, at: datetime) -> None:
    with database.transaction() as session:
        procedures.publish_change(session, actor=analyst, at=at)


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
            visitors = random.randint(*many) * rhythm.WEEKDAYS[day.weekday()]
            for _ in range(round(visitors)):
                opening, closing = _HOURS[random.random() >= rhythm.MORNING]
                first_at = datetime.combine(day, opening, zone)
                length = datetime.combine(day, closing, zone) - first_at
                at = first_at + length * random.betavariate(1.4, 2.2)
                instants.append(worktime.clock_start(at, calendar).replace(microsecond=0))
        day += timedelta(days=1)
    return sorted(instants)
