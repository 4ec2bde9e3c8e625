"""Moments that people type."""

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.texts import N_
from webapp.calendars import TIMEZONE
from webapp.errors import RejectedError

_FORMS = ("%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%Y-%m-%dT%H:%M")


def read_moment(text: str) -> datetime:
    """Return ``24/11/2026 07:30`` on the agency's clock. Raises RejectedError."""
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=ZoneInfo(TIMEZONE))
        except ValueError:
            continue
    raise RejectedError(N_("“%(text)s” is no moment. Write 24/11/2026 07:30."), text=text[:40])
