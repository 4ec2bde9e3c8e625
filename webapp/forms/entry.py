"""Numbers and dates as people in Viet Nam type and read them."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from babel.numbers import format_decimal

_DATE = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})")
_COMPACT_DATE = re.compile(r"(\d{2})(\d{2})(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}")


def read_number(text: str, language: str = "vi") -> Decimal:
    """Return the number a person typed; raises ValueError where it is none.

    "1.250,5", "1250,5" and "86.4" are all understood. A single mark before exactly three
    digits is the thousands mark of that language: "1.250" is 1250 in Vietnamese.
    """
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


def write_number(value: object, language: str = "vi") -> str:
    """Return a stored number as people read it; anything else as plain text."""
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return str(format_decimal(number, locale=language, decimal_quantization=False))


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
