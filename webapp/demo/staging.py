"""The three months of the demo, planned and played: changes, arrivals, a broken system."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from webapp.actors import Actor
from webapp.demo import arrivals, daily, procedures, rhythm, standins
from webapp.demo.office import Office, Surroundings
from webapp.demo.staff import Staff
from webapp.demo.together import Together
from webapp.filestore import FileStore

SEED = 20260705


def play(
    together: Together,
    people: Mapping[str, Actor],
    surroundings: Surroundings,
    first_day: datetime,
    now: datetime,
    passed: Callable[[datetime], None],
) -> None:
    """Let the people receive and work dossiers from ``first_day`` on; nothing comes after ``now``.

    ``passed`` is told how far the play has come.
    """
    random = Random(SEED)  # noqa: S311  (a play, no secret)
    staff = Staff(people, random, rhythm.day_of(first_day), rhythm.day_of(now))
    office = Office(together, staff, random, surroundings, now, passed=passed)
    for change in procedures.CHANGES:
        moment = rhythm.later(first_day + (now - first_day) * change.after, 0)
        office.plan(moment, partial(_change, together, people["binh"], change))
    for at in arrivals.past(random, first_day, now):
        office.plan_arrival(at)
    for key, at in zip(rhythm.MIX, arrivals.last_moments(now), strict=True):
        office.plan_arrival(at, key)
    daily.plan(office, first_day, random)
    office.play()


def _change(database: Together, analyst: Actor, change: procedures.Change, at: datetime) -> None:
    with database.transaction() as session:
        procedures.publish_change(session, change, actor=analyst, at=at)


def around(
    agency_code: str,
    files: FileStore,
    agencies: Mapping[str, UUID],
    first_day: datetime,
    now: datetime,
) -> Surroundings:
    """Return what the office works with; the tax system breaks down in the middle of the time."""
    middle = first_day + (now - first_day) / 2
    handlers = standins.with_breakdown("tax-registry", middle, middle + timedelta(days=2))
    return Surroundings(agency_code, files, agencies, handlers)
