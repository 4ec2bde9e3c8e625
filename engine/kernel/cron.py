"""Cron texts as Camunda writes them: second, minute, hour, day, month, weekday and maybe year.

Five fields are read as the classic cron, at second 0. A day and a weekday that are both given must
both fit, unless one of them is ``?``; ``L`` is the month's last day. Weekdays are 0 or 7 = Sunday
or names. Source: Spring's CronExpression, which Camunda 7 and 8 use.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

_WORDS = {
    name: str(number)
    for names in (
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
    )
    for number, name in enumerate(names, 1)
} | {
    name: str(number)
    for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))
}
_BOUNDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7), (1970, 2199))
_PART = re.compile(r"(?:(\*)|([0-9]{1,4})(?:-([0-9]{1,4}))?)(?:/([0-9]{1,4}))?")
_DAYS_AHEAD = 366 * 9  # far enough for any 29 February


@dataclass(frozen=True, slots=True)
class _Cron:
    fields: tuple[frozenset[int], ...]  # without the weekday 7
    last_day: bool

    def fits(self, day: datetime) -> bool:
        _, _, _, days, months, weekdays, years = self.fields
        in_month = day.day == monthrange(day.year, day.month)[1] if self.last_day else True
        return (
            in_month
            and (self.last_day or day.day in days)
            and day.month in months
            and day.isoweekday() % 7 in weekdays
            and day.year in years
        )


def is_cron(text: str) -> bool:
    """Return whether a text is a cron expression that can be read."""
    return not text.startswith(("P", "R")) and _read(text) is not None


def following(text: str, moment: datetime) -> datetime | None:
    """Return the first instant after the moment, in the moment's time zone, if there is one."""
    cron = _read(text)
    if cron is None:
        return None
    after = (moment + timedelta(seconds=1)).replace(microsecond=0)
    day = after.replace(hour=0, minute=0, second=0)
    for _ in range(_DAYS_AHEAD):
        if cron.fits(day):
            found = _in_day(cron, day, after)
            if found is not None:
                return found
        day = (day + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    return None


def _in_day(cron: _Cron, day: datetime, after: datetime) -> datetime | None:
    seconds, minutes, hours = cron.fields[:3]
    for hour in sorted(hours):
        for minute in sorted(minutes):
            for second in sorted(seconds):
                found = day.replace(hour=hour, minute=minute, second=second)
                if found >= after:
                    return found
    return None


@lru_cache(maxsize=256)
def _read(text: str) -> _Cron | None:
    parts = text.upper().split()
    if len(parts) == 5:
        parts = ["0", *parts]
    if len(parts) == 6:
        parts.append("*")
    if len(parts) != 7:
        return None
    last_day = parts[3] == "L"
    written = [
        "*" if part in ("?", "L") and at in (3, 5) else part for at, part in enumerate(parts)
    ]
    fields = [_field(part, *bounds) for part, bounds in zip(written, _BOUNDS, strict=True)]
    if not all(fields):
        return None
    fields[5] = frozenset(day % 7 for day in fields[5])
    return _Cron(tuple(fields), last_day)


def _field(text: str, lowest: int, highest: int) -> frozenset[int]:
    """Return the numbers that a field stands for; none when it cannot be read."""
    found: set[int] = set()
    for part in text.split(","):
        numbers = re.sub(r"[A-Z]{3}", lambda word: _WORDS.get(word[0], word[0]), part)
        match = _PART.fullmatch(numbers)
        if match is None:
            return frozenset()
        every, first, last, step = match.groups()
        begin = lowest if every else int(first)
        end = highest if every or (step and not last) else int(last or first)
        if not lowest <= begin <= end <= highest or step == "0":
            return frozenset()
        found.update(range(begin, end + 1, int(step or 1)))
    return frozenset(found)
