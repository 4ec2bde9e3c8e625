"""Office time: calendars, limits in working days, due instants and their explanation."""

from engine.worktime.calendars import ALWAYS, Calendar, Session, day_length
from engine.worktime.clock import Pause, add, add_days, between, clock_start, due_at
from engine.worktime.durations import Duration, parse_duration, parse_limit
from engine.worktime.explanation import ClockLine, explain

__all__ = [
    "ALWAYS",
    "Calendar",
    "ClockLine",
    "Duration",
    "Pause",
    "Session",
    "add",
    "add_days",
    "between",
    "clock_start",
    "day_length",
    "due_at",
    "explain",
    "parse_duration",
    "parse_limit",
]
