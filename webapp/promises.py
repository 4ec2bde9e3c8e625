"""The promised instant of a dossier, from the facts sheet of its procedure. Pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from engine import worktime
from webapp.calendars import agency_calendar


class Unit(StrEnum):
    """What the amount of a limit counts."""

    WORKING_DAY = "working_day"
    WORKING_HOUR = "working_hour"
    CALENDAR_DAY = "calendar_day"
    SAME_DAY = "same_day"  # until the office closes; no amount


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a procedure may take: office time, calendar days, or the rest of the day."""

    amount: timedelta
    unit: Unit
    day_ends_at: time | None  # received later counts from the next working day

    def due_at(self, start: datetime, pauses: Sequence[worktime.Pause] = ()) -> datetime | None:
        """Return when the result is due; None while a pause lasts."""
        if self.unit is not Unit.CALENDAR_DAY:
            return worktime.due_at(
                start,
                self._office_time(start),
                agency_calendar(),
                pauses,
                day_ends_at=self.day_ends_at,
            )
        if any(pause.ended_at is None for pause in pauses):
            return None
        paused = (pause.ended_at - pause.started_at for pause in pauses if pause.ended_at)
        return start + self.amount + sum(paused, timedelta())

    def lines(
        self, start: datetime, pauses: Sequence[worktime.Pause]
    ) -> tuple[worktime.ClockLine, ...]:
        """Return the lines that explain the due instant, in the order of time."""
        in_days = self.unit is Unit.CALENDAR_DAY
        calendar = worktime.ALWAYS if in_days else agency_calendar()
        amount = self.amount if in_days else self._office_time(start)
        return worktime.explain(start, amount, calendar, pauses, day_ends_at=self.day_ends_at)

    def _office_time(self, start: datetime) -> timedelta:
        """Return the office time allowed; "the same day" is what is left of that day."""
        if self.unit is not Unit.SAME_DAY:
            return self.amount
        calendar = agency_calendar()
        begin = worktime.clock_start(start, calendar, self.day_ends_at)
        closing = worktime.add_days(begin, 0, calendar)
        return worktime.between(begin, closing, calendar)


def find_limit(facts: Mapping[str, Any]) -> Limit | None:
    """Return the limit of a procedure; None where its facts promise nothing."""
    told = facts.get("limit") or {}
    unit = Unit(told.get("unit", Unit.WORKING_DAY))
    if not told.get("amount") and unit is not Unit.SAME_DAY:
        return None
    office = worktime.parse_limit(str(told.get("amount") or "PT0S"))
    ends = told.get("day_ends_at")
    closing = time.fromisoformat(ends) if ends else None
    if unit is Unit.CALENDAR_DAY:
        days = office / worktime.day_length(agency_calendar())
        return Limit(timedelta(days=days), unit, None)
    return Limit(office, unit, closing)
