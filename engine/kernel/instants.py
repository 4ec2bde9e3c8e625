"""When something is due: instants, durations and cycles of ISO 8601 against a moment."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine import worktime
from engine.errors import EngineError, ExecutionError
from engine.feel import to_text
from engine.kernel import cron
from engine.kernel.scope import Moment
from engine.texts import N_
from engine.worktime import Duration, day_length, parse_duration, parse_limit

UNLIMITED = -1  # repetitions of a cycle without a number
_CYCLE = re.compile(r"R([0-9]{0,6})/(?:([^/]+)/)?(P[^/]+)")


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often (or UNLIMITED), from when, and how far apart."""

    count: int
    start: datetime | None
    period: str


def instant(value: Any, moment: Moment, element_id: str) -> datetime:
    """Return the UTC instant that a value or text names, local to the calendar where it must be."""
    if isinstance(value, str):
        value = _read_instant(value.strip())
    if type(value) is date:
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise _unreadable(value, element_id)
    local: datetime = value if value.tzinfo else value.replace(tzinfo=zone(moment))
    return local.astimezone(UTC)


def after(value: Any, moment: Moment, element_id: str, *, working_time: bool = False) -> datetime:
    """Return the instant that lies a duration after the moment."""
    if working_time:
        return _after_office_time(value, moment, element_id)
    span = _duration(value, element_id)
    try:
        return span.after(moment.at.astimezone(zone(moment))).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise _unreadable(value, element_id) from error


def cycle(value: Any, moment: Moment, element_id: str) -> Cycle:
    """Return the cycle that a text names. Raises ExecutionError."""
    written = value.strip() if isinstance(value, str) else ""
    if cron.is_cron(written):
        return Cycle(UNLIMITED, None, written)
    found = _CYCLE.fullmatch(written)
    if found is None:
        raise _unreadable(value, element_id)
    count, start, period = found.groups()
    return Cycle(
        int(count) if count else UNLIMITED,
        instant(start, moment, element_id) if start else None,
        period,
    )


def following(
    period: str, moment: Moment, element_id: str, *, working_time: bool = False
) -> datetime:
    """Return when a cycle comes round after the moment: a period later, or as cron says."""
    if not cron.is_cron(period):
        return after(period, moment, element_id, working_time=working_time)
    found = cron.following(period, moment.at.astimezone(zone(moment)))
    if found is None:
        raise _unreadable(period, element_id)
    return found.astimezone(UTC)


def due(value: Any, moment: Moment, element_id: str) -> datetime:
    """Return the instant that a value names, be it an instant or a duration from the moment."""
    if isinstance(value, timedelta) or (isinstance(value, str) and value.startswith("P")):
        return after(value, moment, element_id)
    return instant(value, moment, element_id)


def zone(moment: Moment) -> ZoneInfo:
    """Return the time zone that local dates and times are read in."""
    return ZoneInfo(moment.calendar.tz)


def _read_instant(text: str) -> date | datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _duration(value: Any, element_id: str) -> Duration:
    if isinstance(value, timedelta):
        return Duration(0, value)
    try:
        return parse_duration(value.strip())
    except (AttributeError, EngineError) as error:
        raise _unreadable(value, element_id) from error


def _after_office_time(value: Any, moment: Moment, element_id: str) -> datetime:
    calendar = moment.calendar
    try:
        if isinstance(value, timedelta):  # its days mean working days, as they do in a text
            amount = day_length(calendar) * value.days + timedelta(seconds=value.seconds)
        else:
            amount = parse_limit(value.strip(), calendar)
        return worktime.add(moment.at, amount, calendar).astimezone(UTC)
    except (AttributeError, ValueError, OverflowError, EngineError) as error:
        raise _unreadable(value, element_id) from error


def _unreadable(value: Any, element_id: str) -> ExecutionError:
    if value is None:
        return ExecutionError(
            N_(
                "The time that is computed here is null: a variable that it reads has no value."
                " Set the variable, or correct the expression."
            ),
            element_id=element_id,
        )
    return ExecutionError(
        N_("“%(value)s” is no date, duration or cycle that can be read."),
        params={"value": to_text(value)},
        element_id=element_id,
    )
