"""When applicants come in the demo's three months."""

from datetime import datetime, time, timedelta
from itertools import count, islice
from random import Random
from zoneinfo import ZoneInfo

from engine import worktime
from webapp.calendars import agency_calendar
from webapp.demo import rhythm

_QUARTER = timedelta(minutes=15)
_HOURS = ((time(7, 40), time(11, 20)), (time(13, 35), time(16, 50)))  # when applicants come


def last_moments(now: datetime) -> list[datetime]:
    """Return one instant per procedure in the last office hours before ``now``, earliest first."""
    calendar = agency_calendar()
    last = now.replace(second=0, microsecond=0)
    steps = (last - _QUARTER * number for number in count(1))
    open_ones = (at for at in steps if worktime.clock_start(at, calendar) == at)
    return sorted(islice(open_ones, len(rhythm.MIX)))


def past(random: Random, first: datetime, last: datetime) -> list[datetime]:
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
