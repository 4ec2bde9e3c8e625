"""Strict rules about expressions and timers of executable processes."""

from collections.abc import Iterator

from engine.bpmn.catalog import name_of
from engine.lint.standard.document import Document, Element, above, child, every, is_executable
from engine.lint.standard.fault import Fault, Rule
from engine.lint.timers import is_cycle, is_duration, is_expression, is_instant
from engine.texts import N_

_FORMAL = N_('Mark the expression with xsi:type="tFormalExpression".')
FORMAL = Rule(
    "expression-not-formal",
    ("EXT.012",),
    N_("An expression of “%(name)s” is not formal, although its process is executable."),
    _FORMAL,
)
EMPTY = Rule(
    "expression-empty",
    ("EXT.013",),
    N_("An expression of “%(name)s” is empty, although its process is executable."),
    N_("Write the expression, or delete it."),
)
CONDITION = Rule(
    "conditional-event-not-formal",
    ("EXT.123",),
    N_("The conditional event “%(name)s” has no formal condition."),
    _FORMAL,
)
TIMER_TIMES = Rule(
    "timer-times",
    ("EXT.131", "EXT.132"),
    N_("The timer “%(name)s” must have exactly one of date, duration and cycle."),
    N_("Enter a date, or a duration such as P2D (two days) or PT4H (four hours)."),
)
TIMER_TEXT = Rule(
    "timer-text",
    ("EXT.133", "EXT.134"),
    N_("The time of the timer “%(name)s” is not written as ISO 8601 wants it."),
    N_("Write a duration as P2D or PT4H, a date as 2026-12-31T17:00:00+07:00."),
)
_EXPRESSIONS = (
    "conditionExpression",
    "activationCondition",
    "completionCondition",
    "loopCondition",
    "loopCardinality",
    "timeDate",
    "timeDuration",
    "timeCycle",
    "from",
    "to",
)
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_TIMES = ("timeDate", "timeDuration", "timeCycle")


def _formal(document: Document) -> Iterator[Fault]:
    for element in document.each(*_EXPRESSIONS):
        if not is_executable(element):
            continue
        if not _is_formal(element):
            yield Fault(FORMAL, element)
        elif not (element.text or "").strip():
            yield Fault(EMPTY, element)
    for element in document.each("formalExpression"):
        if is_executable(element) and not (element.text or "").strip():
            yield Fault(EMPTY, element)


def _is_formal(element: Element) -> bool:
    return element.get(_TYPE, "").rpartition(":")[2] == "tFormalExpression"


def _conditions(document: Document) -> Iterator[Fault]:
    for definition in document.each("conditionalEventDefinition"):
        condition = child(definition, "condition")
        lacks = condition is None or not (condition.text or "").strip()
        if is_executable(definition) and (lacks or condition is None or not _is_formal(condition)):
            yield Fault(CONDITION, definition)


def _timers(document: Document) -> Iterator[Fault]:
    for definition in document.each("timerEventDefinition"):
        event = above(definition, "process")
        times = every(definition, *_TIMES)
        if event is not None and is_executable(definition) and len(times) != 1:
            yield Fault(TIMER_TIMES, definition)
        for time in times:
            text = (time.text or "").strip()
            if text and not is_expression(text) and not _is_time(name_of(time), text):
                yield Fault(TIMER_TEXT, time)


def _is_time(kind: str, text: str) -> bool:
    if kind == "timeDuration":
        return is_duration(text)
    return is_cycle(text) if kind == "timeCycle" else is_instant(text)


CHECKS = (_formal, _conditions, _timers)
