"""Rules about the types in one expression."""

from collections.abc import Iterator, Mapping

from engine import feel
from engine.bpmn.elements import EventDefinition
from engine.bpmn.vendors import ALL
from engine.feel.expected import Expected
from engine.feel.inferring import Misfit, infer
from engine.lint.report import Place, error, warning
from engine.lint.timers import is_expression
from engine.lint.times import never_a_time
from engine.model import Finding
from engine.texts import N_

Names = Mapping[str, Expected]
_NO_TIME = N_("The time of “%(name)s” is a %(found)s, but a %(wanted)s is needed: %(text)s")
_GIVE_A_TIME = N_('Give a date, a duration (duration("P3D")) or, to repeat, the text R3/P1D.')
_USELESS = N_("An expression of “%(name)s” is a %(found)s, which its place cannot use: %(text)s")
_GIVE_ANOTHER = N_("Write an expression that gives one of: %(wanted)s.")
_SHOWN = 80  # characters of an expression that a finding repeats


def check_time(place: Place, event: EventDefinition, known: Names) -> Iterator[Finding]:
    """Yield what is wrong with the computed time of a timer event."""
    expression = _read(event.expression or "")
    if expression is None:
        return
    found = infer(expression, known)
    yield from _misfits(place, found.misfits)
    if never_a_time(found.expected, event.timer_kind or ""):
        params = {
            "found": found.expected.kind,
            "wanted": event.timer_kind,
            "text": _shown(expression.text),
        }
        if expression.names:
            yield warning(place, "timer-type", _NO_TIME, _GIVE_A_TIME, **params)
        else:
            yield error(place, "timer-type", _NO_TIME, _GIVE_A_TIME, **params)


def check_marked(
    place: Place, text: str | None, known: Names, wanted: tuple[str, ...]
) -> Iterator[Finding]:
    """Yield the same as ``check_text`` where a text is marked as an expression."""
    if text and is_expression(text):
        yield from check_text(place, text, known, wanted)


def check_text(
    place: Place, text: str | None, known: Names, wanted: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with an expression that is to give one of the types, if any."""
    expression = _read(text) if text and text != ALL else None
    if expression is not None:
        yield from check_expression(place, expression, known, wanted)


def _read(text: str) -> feel.Expression | None:
    try:
        return feel.parse_condition(text)
    except feel.FeelError:
        return None  # told with the expressions


def check_expression(
    place: Place, expression: feel.Expression, known: Names, wanted: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """Yield the misfits in a read expression, and that it gives none of the wanted types."""
    found = infer(expression, known)
    yield from _misfits(place, found.misfits)
    if wanted and found.expected.known and found.expected.kind not in wanted:
        params = {
            "found": found.expected.kind,
            "wanted": ", ".join(wanted),
            "text": _shown(expression.text),
        }
        if expression.names:
            yield warning(place, "expression-type", _USELESS, _GIVE_ANOTHER, **params)
        else:
            yield error(place, "expression-type", _USELESS, _GIVE_ANOTHER, **params)


def _misfits(place: Place, misfits: tuple[Misfit, ...]) -> Iterator[Finding]:
    for one in misfits:
        yield warning(place, one.rule, one.problem, one.remedy, **one.params)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
