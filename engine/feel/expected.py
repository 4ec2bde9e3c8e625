"""What can be said of a value before it is there: its type, its entries, the texts it can be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from engine.feel.feel_types import SAME, Type
from engine.feel.values import Range, admit, kind_of

_DEEPEST = 8  # levels of lists and contexts that are looked at
_DEEPEST_TYPE = 50
_MOST_CHOICES = 500


@dataclass(frozen=True, slots=True)
class Expected:
    """What a value is unless it is null; without a ``kind`` it may be anything.

    ``kind`` is FEEL's name of its type. ``choices`` are the only texts that a string can be,
    ``entry`` is what the entries of a list or the ends of a range are, ``entries`` what is known
    of a context, which has no others when it is ``closed``.
    """

    kind: str = ""
    choices: frozenset[str] | None = None
    entry: "Expected | None" = None
    entries: Mapping[str, "Expected"] = field(default_factory=dict)
    closed: bool = False

    @property
    def known(self) -> bool:
        """Whether it is certain of which type the value is; null is of none."""
        return self.kind not in ("", "null")

    @property
    def inside(self) -> "Expected":
        """What the entries of a list or the ends of a range are."""
        return self.entry or ANYTHING


ANYTHING = Expected()
NOTHING = Expected("null")
NUMBER, STRING, BOOLEAN = Expected("number"), Expected("string"), Expected("boolean")
DAY, MOMENT, CLOCK = Expected("date"), Expected("date and time"), Expected("time")


def one_of(texts: Iterable[str]) -> Expected:
    """Return what a text is that can only be one of these."""
    return Expected("string", choices=frozenset(texts))


def list_of(entry: Expected) -> Expected:
    """Return what a list of such entries is."""
    return Expected("list", entry=entry)


def context_of(entries: Mapping[str, Expected], *, closed: bool) -> Expected:
    """Return what a context with such entries is; ``closed`` where it has no others."""
    return Expected("context", entries=dict(entries), closed=closed)


def of_type(wanted: Type | None) -> Expected:
    """Return what a value of a type is. A name that is no type of FEEL says nothing."""
    return ANYTHING if wanted is None else _of_type(wanted, {}, 0)


def _of_type(wanted: Type, made: dict[int, Expected], depth: int) -> Expected:
    """Return the same, each part that types share only once."""
    if id(wanted) in made:
        return made[id(wanted)]
    if depth > _DEEPEST_TYPE:
        return ANYTHING
    kind = SAME.get(wanted.name, wanted.name)
    parts = [_of_type(one, made, depth + 1) for one in wanted.parts]
    if kind == "context":  # a value may have more entries than its type names
        found = context_of(dict(zip(wanted.labels, parts, strict=False)), closed=False)
    elif kind in ("list", "range"):
        found = Expected(kind, entry=parts[0] if parts else None)
    else:
        found = Expected(kind) if kind in _SIMPLE else ANYTHING
    made[id(wanted)] = found
    return found


_SIMPLE = frozenset(
    {
        "number", "string", "boolean", "date", "time", "date and time", "function",
        "days and time duration", "years and months duration",
    }
)  # fmt: skip


def of_value(value: Any, depth: int = 0) -> Expected:
    """Return what is known of a value that is there already."""
    value = admit(value)
    if depth > _DEEPEST:
        return ANYTHING
    if isinstance(value, str):
        return one_of((value,))
    if isinstance(value, list):
        return list_of(joined_all(of_value(one, depth + 1) for one in value[:_MOST_CHOICES]))
    if isinstance(value, dict):
        entries = {str(key): of_value(one, depth + 1) for key, one in value.items()}
        return context_of(entries, closed=True)
    if isinstance(value, Range):
        ends = [of_value(end, depth + 1) for end in (value.low, value.high)]
        return Expected("range", entry=joined_all(ends))
    return Expected(kind_of(value))


def joined_all(found: Iterable[Expected]) -> Expected:
    """Return what a value is that is one of these; of none, null."""
    return reduce(joined, found, NOTHING)


def joined(one: Expected, other: Expected) -> Expected:
    """Return what a value is that may be the one or the other."""
    return _joined(one, other, {}, 0)


_Pairs = dict[tuple[int, int], Expected]


def _joined(one: Expected, other: Expected, made: _Pairs, depth: int) -> Expected:
    """Return the same, each pair of parts that occurs more than once only once."""
    if one is other or other.kind == "null":
        return one
    if one.kind == "null":
        return other
    if one.kind != other.kind or depth > _DEEPEST:
        return ANYTHING
    pair = id(one), id(other)
    if pair not in made:
        has_entry = one.entry is not None or other.entry is not None
        made[pair] = Expected(
            one.kind,
            choices=_choices(one, other),
            entry=_joined(one.inside, other.inside, made, depth + 1) if has_entry else None,
            entries=_entries(one, other, made, depth + 1),
            closed=one.closed and other.closed,
        )
    return made[pair]


def _choices(one: Expected, other: Expected) -> frozenset[str] | None:
    if one.choices is None or other.choices is None:
        return None
    both = one.choices | other.choices
    return both if len(both) <= _MOST_CHOICES else None


def _entries(one: Expected, other: Expected, made: _Pairs, depth: int) -> dict[str, Expected]:
    """Join contexts; what only one of them has is null in the other, if that is closed."""
    found = {}
    for key in (*one.entries, *(key for key in other.entries if key not in one.entries)):
        first, second = (
            side.entries.get(key, NOTHING if side.closed else ANYTHING) for side in (one, other)
        )
        found[key] = _joined(first, second, made, depth)
    return found
