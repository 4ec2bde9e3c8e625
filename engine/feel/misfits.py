"""What the types of an expression's parts can get wrong, each with its sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.feel.errors import N_
from engine.feel.expected import Expected
from engine.feel.spelling import spelled
from engine.feel.tree import Node

_MOST_NAMED = 12  # options or entries that a sentence lists


@dataclass(frozen=True, slots=True)
class Misfit:
    """A part of an expression that can never give what it is there for.

    ``problem`` and ``remedy`` are English templates in ``%(name)s`` style with ``params``.
    """

    rule: str
    problem: str
    remedy: str
    params: Mapping[str, object] = field(default_factory=dict)


def incomparable(part: Node, left: Expected, right: Expected) -> Misfit:
    """Return that two values of these types are neither equal nor in any order."""
    return Misfit(
        "type-comparison",
        N_("“%(part)s” compares a %(left)s with a %(right)s; they are never alike nor in order."),
        N_("Compare values of one type; number(…), string(…) and date(…) turn one into another."),
        {"part": spelled(part), "left": left.kind, "right": right.kind},
    )


def never_chosen(part: Node, text: str, known: Iterable[str]) -> Misfit:
    """Return that a value can never be this text."""
    return Misfit(
        "type-option",
        N_("“%(part)s” asks for “%(text)s”, which the value can never be."),
        N_("Write one of the values that it can have: %(known)s."),
        {"part": spelled(part), "text": text, "known": _listed(known)},
    )


def incalculable(part: Node, left: Expected, right: Expected, operator: str) -> Misfit:
    """Return that there is no result of this operator for values of these types."""
    return Misfit(
        "type-arithmetic",
        N_("“%(part)s” has no result: %(left)s %(operator)s %(right)s is always null."),
        N_("Turn one into the type of the other: number(…), string(…), date(…) or duration(…)."),
        {"part": spelled(part), "left": left.kind, "right": right.kind, "operator": operator},
    )


def no_condition(part: Node, found: Expected) -> Misfit:
    """Return that a condition is of a type that is never true or false."""
    return Misfit(
        "type-condition",
        N_("“%(part)s” stands as a condition but is a %(found)s, never true or false."),
        N_("Compare it with something, for example %(part)s = …"),
        {"part": spelled(part), "found": found.kind},
    )


def no_entries(part: Node, name: str, found: Expected) -> Misfit:
    """Return that a value of this type has no entry of that name."""
    return Misfit(
        "type-path",
        N_("“%(part)s” is a %(found)s, which has no part “%(entry)s”; that is always null."),
        N_("Read an entry of a context, or a property of a date, time, duration or range."),
        {"part": spelled(part), "entry": name, "found": found.kind},
    )


def unknown_entry(part: Node, name: str, known: Iterable[str]) -> Misfit:
    """Return that a context never has an entry of that name."""
    return Misfit(
        "type-entry",
        N_("“%(part)s” has no entry “%(entry)s”; that is always null."),
        N_("Write one of its entries: %(known)s."),
        {"part": spelled(part), "entry": name, "known": _listed(known)},
    )


def wrong_argument(function: str, parameter: str, wanted: str, found: Expected) -> Misfit:
    """Return that an argument is of a type that a function never takes."""
    return Misfit(
        "type-argument",
        N_("The function “%(function)s” is given a %(found)s as “%(parameter)s”: always null."),
        N_("Give it one of: %(wanted)s."),
        {"function": function, "parameter": parameter, "wanted": wanted, "found": found.kind},
    )


def wrong_arguments(function: str, ways: Iterable[str]) -> Misfit:
    """Return that a function cannot be called with so many arguments, or with such names."""
    return Misfit(
        "type-arguments",
        N_("The function “%(function)s” cannot be called like this: always null."),
        N_("Call it as %(ways)s."),
        {"function": function, "ways": "; ".join(ways)},
    )


def unreadable_constant(part: Node, function: str) -> Misfit:
    """Return that a constant is none that a function could read."""
    return Misfit(
        "type-constant",
        N_("“%(part)s” is always null: the text is none that “%(function)s” can read."),
        N_("Write a date as 2026-11-24, a time as 07:30:00, a duration as P3D, a number as 12.5."),
        {"part": spelled(part), "function": function},
    )


def _listed(known: Iterable[str]) -> str:
    names = sorted(known)
    rest = ["…"] if len(names) > _MOST_NAMED else []
    return ", ".join([*names[:_MOST_NAMED], *rest])
