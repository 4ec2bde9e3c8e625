"""Dates, durations and names as people say them, in the reader's language."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_month_names
from flask_babel import get_locale, gettext

from engine import worktime
from webapp import clock
from webapp.calendars import TIMEZONE
from webapp.saying import HOUR, holiday, in_language, language, local, office_words

__all__ = [
    "HOUR",
    "OFFICE_DAY",
    "SOON",
    "applicant",
    "day_words",
    "decimal",
    "due_words",
    "full_instant_words",
    "holiday",
    "in_language",
    "instant_words",
    "language",
    "local",
    "office_short",
    "office_words",
    "present",
    "size_words",
    "today",
]

OFFICE_DAY = timedelta(hours=8)
_MONTHS = get_month_names("abbreviated", locale="en")
SOON = 2 * OFFICE_DAY  # what is due within two office days is shown as due soon


def applicant(name: str) -> str:
    """Return who applied, as lists show it; words for where the dossier names nobody."""
    return name or gettext("no applicant")


def due_words(due_at: datetime, now: datetime, calendar: worktime.Calendar) -> tuple[str, str]:
    """Return the kind (late, today, soon, ok) and the words of a deadline, in office time."""
    if due_at < now:
        late = worktime.between(due_at, now, calendar)
        return "late", gettext("%(time)s late", time=office_words(late))
    left = worktime.between(now, due_at, calendar)
    words = gettext("%(time)s left", time=office_words(left))
    if local(due_at).date() == local(now).date():
        return "today", words
    return ("soon" if left <= SOON else "ok"), words


def office_short(amount: timedelta) -> str:
    """Return one rounded figure: "2.2 days", "1.1 h", "4 min"; for tables of timings."""
    if amount >= OFFICE_DAY:
        days = decimal(amount / OFFICE_DAY)
        return gettext("1 day") if days == "1" else gettext("%(num)s days", num=days)
    if amount >= HOUR:
        return gettext("%(num)s h", num=decimal(amount / HOUR))
    minutes = round(amount.total_seconds() / 60)
    return gettext("%(num)s min", num=minutes) if minutes else gettext("< 1 min")


def decimal(number: float) -> str:
    """Return ``number`` with at most one digit after the reader's comma or point."""
    text = f"{number:.1f}".removesuffix(".0")
    return text.replace(".", ",") if language() == "vi" else text


def present() -> dict[str, Any]:
    """Return the moment on the agency's clock, which expressions read as now() and today()."""
    at = clock.now().astimezone(ZoneInfo(TIMEZONE))
    return {"now": at, "today": at.date()}


def today() -> date:
    """Return the day on the agency's clock."""
    return local(clock.now()).date()


def day_words(instant: datetime) -> str:
    """Return 21/11/2026 or 21 Nov 2026."""
    here = local(instant)
    if language() == "vi":
        return f"{here:%d/%m/}{here.year:04}"
    return f"{here.day} {_MONTHS[here.month]} {here.year}"


def instant_words(instant: datetime, *, year: bool = False) -> str:
    """Return 21/11 16:00 or 21 Nov 16:00, with the year where asked, or where it is another.

    Put together here: a list has two in each row, and a general way takes five times as long.
    """
    here = local(instant)
    if year or here.year != local(clock.now()).year:
        return f"{day_words(here)} {here:%H:%M}"
    day = f"{here:%d/%m}" if language() == "vi" else f"{here.day} {_MONTHS[here.month]}"
    return f"{day} {here:%H:%M}"


def full_instant_words(instant: datetime) -> str:
    """Return the weekday too: 16:00 thứ Hai 23/11/2026, or 16:00 Monday 23 Nov 2026.

    In Vietnamese as amid a sentence: "thứ Hai" (Decree 30/2020, Annex II), but "Chủ nhật".
    """
    weekday = format_date(local(instant), "EEEE", locale=get_locale())
    if language() == "vi":
        weekday = weekday.replace("Thứ", "thứ").replace("Chủ Nhật", gettext("Sunday"))
    return f"{local(instant):%H:%M} {weekday} {day_words(instant)}"


def moment_words(instant: datetime | None) -> str:
    """Return 20/11/2026 16:20 for a file, in every language; "" for none."""
    return f"{local(instant):%d/%m/%Y %H:%M}" if instant else ""


def size_words(size_bytes: int) -> str:
    """Return 9.7 kB or 9,7 kB."""
    if size_bytes < 1000 * 1000:
        return f"{decimal(max(size_bytes, 100) / 1000)} kB"
    return f"{decimal(size_bytes / 1000 / 1000)} MB"


def first_day(starts_at: datetime) -> str:
    """Return the first day, with the time where it is not the whole day."""
    whole = local(starts_at).time() == time()
    return day_words(starts_at) if whole else instant_words(starts_at, year=True)


def last_day(ends_at: datetime) -> str:
    """Return the last day, with the time where it is not the whole day."""
    whole = local(ends_at).time() == time()
    last = ends_at - timedelta(days=1)
    return day_words(last) if whole else instant_words(ends_at, year=True)
