"""Dates, times and durations: reading their texts, writing them, their parts."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.values import Months

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}|@[A-Za-z_+\-/0-9]{1,64})?"
)
_DURATION = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
)
_MICROSECOND = timedelta(microseconds=1)


def read_date(text: str) -> date | None:
    """Return the date that ``2026-11-24`` spells, or ``None``."""
    found = _DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """Return the time ``07:30:00`` spells, also with ``+07:00`` or ``@Asia/Ho_Chi_Minh``."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction, zone = found.groups()
    try:
        return time(
            int(hour), int(minute), int(second), int((fraction or "0")[:6].ljust(6, "0")),
            tzinfo=_zone(zone),
        )  # fmt: skip
    except (ValueError, KeyError, OSError):
        return None


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    if text[0] == "@":
        return ZoneInfo(text[1:])
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)


def read_datetime(text: str) -> datetime | None:
    """Return the instant ``2026-11-24T07:30:00`` spells (a date: its midnight), or ``None``."""
    day_text, separator, time_text = text.partition("T")
    day = read_date(day_text)
    clock = read_time(time_text) if separator else time()
    return None if day is None or clock is None else datetime.combine(day, clock)


def read_duration(text: str) -> timedelta | Months | None:
    """Return the duration that ``P3D``, ``PT2H`` or ``P1Y6M`` spells, or ``None``."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    sign = -1 if found[1] else 1
    years, months, *rest = found.groups()[1:]
    if years or months:
        return None if any(rest) else Months(sign * (int(years or 0) * 12 + int(months or 0)))
    days, hours, minutes, seconds = rest
    micros = int(Decimal(seconds or 0) * 1_000_000)
    try:
        return sign * timedelta(int(days or 0), 0, micros, 0, int(minutes or 0), int(hours or 0))
    except OverflowError:
        return None


def any_literal(text: str) -> date | time | datetime | timedelta | Months | None:
    """Return what follows ``@``: a duration, date, time or instant, or ``None``."""
    for read in (read_duration, read_date, read_time, read_datetime):
        if (value := read(text)) is not None:
            return value
    return None


def text_of(value: Any) -> str:
    """Return the ISO 8601 text of a date, time, instant or duration."""
    if isinstance(value, Months):
        return _months_text(value.count)
    if isinstance(value, timedelta):
        return _duration_text(value)
    return str(value.isoformat()).replace("+00:00", "Z")


def _months_text(count: int) -> str:
    years, months = divmod(abs(count), 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if count < 0 else "") + "P" + (parts or "0M")


def _duration_text(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    days = f"{value.days}D" if value.days else ""
    return f"{sign}P{days}" + (f"T{clock}" if clock else "") if days or clock else "PT0S"


def plus_months(day: date, months: int) -> date | None:
    """Return the same day ``months`` later, clamped to the month's end; keeps a time of day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def months_between(start: date, end: date) -> Months:
    """Return the full months from ``start`` to ``end``."""
    count = (end.year - start.year) * 12 + end.month - start.month
    if count > 0 and end.day < start.day:
        count -= 1
    elif count < 0 and end.day > start.day:
        count += 1
    return Months(count)


def shift_clock(clock: time, by: timedelta) -> time:
    """Return the time of day ``by`` later, running on over midnight."""
    moment = datetime.combine(date(2000, 1, 3), clock.replace(tzinfo=None)) + by % timedelta(days=1)
    return moment.time().replace(tzinfo=clock.tzinfo)


def clock_difference(left: time, right: time) -> timedelta | None:
    """Return how much later ``left`` is than ``right``; ``None`` when one has no time zone."""
    if (left.utcoffset() is None) != (right.utcoffset() is None):
        return None
    day = date(2000, 1, 3)
    return datetime.combine(day, left) - datetime.combine(day, right)


def part(value: Any, name: str) -> Any:
    """Return one property such as ``year``, ``weekday``, ``hours``; ``None`` when there is none."""
    parts = _parts(value)
    return parts.get(name)


def _parts(value: Any) -> dict[str, Any]:
    if isinstance(value, Months):
        sign = -1 if value.count < 0 else 1
        years, months = divmod(abs(value.count), 12)
        return {"years": sign * years, "months": sign * months}
    if isinstance(value, timedelta):
        return _duration_parts(value)
    parts: dict[str, Any] = {}
    if isinstance(value, date):
        parts |= {"year": value.year, "month": value.month, "day": value.day}
        parts["weekday"] = value.isoweekday()
    if isinstance(value, time | datetime):
        parts |= {"hour": value.hour, "minute": value.minute, "time offset": value.utcoffset()}
        parts["second"] = value.second
        parts["timezone"] = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None
    return parts


def _duration_parts(value: timedelta) -> dict[str, Any]:
    sign, value = (-1, -value) if value < timedelta() else (1, value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    exact = Decimal(seconds) + Decimal(value.microseconds) / 1_000_000
    return {
        "days": sign * value.days,
        "hours": sign * hours,
        "minutes": sign * minutes,
        "seconds": sign * (exact if value.microseconds else seconds),
    }


def scaled(value: timedelta, factor: Decimal) -> timedelta:
    """Return the duration times ``factor``, cut to microseconds. Raises OverflowError."""
    return timedelta(microseconds=int(Decimal(value // _MICROSECOND) * factor))


def ratio(left: timedelta, right: timedelta) -> Decimal:
    """Return how often ``right`` fits into ``left``."""
    return Decimal(left // _MICROSECOND) / Decimal(right // _MICROSECOND)
