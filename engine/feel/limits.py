"""How much one expression may be, and how much one evaluation may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from engine.feel.errors import N_, FeelLimitError

T = TypeVar("T")

STRING_SHARE = 3  # a string of 8 characters costs as much memory as one list entry: shift by 3
_NO_TYPES: Mapping[str, Any] = {}
_BETWEEN_LOOKS = 20_000  # steps between two looks at the wall clock


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds; the defaults let every honest expression through in well under a second."""

    text_length: int = 20_000  # characters of one expression
    nodes: int = 5_000  # nodes of one tree
    nesting: int = 48  # brackets, lists, calls inside one another
    height: int = 160  # longest path through the tree; also bounds chains like 1+1+1…
    parser_work: int = 40_000  # tokens looked at; never given back when the reader backs up
    steps: int = 500_000  # nodes visited and values touched in one evaluation
    string_length: int = 200_000  # characters of one result
    list_length: int = 20_000  # entries of one result
    cells: int = 500_000  # list entries and string shares produced in one evaluation
    result_size: int = 200_000  # values in what one evaluation gives back
    recursion: int = 24  # own functions called inside one another
    pattern_length: int = 500  # characters of one regular expression
    seconds: float = 0.8  # wall time of one evaluation, the last resort


LIMITS = Limits()
_standing = [LIMITS]  # what counts where nobody says otherwise; one for the whole process


def use_limits(limits: Limits) -> None:
    """Let these limits count wherever none are given. For the start of a program."""
    _standing[0] = limits


def standing_limits() -> Limits:
    """Return the limits that count where none are given."""
    return _standing[0]


_TOO_MUCH = {
    "text_length": N_("The expression is longer than %(allowed)s characters. Split it up."),
    "nodes": N_("The expression has more than %(allowed)s parts. Split it up."),
    "nesting": N_("The expression is nested deeper than %(allowed)s levels. Split it up."),
    "height": N_("The expression chains too many operations. Split it up."),
    "parser_work": N_("The expression is too tangled to be read. Write it with fewer brackets."),
    "steps": N_("The expression needs too many steps. Use shorter lists or fewer loops."),
    "string_length": N_(
        "The expression makes a text longer than %(allowed)s characters. Shorten it."
    ),
    "list_length": N_("The expression makes a list with more than %(allowed)s entries. Use fewer."),
    "cells": N_("The expression produces too much data. Use shorter lists or texts."),
    "result_size": N_("The result holds more than %(allowed)s values. Return less."),
    "recursion": N_("Own functions call one another deeper than %(allowed)s levels. Stop sooner."),
    "pattern_length": N_("The pattern is longer than %(allowed)s characters. Shorten it."),
    "seconds": N_("The expression takes longer than %(allowed)s seconds. Simplify it."),
}


def exceeded(limit: str, position: int | None = None, *, limits: Limits = LIMITS) -> FeelLimitError:
    """Return the error that names ``limit``, a field of Limits."""
    return FeelLimitError(limit, _TOO_MUCH[limit], {"allowed": getattr(limits, limit)}, position)


class Budget:
    """What is left for one evaluation. Raises FeelLimitError when something is used up.

    ``now`` is the instant that ``now()`` and ``today()`` return, or variables with an entry
    ``now`` or ``today``; ``types`` are declared types by name. Both are given by whoever starts the
    evaluation.
    """

    __slots__ = ("_cells", "_deadline", "_look", "_steps", "depth", "limits", "now", "types")

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        now: Any = None,
        types: Mapping[str, Any] | None = None,
    ) -> None:
        self.limits = limits = limits or _standing[0]
        self.now = now
        self.types: Mapping[str, Any] = types or _NO_TYPES
        self.depth = limits.recursion
        self._steps = limits.steps
        self._cells = limits.cells
        self._look = max(limits.steps - _BETWEEN_LOOKS, 0)
        self._deadline = 0.0

    def exceeded(self, limit: str) -> FeelLimitError:
        return exceeded(limit, limits=self.limits)

    def charge(self, steps: int = 1) -> None:
        self._steps = left = self._steps - steps
        if left < self._look:
            self._look_at_clock()

    def _look_at_clock(self) -> None:
        if self._steps < 0:
            raise self.exceeded("steps")
        self._look = max(self._steps - _BETWEEN_LOOKS, 0)
        moment = monotonic()
        if not self._deadline:
            self._deadline = moment + self.limits.seconds
        elif moment > self._deadline:
            raise self.exceeded("seconds")

    def made(self, value: T) -> T:
        """Return ``value`` after charging what its outermost shell costs in memory and time."""
        kind = type(value)
        if kind is str:
            self.room_for_string(len(value))  # type: ignore[arg-type]
        elif kind is list:
            self.room_for_list(len(value))  # type: ignore[arg-type]
        elif kind is dict:
            self._take(2 * len(value))  # type: ignore[arg-type]
        return value

    def touched(self, value: object) -> None:
        """Charge what reading the outermost shell of ``value`` costs."""
        if isinstance(value, str):
            self.charge(len(value) >> 6)
        elif isinstance(value, list | dict):
            self.charge(len(value))

    def room_for_string(self, length: int) -> None:
        if length > self.limits.string_length:
            raise self.exceeded("string_length")
        self._take(length >> STRING_SHARE)

    def room_for_list(self, length: int) -> None:
        if length > self.limits.list_length:
            raise self.exceeded("list_length")
        self._take(length)

    def _take(self, cells: int) -> None:
        self._cells -= cells + 4
        if self._cells < 0:
            raise self.exceeded("cells")
        if cells > 15:
            self.charge(cells >> 4)
