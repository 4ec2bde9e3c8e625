"""Office time: calendars, legal limits, the clock as a fold over its events, and why."""

from engine.worktime.calendars import ALWAYS, Calendar, Session, Week, day_length
from engine.worktime.clock import Pause, add, add_days, between, clock_start, due_at, subtract
from engine.worktime.durations import Duration, parse_days, parse_duration, parse_limit
from engine.worktime.explanation import ClockLine, explain
from engine.worktime.folding import (
    ClockEvent,
    ClockKind,
    ClockState,
    ClockStatus,
    Extension,
    fold,
)
from engine.worktime.limits import Convention, Limit, Unit, merged, time_paused

__all__ = [
    "ALWAYS",
    "Calendar",
    "ClockEvent",
    "ClockKind",
    "ClockLine",
    "ClockState",
    "ClockStatus",
    "Convention",
    "Duration",
    "Extension",
    "Limit",
    "Pause",
    "Session",
    "Unit",
    "Week",
    "add",
    "add_days",
    "between",
    "clock_start",
    "day_length",
    "due_at",
    "explain",
    "fold",
    "merged",
    "parse_days",
    "parse_duration",
    "parse_limit",
    "subtract",
    "time_paused",
]
