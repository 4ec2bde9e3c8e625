"""The calendar of the agency at whose pages somebody looks, read once for each request."""

from flask import g

from engine.worktime import Calendar
from webapp import agency_calendars
from webapp.pages.product import config, database


def calendar() -> Calendar:
    """Return the calendar that the agency of this site keeps; the built-in one without any."""
    found: Calendar | None = g.get("office_calendar")
    if found is None:
        with database().reading() as session:
            found = agency_calendars.current(session, config().agency_code)
        g.office_calendar = found
    return found
