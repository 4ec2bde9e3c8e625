"""The stored form of an instance: orjson bytes with a format version; values keep their type.

The stored form knows rows and variables, nothing of specs or tokens (see ``engine.kernel.rows``).
JSON knows no decimals, dates or durations: such a value is stored as an object with the one key
``\\u0000``. A context from outside that has a key beginning with that character is stored as a list
of pairs under the same mark, so that nothing can pass for something else.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from engine.errors import ExecutionError, SnapshotFormatError
from engine.texts import N_

FORMAT = 2
VARIABLES_AT_MOST = 1_000_000  # bytes as stored, all scopes and tokens of an instance together
MARK = "\x00"
_MARK_BYTES = b'"\\u0000'
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


class MarkedContext(dict[str, Any]):
    """A context with a key that begins with the mark; stored as pairs."""


def encode(state: dict[str, Any]) -> bytes:
    """Return the stored form of a state whose texts and numbers ``orjson`` can write.

    Raises ExecutionError when its variables take more than VARIABLES_AT_MOST bytes together.
    """
    written = orjson.dumps({"format": FORMAT, **state}, default=_tagged, option=_OPTIONS)
    if len(written) > VARIABLES_AT_MOST:  # else the variables cannot be too large either
        _check_size(state)
    return written


def _check_size(state: dict[str, Any]) -> None:
    values = [scope[2] for scope in state["scopes"]]
    values += [row[5] for scope in state["scopes"] for row in scope[3]]
    size = sum(len(orjson.dumps(one, default=_tagged, option=_OPTIONS)) for one in values if one)
    if size > VARIABLES_AT_MOST:
        raise ExecutionError(
            N_(
                "The variables would take %(size)s bytes; %(limit)s are allowed. Keep files and"
                " long texts as attachments."
            ),
            params={"size": size, "limit": VARIABLES_AT_MOST},
        )


def decode(snapshot: bytes) -> dict[str, Any]:
    """Return the state that was stored. Raises SnapshotFormatError."""
    try:
        state = orjson.loads(snapshot)
        found = state["format"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise SnapshotFormatError(N_("This is no stored process instance.")) from error
    if found not in _UPGRADES and found != FORMAT:
        raise SnapshotFormatError(
            N_("The stored instance has format %(found)s; this version reads %(known)s."),
            params={"found": found, "known": FORMAT},
        )
    try:
        read = _untagged(state) if _MARK_BYTES in snapshot else state
        for number in range(found, FORMAT):
            _UPGRADES[number](read)
        return read  # type: ignore[no-any-return]
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise SnapshotFormatError(N_("A value of the stored instance is damaged.")) from error


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


_UPGRADES: dict[int, Callable[[dict[str, Any]], None]] = {1: _upgrade_1}
