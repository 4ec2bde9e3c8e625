"""ISO 8601 texts of dates, times and durations: reading and writing them."""

import re

from engine.feel.moments import (
    DAY,
    HOUR,
    LONGEST_OFFSET,
    MINUTE,
    SECOND,
    Clock,
    Day,
    Duration,
    Moment,
    Months,
    Zone,
    day_at,
    day_of,
    is_zone,
)

Temporal = Day | Clock | Moment | Duration | Months

_DATE = re.compile(r"(-?)([0-9]{4}|[1-9][0-9]{4,8})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9})[0-9]*)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z_+\-/0-9]{1,64})?"
)
_N = "[0-9]{1,18}"
_DURATION = re.compile(
    rf"(-?)P(?=[0-9T])(?:({_N})Y)?(?:({_N})M)?(?:({_N})D)?"
    rf"(?:T(?=[0-9])(?:({_N})H)?(?:({_N})M)?(?:({_N})(?:\.([0-9]{{0,9}})[0-9]*)?S)?)?"
)
_LONGEST_TEXT = 120


def read_date(text: str) -> Day | None:
    """Return the date that ``2026-11-24`` spells, or ``None``."""
    found = _DATE.fullmatch(text[:_LONGEST_TEXT])
    if found is None:
        return None
    year = -int(found[2]) if found[1] else int(found[2])
    return day_of(year, int(found[3]), int(found[4]))


def read_time(text: str) -> Clock | None:
    """Return the time ``07:30:00`` spells, also with ``+07:00`` or ``@Asia/Ho_Chi_Minh``."""
    found = _TIME.fullmatch(text[:_LONGEST_TEXT])
    if found is None:
        return None
    hour, minute, second = (int(found[part]) for part in (1, 2, 3))
    if hour == 24 and minute == second == 0:
        hour = 0
    known, zone = _read_zone(found[5])
    if hour > 23 or minute > 59 or second > 59 or not known:
        return None
    nanos = hour * HOUR + minute * MINUTE + second * SECOND
    return Clock(nanos + int((found[4] or "0").ljust(9, "0")), zone)


def _read_zone(text: str | None) -> tuple[bool, Zone]:
    if text is None:
        return True, None
    if text == "Z":
        return True, 0
    if text[0] == "@":
        return is_zone(text[1:]), text[1:]
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = hours * 3600 + minutes * 60 + sum(seconds)
    known = minutes < 60 and sum(seconds) < 60 and offset <= LONGEST_OFFSET
    return known, -offset if text[0] == "-" else offset


def read_moment(text: str) -> Moment | None:
    """Return the moment ``2026-11-24T07:30:00`` spells (a date: its midnight), or ``None``."""
    day_text, separator, time_text = text[:_LONGEST_TEXT].partition("T")
    day = read_date(day_text)
    clock = read_time(time_text) if separator else Clock(0)
    if day is not None and time_text.startswith("24:"):
        day = day_at(day.ordinal + 1)
    return None if day is None or clock is None else Moment(day, clock.nanos, clock.zone)


def read_duration(text: str) -> Duration | Months | None:
    """Return the duration that ``P3D``, ``PT2H`` or ``P1Y6M`` spells, or ``None``."""
    found = _DURATION.fullmatch(text[:_LONGEST_TEXT])
    if found is None or text.endswith("T"):
        return None
    sign = -1 if found[1] else 1
    years, months, days, hours, minutes, seconds, fraction = found.groups()[1:]
    calendar, exact = years or months, days or hours or minutes or seconds
    if calendar:
        return None if exact else Months(sign * (int(years or 0) * 12 + int(months or 0)))
    if not exact:
        return None
    nanos = int(days or 0) * DAY + int(hours or 0) * HOUR + int(minutes or 0) * MINUTE
    nanos += int(seconds or 0) * SECOND + int((fraction or "0").ljust(9, "0"))
    return Duration(sign * nanos)


def any_literal(text: str) -> Temporal | None:
    """Return what follows ``@``: a duration, date, time or moment, or ``None``."""
    for read in (read_duration, read_date, read_time):
        if (value := read(text)) is not None:
            return value
    return read_moment(text) if "T" in text else None


def text_of(value: Temporal) -> str:
    """Return the ISO 8601 text of a date, time, moment or duration (DMN 10.3.4.1, string)."""
    if isinstance(value, Day):
        return _date_text(value)
    if isinstance(value, Clock):
        return _clock_text(value.nanos) + _zone_text(value.zone)
    if isinstance(value, Moment):
        clock = _clock_text(value.nanos) + _zone_text(value.zone)
        return f"{_date_text(value.day)}T{clock}"
    return _months_text(value.count) if isinstance(value, Months) else _duration_text(value.nanos)


def _date_text(day: Day) -> str:
    sign = "-" if day.year < 0 else ""
    return f"{sign}{abs(day.year):04d}-{day.month:02d}-{day.day:02d}"


def _clock_text(nanos: int) -> str:
    seconds, fraction = divmod(nanos, SECOND)
    hours, rest = divmod(seconds, 3600)
    text = f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    return text + (f".{fraction:09d}".rstrip("0") if fraction else "")


def _zone_text(zone: Zone) -> str:
    if zone is None:
        return ""
    if isinstance(zone, str):
        return "@" + zone
    if zone == 0:
        return "Z"
    hours, rest = divmod(abs(zone), 3600)
    seconds = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{'-' if zone < 0 else '+'}{hours:02d}:{rest // 60:02d}{seconds}"


def _months_text(count: int) -> str:
    years, months = divmod(abs(count), 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if count < 0 else "") + "P" + (parts or "0M")


def _duration_text(nanos: int) -> str:
    days, rest = divmod(abs(nanos), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, fraction = divmod(rest, SECOND)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += f"{seconds}" + (f".{fraction:09d}".rstrip("0") if fraction else "") + "S"
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if nanos < 0 else "") + "P" + (text or "T0S")
