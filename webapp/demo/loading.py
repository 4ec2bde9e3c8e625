"""Filling an empty house with the demo, once."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from webapp.actors import Actor
from webapp.config import DEFAULT_AGENCY_CODE
from webapp.db import Database
from webapp.demo import arrivals, procedures, rhythm
from webapp.demo.office import Office
from webapp.demo.opening import set_up
from webapp.demo.staff import Staff
from webapp.demo.together import Together
from webapp.filestore import FileStore
from webapp.models import Dossier

log = logging.getLogger(__name__)
WEEKS = 13  # of past dossiers: three months
SEED = 20260705

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
    people, offices = set_up(database, first_day, agency_code)
    random = Random(SEED)  # noqa: S311  (a play, no secret)
    staff = Staff(people, random, rhythm.day_of(first_day), rhythm.day_of(now))
    with Together(database) as together:
        office = Office(
            together,
            staff,
            random,
            agency_code,
            files,
            offices,
            now,
            passed=lambda at: passed((at - first_day) / (now - first_day)),
        )
        for change in procedures.CHANGES:
            moment = rhythm.later(first_day + timedelta(weeks=weeks * change.after), 0)
            office.plan(moment, partial(_change, together, people["binh"], change))
        for at in arrivals.past(office.random, first_day, now):
            office.plan_arrival(at)
        for key, at in zip(rhythm.MIX, arrivals.last_moments(now), strict=True):
            office.plan_arrival(at, key)
        office.play()
    log.info("demo loaded")
    return True


def has_dossiers(database: Database) -> bool:
    """Tell whether anybody has handed in a dossier yet."""
    with database.reading() as session:
        return session.scalars(select(Dossier.id).limit(1)).first() is not None


def _change(database: Together, analyst: Actor, change: procedures.Change, at: datetime) -> None:
    with database.transaction() as session:
        procedures.publish_change(session, change, actor=analyst, at=at)
