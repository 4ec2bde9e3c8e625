"""Rules about times: literal ISO 8601 texts; expressions are checked with all others."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from engine.bpmn.elements import EventDefinition, FlowNode
from engine.errors import EngineError
from engine.feel import FeelError, parse_condition
from engine.kernel.cron import is_cron
from engine.lint.report import Place, at, error
from engine.model import Finding
from engine.texts import N_
from engine.worktime import parse_duration, parse_limit

_CYCLE = re.compile(r"R[0-9]{0,6}/(?:([^/]+)/)?(P[^/]+)")


def is_expression(text: str) -> bool:
    """Return whether a text that may be literal is meant as an expression."""
    return text.startswith("=") or "${" in text or "#{" in text


def is_duration(text: str, *, working_time: bool = False) -> bool:
    """Return whether a text is an ISO 8601 duration such as P3D or PT1H30M.

    ``working_time`` allows only what can be counted in office hours: no months, no years.
    """
    try:
        (parse_limit if working_time else parse_duration)(text)
    except (EngineError, ArithmeticError, ValueError):
        return False
    return True


def is_instant(text: str) -> bool:
    """Return whether a text is an ISO 8601 date or date-time."""
    for reader in (datetime.fromisoformat, date.fromisoformat):
        try:
            reader(text)
        except ValueError:
            continue
        return True
    return False


def is_cycle(text: str) -> bool:
    """Return whether a text repeats a duration: R3/PT10M, R/2026-01-01T00:00/P1D."""
    found = _CYCLE.fullmatch(text)
    if found is None:
        return False
    begin, period = found.groups()
    return is_duration(period) and (begin is None or is_instant(begin))


def check_timer(
    file: str, node: FlowNode, event: EventDefinition, *, at_top: bool
) -> Iterator[Finding]:
    """Yield what is wrong with the time of a timer event; ``at_top`` where it starts a process."""
    place = at(file, node, event.line)
    if event.expression is None or event.timer_kind is None:
        yield error(
            place,
            "timer-without-time",
            N_("The timer “%(name)s” does not say when."),
            N_("Enter a date, or a duration such as P2D (two days) or PT4H (four hours)."),
        )
    elif not is_expression(event.expression) and not _is_time(event):
        yield error(
            place,
            "timer-not-iso",
            N_("The time “%(text)s” of “%(name)s” cannot be read."),
            N_(
                "Write a duration as P2D or PT4H, a date as 2026-12-31T17:00:00+07:00, "
                "a repetition as R3/P1D or 0 0 8 * * MON-FRI, "
                "or an expression that begins with “=”."
            ),
            text=event.expression,
        )
    elif at_top and node.kind == "startEvent":
        yield from _unset(place, event)
    if event.working_time and event.timer_kind != "duration":
        yield error(
            place,
            "timer-working-time",
            N_("The timer “%(name)s” counts office hours but has no duration."),
            N_("Enter a duration such as P2D, or count by the clock."),
        )


def _unset(place: Place, event: EventDefinition) -> Iterator[Finding]:
    for name in unset_names(event)[:1]:
        yield error(
            place,
            "start-timer-reads-variable",
            N_(
                "The timer “%(name)s” starts the process, so “%(variable)s” has no value yet when"
                " its time is computed."
            ),
            N_("Write the time itself, or compute it from now() and today() alone."),
            variable=name,
        )


def unset_names(event: EventDefinition) -> tuple[str, ...]:
    """Return the variables that an expression of a time reads, besides the moment itself."""
    if not is_expression(event.expression or ""):
        return ()
    try:
        found = parse_condition(event.expression or "")
    except FeelError:
        return ()  # told with the expressions
    return tuple(sorted(found.names - {"now", "today"}))


def _is_time(event: EventDefinition) -> bool:
    text = event.expression or ""
    if event.timer_kind == "duration":
        return is_duration(text, working_time=event.working_time)
    if event.timer_kind == "cycle":
        return is_cycle(text) or is_cron(text.strip())
    return is_instant(text)
