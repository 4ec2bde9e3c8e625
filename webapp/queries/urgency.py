"""How urgent a task or a dossier is: which group of an inbox it stands in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Urgency(StrEnum):
    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    NONE = "none"  # no due instant


@dataclass(frozen=True, slots=True)
class Horizons:
    """The instants that part the groups of an inbox."""

    now: datetime
    today_ends_at: datetime
    soon_ends_at: datetime  # two working days ahead
    week_ends_at: datetime

    def urgency(self, due_at: datetime | None) -> Urgency:
        if due_at is None:
            return Urgency.NONE
        if due_at < self.now:
            return Urgency.LATE
        if due_at <= self.today_ends_at:
            return Urgency.TODAY
        return Urgency.SOON if due_at <= self.soon_ends_at else Urgency.LATER

    def limit(self, near_at: datetime | None, promised_at: datetime | None) -> Urgency:
        """How the legal limit stands; its clock runs where ``near_at`` says when to warn."""
        if near_at is None or promised_at is None:
            return Urgency.NONE
        if promised_at < self.now:
            return Urgency.LATE
        return Urgency.SOON if near_at <= self.now else Urgency.LATER
