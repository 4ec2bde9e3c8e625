"""ISO 8601 durations: office time for limits, elapsed time for timers."""

import calendar as months_of
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine.errors import InvalidModelError
from engine.texts import N_
from engine.worktime.calendars import Calendar, day_length

OFFICE_DAY = timedelta(hours=8)  # what one day of a limit means where no calendar is at hand
DAYS_OF_A_WEEK = 5
LONGEST = timedelta(days=3660)

_NUMBER = r"[0-9]{1,6}(?:[.,][0-9]{1,6})?"
_ISO = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?"
    rf"(?:({_NUMBER})W)?(?:({_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:({_NUMBER})H)?(?:({_NUMBER})M)?(?:({_NUMBER})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Elapsed time: whole months, which have no fixed length, and the rest."""

    months: int
    rest: timedelta

    def after(self, start: datetime) -> datetime:
        """Return the instant this much later; a month keeps the day, clamped to the month's end."""
        year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        last = months_of.monthrange(year, month + 1)[1]
        moved = start.replace(year=year, month=month + 1, day=min(start.day, last))
        return moved + self.rest


def parse_duration(text: str) -> Duration:
    """Return the elapsed time that ``PT5M``, ``P2D`` or ``P1Y6M`` spells.

    Raises InvalidModelError for any other text and for more than ten years.
    """
    years, months, weeks, days, hours, minutes, seconds = _parts(text)
    rest = timedelta(
        weeks=float(weeks), days=float(days), hours=float(hours), minutes=float(minutes),
        seconds=float(seconds),
    )  # fmt: skip
    duration = Duration(int(years * 12 + months), rest)
    if timedelta(days=31 * duration.months) + rest > LONGEST:
        raise InvalidModelError(
            N_("“%(text)s” is longer than ten years. Write a shorter duration."),
            params={"text": text},
        )
    return duration


def parse_limit(text: str, calendar: Calendar | None = None) -> timedelta:
    """Return the office time that ``P3D``, ``P0.5D`` or ``PT4H`` spells.

    One day is a full working day of ``calendar`` (eight hours without one), one week five days.
    Raises InvalidModelError for any other text, for months and years, and for more than ten years.
    """
    years, months, weeks, days, hours, minutes, seconds = _parts(text)
    if years or months:
        raise InvalidModelError(
            N_("“%(text)s” counts months. Write the limit in working days, for example P20D."),
            params={"text": text},
        )
    day = day_length(calendar) if calendar else OFFICE_DAY
    whole_days = float(weeks * DAYS_OF_A_WEEK + days)
    clock = timedelta(hours=float(hours), minutes=float(minutes), seconds=float(seconds))
    if whole_days * timedelta(days=1) + clock > LONGEST:
        raise InvalidModelError(
            N_("“%(text)s” is longer than ten years. Write a shorter duration."),
            params={"text": text},
        )
    return day * whole_days + clock


def parse_days(text: str) -> int:
    """Return the whole working days that ``P3D`` or ``P2W`` spells; a part of one counts whole.

    Raises InvalidModelError for text that is not a limit in days.
    """
    limit = parse_limit(text)
    return math.ceil(limit / OFFICE_DAY)


def _parts(text: str) -> tuple[Decimal, ...]:
    """Return years, months, weeks, days, hours, minutes and seconds."""
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise InvalidModelError(
            N_("“%(text)s” is not a duration. Write for example P3D for three days or PT4H."),
            params={"text": text[:80]},
        )
    return tuple(Decimal((part or "0").replace(",", ".")) for part in found.groups())
