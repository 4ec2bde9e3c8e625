"""How much one expression may be, and how much one evaluation may use."""

from dataclasses import dataclass
from typing import TypeVar

from engine.feel.errors import N_, FeelLimitError

T = TypeVar("T")

STRING_SHARE = 3  # a string of 8 characters costs as much memory as one list entry: shift by 3


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds; the defaults let every honest expression through in well under a second."""

    text_length: int = 20_000  # characters of one expression
    nodes: int = 5_000  # nodes of one tree
    nesting: int = 48  # brackets, lists, calls inside one another
    height: int = 160  # longest path through the tree; also bounds chains like 1+1+1…
    steps: int = 300_000  # nodes visited and values touched in one evaluation
    string_length: int = 200_000  # characters of one result
    list_length: int = 20_000  # entries of one result
    cells: int = 500_000  # list entries and string shares produced in one evaluation
    pattern_length: int = 500  # characters of one regular expression


LIMITS = Limits()

_TOO_MUCH = {
    "text_length": N_("The expression is longer than %(allowed)s characters. Split it up."),
    "nodes": N_("The expression has more than %(allowed)s parts. Split it up."),
    "nesting": N_("The expression is nested deeper than %(allowed)s levels. Split it up."),
    "height": N_("The expression chains too many operations. Split it up."),
    "steps": N_("The expression needs too many steps. Use shorter lists or fewer loops."),
    "string_length": N_("The expression makes a text longer than %(allowed)s characters."),
    "list_length": N_("The expression makes a list with more than %(allowed)s entries."),
    "cells": N_("The expression produces too much data. Use shorter lists or texts."),
    "pattern_length": N_("The pattern is longer than %(allowed)s characters. Shorten it."),
}


def exceeded(limit: str, position: int | None = None) -> FeelLimitError:
    """Return the error that names ``limit``, a field of Limits."""
    return FeelLimitError(limit, _TOO_MUCH[limit], {"allowed": getattr(LIMITS, limit)}, position)


class Budget:
    """What is left for one evaluation. Raises FeelLimitError when something is used up."""

    __slots__ = ("_cells", "_steps")

    def __init__(self) -> None:
        self._steps = LIMITS.steps
        self._cells = LIMITS.cells

    def charge(self, steps: int = 1) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise exceeded("steps")

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
        if length > LIMITS.string_length:
            raise exceeded("string_length")
        self._take(length >> STRING_SHARE)

    def room_for_list(self, length: int) -> None:
        if length > LIMITS.list_length:
            raise exceeded("list_length")
        self._take(length)

    def _take(self, cells: int) -> None:
        self._cells -= cells + 4
        if self._cells < 0:
            raise exceeded("cells")
        self.charge(cells >> 4)
