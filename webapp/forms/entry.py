"""Numbers, dates and times as people in Viet Nam type and read them."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from webapp.calendars import TIMEZONE

_DATE = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})")
_COMPACT_DATE = re.compile(r"(\d{2})(\d{2})(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2})\s*[:h.]\s*(\d{2})(?::(\d{2}))?")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}")


def read_number(text: object, language: str = "vi") -> Decimal:
    """Return the number a person typed, or a program gave; raises ValueError where it is none.

    "1.250,5", "1250,5" and "86.4" are all understood. A single mark before exactly three
    digits is the thousands mark of that language: "1.250" is 1250 in Vietnamese.
    """
    if not isinstance(text, str):
        if isinstance(text, bool) or not isinstance(text, int | float | Decimal):
            raise ValueError(text)
        return Decimal(str(text))
    compact = re.sub(r"[\s\u00a0\u202f]", "", text).replace("\u2212", "-")
    if not _NUMBER.fullmatch(compact):
        raise ValueError(text)
    try:
        return Decimal(_with_point(compact, thousands="," if language == "en" else "."))
    except InvalidOperation as error:
        raise ValueError(text) from error


def read_date(text: str) -> date:
    """Return the day a person typed as day/month/year; raises ValueError where it is none."""
    compact = text.strip()
    if match := _ISO_DATE.fullmatch(compact):
        year, month, day = match.groups()
    elif match := _DATE.fullmatch(compact) or _COMPACT_DATE.fullmatch(compact):
        day, month, year = match.groups()
    else:
        raise ValueError(text)
    return date(int(year), int(month), int(day))


def read_time(text: str) -> time:
    """Return the time of day typed as hh:mm or 14h30; raises ValueError where it is none."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise ValueError(text)
    hour, minute, second = (int(part or 0) for part in match.groups())
    return time(hour, minute, second)


def read_moment(text: str) -> datetime:
    """Return the moment on the agency's clock typed as day/month/year hh:mm; raises ValueError."""
    day, _, clock = text.strip().replace("T", " ").rpartition(" ")
    return datetime.combine(read_date(day), read_time(clock), ZoneInfo(TIMEZONE))


def write_number(value: object, language: str = "vi") -> str:
    """Return a stored number as people read it; anything else as plain text.

    Numbers of more digits than babel can group are written as they are stored.
    """
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        return str(format_decimal(number, locale=language, decimal_quantization=False))
    except InvalidOperation:
        return str(value)


def write_date(value: object) -> str:
    """Return a stored day as 27/03/2026; anything else as plain text."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str) and _ISO_DATE.match(value):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def write_time(value: object) -> str:
    """Return a stored time of day as 14:30; anything else as plain text."""
    try:
        value = time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def write_moment(value: object) -> str:
    """Return a stored moment as 27/03/2026 14:30; anything else as plain text."""
    try:
        value = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    if not isinstance(value, datetime):
        return write_date(value)
    local = value.astimezone(ZoneInfo(TIMEZONE)) if value.tzinfo else value
    return local.strftime("%d/%m/%Y %H:%M")


READERS: dict[str, Callable[[str], date | time]] = {
    "date": read_date,
    "time": read_time,
    "datetime": read_moment,
}
WRITERS: dict[str, Callable[[object], str]] = {
    "date": write_date,
    "time": write_time,
    "datetime": write_moment,
}
"""By the subtype of a datetime field."""


def _with_point(text: str, *, thousands: str) -> str:
    marks = [mark for mark in text if mark in ".,"]
    if not marks:
        return text
    last = marks[-1]
    if _is_grouping(text, marks, thousands):
        return text.replace(".", "").replace(",", "")
    other = "," if last == "." else "."
    whole, _, fraction = text.replace(other, "").rpartition(last)
    return f"{whole}.{fraction}"


def _is_grouping(text: str, marks: list[str], thousands: str) -> bool:
    """Whether the last mark separates thousands, so that there is no fraction at all."""
    if len(set(marks)) > 1:
        return False
    if len(marks) > 1:
        return True
    whole, _, fraction = text.lstrip("+-").partition(marks[0])
    return marks[0] == thousands and len(fraction) == 3 and bool(_THOUSANDS.fullmatch(whole))
