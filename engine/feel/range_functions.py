"""Built-in functions that compare points and ranges, and ``range``."""

import re
from collections.abc import Callable
from typing import Any

from engine.feel.errors import FeelUndefinedError
from engine.feel.limits import Budget
from engine.feel.moment_texts import (
    any_literal,
    read_date,
    read_duration,
    read_moment,
    read_time,
)
from engine.feel.scanner import unescaped
from engine.feel.signature import Shelf
from engine.feel.values import Range, compare, exact, within

RANGES = Shelf()

_Test = Callable[[Any, Any], bool | None]
_NAMES = (
    ("point", "range"),
    ("range", "point"),
    ("range1", "range2"),
    ("point1", "point2"),
    ("value", "range"),
)


def _order(left: Any, right: Any) -> int:
    found = compare(left, right)
    if found is None:
        raise FeelUndefinedError
    return found


def _relation(
    name: str,
    *,
    points: _Test | None = None,
    point_range: _Test | None = None,
    range_point: _Test | None = None,
    ranges: _Test | None = None,
) -> None:
    choices = {
        (False, False): points,
        (False, True): point_range,
        (True, False): range_point,
        (True, True): ranges,
    }

    def run(_: Budget, one: Any, other: Any) -> bool | None:
        """How two points or ranges lie to one another. DMN 10.3.4.7."""
        test = choices[isinstance(one, Range), isinstance(other, Range)]
        if test is None or one is None or other is None:
            return None
        try:
            return test(one, other)
        except FeelUndefinedError:
            return None

    for first, second in _NAMES:
        RANGES.function(name, f"{first}: any", f"{second}: any")(run)


def _ends_before(low: Any, high: Any, *, touching: bool) -> bool:
    """Return whether an end lies before another; at the same place when they do not touch."""
    order = _order(low, high)
    return order < 0 or (order == 0 and not touching)


def _before(one: Range, other: Range) -> bool:
    touching = one.high_included and other.low_included
    return _ends_before(one.high, other.low, touching=touching)


def _starts_no_later(one: Range, other: Range) -> bool:
    order = _order(one.low, other.low)
    return order < 0 or (order == 0 and (one.low_included or not other.low_included))


def _ends_no_earlier(one: Range, other: Range) -> bool:
    order = _order(one.high, other.high)
    return order > 0 or (order == 0 and (one.high_included or not other.high_included))


def _includes(one: Range, other: Range) -> bool:
    return _starts_no_later(one, other) and _ends_no_earlier(one, other)


def _overlaps(one: Range, other: Range) -> bool:
    return not _before(one, other) and not _before(other, one)


def _overlaps_before(one: Range, other: Range) -> bool:
    starts_first = _order(one.low, other.low) < 0 or (
        _order(one.low, other.low) == 0 and one.low_included and not other.low_included
    )
    return starts_first and not _before(one, other) and _ends_no_earlier(other, one)


def _overlaps_after(one: Range, other: Range) -> bool:
    starts_last = _order(other.low, one.low) < 0 or (
        _order(other.low, one.low) == 0 and other.low_included and not one.low_included
    )
    return starts_last and not _before(other, one) and _ends_no_earlier(one, other)


def _finishes(one: Range, other: Range) -> bool:
    same_end = _order(one.high, other.high) == 0 and one.high_included == other.high_included
    return same_end and _starts_no_later(other, one)


def _starts(one: Range, other: Range) -> bool:
    same_start = _order(one.low, other.low) == 0 and one.low_included == other.low_included
    return same_start and _ends_no_earlier(other, one)


def _at_start(point: Any, span: Range) -> bool:
    return span.low_included and _order(point, span.low) == 0


def _at_end(point: Any, span: Range) -> bool:
    return span.high_included and _order(point, span.high) == 0


def _coincides(one: Range, other: Range) -> bool:
    ends = _order(one.low, other.low) == 0 and _order(one.high, other.high) == 0
    alike = (one.low_included, one.high_included) == (other.low_included, other.high_included)
    return ends and alike


def _meets(one: Range, other: Range) -> bool:
    return one.high_included and other.low_included and _order(one.high, other.low) == 0


_relation(
    "before",
    points=lambda a, b: _order(a, b) < 0,
    point_range=lambda a, b: _ends_before(a, b.low, touching=b.low_included),
    range_point=lambda a, b: _ends_before(a.high, b, touching=a.high_included),
    ranges=_before,
)
_relation(
    "after",
    points=lambda a, b: _order(a, b) > 0,
    point_range=lambda a, b: _ends_before(b.high, a, touching=b.high_included),
    range_point=lambda a, b: _ends_before(b, a.low, touching=a.low_included),
    ranges=lambda a, b: _before(b, a),
)
_relation("meets", ranges=_meets)
_relation("met by", ranges=lambda a, b: _meets(b, a))
_relation("overlaps", ranges=_overlaps)
_relation("overlaps before", ranges=_overlaps_before)
_relation("overlaps after", ranges=_overlaps_after)
_relation("finishes", point_range=_at_end, ranges=_finishes)
_relation(
    "finished by",
    range_point=lambda a, b: _at_end(b, a),
    ranges=lambda a, b: _finishes(b, a),
)
_relation("starts", point_range=_at_start, ranges=_starts)
_relation(
    "started by",
    range_point=lambda a, b: _at_start(b, a),
    ranges=lambda a, b: _starts(b, a),
)
_relation("includes", range_point=lambda a, b: within(b, a), ranges=_includes)
_relation("during", point_range=within, ranges=lambda a, b: _includes(b, a))
_relation("coincides", points=lambda a, b: _order(a, b) == 0, ranges=_coincides)


_LONGEST_TEXT = 500
_STRING = r'"(?:[^"\\]|\\.)*"'
_END = rf"(?:{_STRING}|[^\"])*?"
_WRITTEN = re.compile(rf"\s*([\[\](])({_END})\.\.({_END})([\])\[])\s*", re.DOTALL)
_CALLED = re.compile(rf"(date and time|date|time|duration)\s*\(\s*({_STRING})\s*\)", re.DOTALL)
_READERS: dict[str, Callable[[str], Any]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_moment,
    "duration": read_duration,
}
_MISSING = object()


@RANGES.function("range", "from: string")
def _range(_: Budget, text: str) -> Range | None:
    """The range that a text spells, its ends literals. DMN 10.3.4.1."""
    found = _WRITTEN.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if found is None:
        return None
    low, high = _literal(found[2].strip()), _literal(found[3].strip())
    if low is _MISSING or high is _MISSING or (low is None and high is None):
        return None
    low_included, high_included = found[1] == "[", found[4] == "]"
    if low is None or high is None:
        open_end = low_included if low is None else high_included
        return None if open_end else Range(low, high, low_included, high_included)
    order = compare(low, high)
    in_order = order is not None and order <= 0
    return Range(low, high, low_included, high_included) if in_order else None


def _literal(text: str) -> Any:
    if text in {"", "null"}:
        return None
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return unescaped(text[1:-1], 0)
    value: Any = None
    if text.startswith('@"') and text.endswith('"'):
        value = any_literal(text[2:-1])
    elif called := _CALLED.fullmatch(text):
        value = _READERS[called[1]](called[2][1:-1])
    elif re.fullmatch(r"-?\s*([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        value = exact("".join(text.split()))
    return _MISSING if value is None else value
