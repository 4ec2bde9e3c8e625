"""The promised instant of a dossier, from the facts sheet of its procedure. Pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from engine import worktime
from webapp.calendars import agency_calendar


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a procedure may take: office time, or calendar days."""

    amount: timedelta
    in_calendar_days: bool
    day_ends_at: time | None  # received later counts from the next working day

    def due_at(self, start: datetime, pauses: Sequence[worktime.Pause] = ()) -> datetime | None:
        """Return when the result is due; None while a pause lasts."""
        if not self.in_calendar_days:
            return worktime.due_at(
                start, self.amount, agency_calendar(), pauses, day_ends_at=self.day_ends_at
            )
        if any(pause.ended_at is None for pause in pauses):
            return None
        paused = (pause.ended_at - pause.started_at for pause in pauses if pause.ended_at)
        return start + self.amount + sum(paused, timedelta())

    def lines(
        self, start: datetime, pauses: Sequence[worktime.Pause]
    ) -> tuple[worktime.ClockLine, ...]:
        """Return the lines that explain the due instant, in the order of time."""
        calendar = worktime.ALWAYS if self.in_calendar_days else agency_calendar()
        return worktime.explain(start, self.amount, calendar, pauses, day_ends_at=self.day_ends_at)


def find_limit(facts: Mapping[str, Any]) -> Limit | None:
    """Return the limit of a procedure; None where its facts promise nothing."""
    told = facts.get("limit") or {}
    if not told.get("amount"):
        return None
    office = worktime.parse_limit(str(told["amount"]))
    if told.get("unit") == "calendar_day":
        days = office / worktime.day_length(agency_calendar())
        return Limit(timedelta(days=days), in_calendar_days=True, day_ends_at=None)
    ends = told.get("day_ends_at")
    closing = time.fromisoformat(ends) if ends else None
    return Limit(office, in_calendar_days=False, day_ends_at=closing)
