"""The stored form of an instance: orjson bytes with a format version; values keep their type.

The stored form knows rows and variables, nothing of specs or tokens (see ``engine.kernel.rows``).
JSON knows no decimals, dates or durations: such a value is stored as an object with the one key
``\\u0000``. A context from outside that has a key beginning with that character is stored as a list
of pairs under the same mark, so that nothing can pass for something else.

Variables that are long, or tagged in that way, stand behind the rest, each as JSON of its own, so
that a step which does not look at them neither reads nor writes them anew: what it costs does not
grow with what the dossier holds.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from engine.errors import ExecutionError, SnapshotFormatError
from engine.texts import N_

FORMAT = 3
LONG = 200  # bytes as JSON, or characters of a text; see above
VARIABLES_AT_MOST = 1_000_000  # bytes as stored, all scopes and tokens of an instance together
MARK = "\x00"
_MARK_BYTES = b'"\\u0000'
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


class MarkedContext(dict[str, Any]):
    """A context with a key that begins with the mark; stored as pairs."""


class Unread(dict[str, Any]):
    """Variables as they were stored, the long ones as JSON until somebody looks at them.

    To everybody else an ordinary dictionary: whatever reads a value reads it from ``late`` first.
    ``fresh`` has the names of values that may not be as they were stored, for ``encode``.
    """

    __slots__ = ("fresh", "late")

    def __init__(self, read: dict[str, Any], late: dict[str, bytes]) -> None:
        super().__init__(read)
        self.late = late
        self.fresh: dict[str, None] = {}

    def __getitem__(self, key: str) -> Any:
        if key in self.late:
            self[key] = _loaded(self.late[key])
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()  # overridden: else {**unread} and dict(unread) copy unread values

    def __setitem__(self, key: str, value: Any) -> None:
        self.late.pop(key, None)
        self.fresh[key] = None
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self.late.pop(key, None)
        self.fresh.pop(key, None)

    def __eq__(self, other: object) -> bool:
        return dict(self) == other

    def __ne__(self, other: object) -> bool:
        return dict(self) != other

    __hash__ = None  # as of any dictionary

    def __repr__(self) -> str:
        return repr(dict(self))

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self:
            return default
        return self[key]

    def pop(self, key: str, *default: Any) -> Any:
        if key not in self:
            return super().pop(key, *default)
        value = self[key]
        del self[key]
        return value

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def items(self) -> Any:
        return dict(self).items()

    def values(self) -> Any:
        return dict(self).values()

    def copy(self) -> dict[str, Any]:
        return dict(self)

    def beside(self, more: dict[str, Any]) -> dict[str, Any]:
        """Return a copy with more values in it; what nobody has read stays unread in both."""
        late = {name: written for name, written in self.late.items() if name not in more}
        copied = Unread({}, late)
        dict.update(copied, dict.items(self))
        dict.update(copied, more)
        return copied

    def __or__(self, other: Any) -> Any:
        return dict(self) | other

    def __ror__(self, other: Any) -> Any:
        return other | dict(self)

    def update(self, *others: Any, **named: Any) -> None:
        values = dict(*others, **named)
        super().update(values)
        self.fresh.update(dict.fromkeys(values))
        if self.late:
            for key in values:
                self.late.pop(key, None)


def encode(state: dict[str, Any]) -> bytes:
    """Return the stored form of a state whose texts and numbers ``orjson`` can write.

    Raises ExecutionError when its variables take more than VARIABLES_AT_MOST bytes together.
    """
    behind: list[bytes] = []
    scopes = [_apart(scope, behind) for scope in state["scopes"]]
    head = _written({"format": FORMAT, **state, "scopes": scopes})
    whole = b"\n".join([head, b"".join(behind)]) if behind else head
    if len(whole) > VARIABLES_AT_MOST:  # else the variables cannot be too large either
        _check_size(scopes, behind)
    return whole


def _apart(scope: list[Any], behind: list[bytes]) -> list[Any]:
    """Return a scope without its long variables; add those to ``behind``."""
    key, host_id, own, rows, more = scope
    if not own or type(own) is MarkedContext:
        return [*scope, None]
    short: dict[str, Any] = dict(dict.items(own))  # dict(own) would read every value
    sizes: list[int | str] = []
    stored, fresh = (own.late, own.fresh) if type(own) is Unread else ({}, own)
    for name, written in stored.items():
        sizes += (name, len(written))
        behind.append(written)
    for name in fresh:
        short[name], apart = _short_or_long(short[name])
        if apart is not None:
            sizes += (name, len(apart))
            behind.append(apart)
    return [key, host_id, short, rows, more, sizes or None]


def _short_or_long(value: Any) -> tuple[Any, bytes | None]:
    """Return a value as the rest can hold it, or as JSON of its own where it is long or tagged."""
    kind = type(value)
    if kind is str:
        return (value, None) if len(value) <= LONG else (None, _written(value))
    if kind in _PLAIN:
        return value, None
    written = _written(value)
    if len(written) > LONG or _MARK_BYTES in written:
        return None, written
    return orjson.Fragment(written), None


def _check_size(scopes: list[Any], behind: list[bytes]) -> None:
    values = [scope[2] for scope in scopes]
    values += [row[5] for scope in scopes for row in scope[3]]
    size = sum(len(_written(one)) for one in values if one) + sum(map(len, behind))
    if size > VARIABLES_AT_MOST:
        raise ExecutionError(
            N_(
                "The variables would take %(size)s bytes; %(limit)s are allowed. Keep files and"
                " long texts as attachments."
            ),
            params={"size": size, "limit": VARIABLES_AT_MOST},
        )


def write_value(value: Any) -> bytes:
    """Return one value in the stored form, for what is kept outside of an instance."""
    return _written(value)


def read_value(written: bytes) -> Any:
    """Return a value that ``write_value`` wrote. Raises SnapshotFormatError."""
    return _loaded(written)


def _written(value: Any) -> bytes:
    return orjson.dumps(value, default=_tagged, option=_OPTIONS)


def forget_variables(snapshot: bytes) -> bytes:
    """Return an ended instance without the values of its variables; what it was stays known."""
    state = decode(snapshot)
    for scope in state["scopes"]:
        scope[2], scope[4] = {}, None  # its variables, and what compensation would have needed
    return encode(state)


def decode(snapshot: bytes) -> dict[str, Any]:
    """Return the state that was stored. Raises SnapshotFormatError."""
    head, _, behind = snapshot.partition(b"\n")
    try:
        state = orjson.loads(head)
        found = state["format"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise SnapshotFormatError(N_("This is no stored process instance.")) from error
    if found not in _UPGRADES and found != FORMAT:
        raise SnapshotFormatError(
            N_("The stored instance has format %(found)s; this version reads %(known)s."),
            params={"found": found, "known": FORMAT},
        )
    try:
        read = _untagged(state) if _MARK_BYTES in head else state
        for number in range(found, FORMAT):
            _UPGRADES[number](read)
        _put_together(read["scopes"], behind)
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise _damaged() from error
    return read  # type: ignore[no-any-return]


def _put_together(scopes: list[Any], behind: bytes) -> None:
    """Give every scope the variables that stand behind the rest, not yet read."""
    place = 0
    for scope in scopes:
        sizes = scope.pop()
        if sizes is None:
            continue
        late = {}
        for name, size in zip(sizes[::2], sizes[1::2], strict=True):
            late[name] = behind[place : place + size]
            place += size
        scope[2] = Unread(scope[2], late)
    if place != len(behind):
        raise ValueError("what stands behind is not what was announced")


def _loaded(written: bytes) -> Any:
    try:
        value = orjson.loads(written)
        return _untagged(value) if _MARK_BYTES in written else value
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise _damaged() from error


def _damaged() -> SnapshotFormatError:
    return SnapshotFormatError(N_("A value of the stored instance is damaged."))


def _tagged(value: Any) -> dict[str, Any]:
    kind = type(value)
    if kind is MarkedContext:
        return {MARK: ["map", [[key, item] for key, item in value.items()]]}
    name, write, _ = _KINDS[kind]
    return {MARK: [name, write(value)]}


def _untagged(value: Any) -> Any:
    """Return a value just read, with what was tagged in it put in place."""
    kind = type(value)
    if kind is dict and MARK in value:
        return _read_tagged(value)
    if kind is dict or kind is list:
        _untag(value)
    return value


def _untag(container: Any) -> None:
    """Replace the tagged values inside a container. In place: copying took twice the time."""
    pairs = container.items() if type(container) is dict else enumerate(container)
    for key, item in pairs:
        kind = type(item)
        if kind is dict:
            if MARK in item:
                container[key] = _read_tagged(item)
            else:
                _untag(item)
        elif kind is list:
            _untag(item)


def _read_tagged(value: dict[str, Any]) -> Any:
    name, written = value[MARK]
    return _READERS[name](written)


def _marked(pairs: list[Any]) -> MarkedContext:
    return MarkedContext((key, _untagged(item)) for key, item in pairs)


def _write_zoned(value: datetime | time) -> str:
    zone = value.tzinfo
    return f"{value.isoformat()}@{zone.key}" if isinstance(zone, ZoneInfo) else value.isoformat()


def _read_datetime(text: str) -> datetime:
    written, _, zone = text.partition("@")
    value = datetime.fromisoformat(written)
    return value.astimezone(ZoneInfo(zone)) if zone else value


def _read_time(text: str) -> time:
    written, _, zone = text.partition("@")
    value = time.fromisoformat(written)
    return value.replace(tzinfo=ZoneInfo(zone)) if zone else value


def _write_span(value: timedelta) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


_KINDS: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    Decimal: ("decimal", str, Decimal),
    date: ("date", date.isoformat, date.fromisoformat),
    datetime: ("datetime", _write_zoned, _read_datetime),
    time: ("time", _write_zoned, _read_time),
    timedelta: ("duration", _write_span, lambda parts: timedelta(*parts)),
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "map": _marked,
    **{name: read for name, _, read in _KINDS.values()},
}


def _upgrade_1(state: dict[str, Any]) -> None:
    """Give rows and scopes of format 1 what format 2 added: nothing of their own."""
    for scope in state["scopes"]:
        scope.append(None)
        for row in scope[3]:
            row.append(None)


def _upgrade_2(state: dict[str, Any]) -> None:
    """Say what format 3 asks of every scope: which variables stand behind. In format 2 none."""
    for scope in state["scopes"]:
        scope.append(None)


_PLAIN = frozenset({type(None), bool, int})
_UPGRADES: dict[int, Callable[[dict[str, Any]], None]] = {1: _upgrade_1, 2: _upgrade_2}
