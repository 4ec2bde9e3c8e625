"""Variables of a scope: taken over from outside as our own copies, read by compiled formulas."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from engine import feel
from engine.errors import CommandRejectedError, ExecutionError
from engine.model import Variables
from engine.snapshot import MARK, MarkedContext
from engine.texts import N_

DEPTH_AT_MOST = 50  # lists and contexts inside each other
_INTEGER_BITS = 63  # what the stored form keeps as an integer; larger ones become decimals
_AS_THEY_ARE = frozenset({type(None), bool, date, time, datetime, timedelta})


class Layer(ChainMap[str, Any]):
    """Variables of a token or sub-process of its own, over those of the scope around it.

    What is written goes to the layer when it is sealed or has that variable, else outside.
    """

    def __init__(
        self, own: dict[str, Any], outer: "dict[str, Any] | Layer", *, sealed: bool = False
    ) -> None:
        self.own = own
        self.outer = outer
        self.sealed = sealed

    @property
    def maps(self) -> list[Any]:  # type: ignore[override]  # not kept: most layers are never asked
        """The dictionaries in which a variable is looked for, in their order."""
        return [self.own, self.outer]

    def __setitem__(self, key: str, value: Any) -> None:
        if self.sealed or key in self.own:
            self.own[key] = value
        else:
            self.outer[key] = value


def flat(variables: Mapping[str, Any], names: frozenset[str] | None = None) -> dict[str, Any]:
    """Return a plain dictionary of all that can be seen; with ``names`` of these only."""
    if names is not None:
        return {name: variables[name] for name in names if name in variables}
    layers: list[Mapping[str, Any]] = []
    while isinstance(variables, Layer):
        layers.append(variables.own)
        variables = variables.outer
    seen = dict(variables)
    for layer in reversed(layers):
        seen.update(layer)
    return seen


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled expression, or a text that stands for itself."""

    source: str
    expression: Any = None

    @property
    def reads(self) -> frozenset[str] | None:
        """The variables on which the value depends; None where it depends on the moment too."""
        if self.expression is None:
            return frozenset()
        return None if self.expression.asks_clock else self.expression.names

    def value(self, variables: Mapping[str, Any], element_id: str) -> Any:
        """Return the value for these variables. Raises ExecutionError."""
        if self.expression is None:
            return self.source
        try:
            return own(self.expression.evaluate(variables))
        except feel.FeelError as error:
            raise ExecutionError(
                N_("The expression “%(expression)s” cannot be evaluated: %(reason)s"),
                params={"expression": self.source, "reason": error},
                element_id=element_id,
            ) from error
        except CommandRejectedError as error:
            raise ExecutionError(
                error.message, params=error.params, element_id=element_id
            ) from error

    def holds(self, variables: Mapping[str, Any], element_id: str) -> bool:
        """Return whether a condition is true; null counts as not true. Raises ExecutionError."""
        return self.verdict(variables, element_id) is True

    def verdict(self, variables: Mapping[str, Any], element_id: str) -> bool | None:
        """Return what a condition says: true, false or null. Raises ExecutionError."""
        value = self.value(variables, element_id)
        if value is not None and not isinstance(value, bool):
            raise ExecutionError(
                N_("The condition “%(expression)s” is neither true nor false."),
                params={"expression": self.source},
                element_id=element_id,
            )
        return value


def mapped(
    mappings: Iterable[tuple[str, Formula]], variables: Mapping[str, Any], element_id: str
) -> Variables:
    """Return the target variables of the mappings, evaluated over ``variables``."""
    return {target: formula.value(variables, element_id) for target, formula in mappings}


def from_outside(variables: Mapping[str, Any]) -> Variables:
    """Return a deep copy of variables that a caller handed in. Raises CommandRejectedError."""
    return own(dict(variables))  # type: ignore[no-any-return]


def own(value: Any, depth: int = 0) -> Any:
    """Return a deep copy made of plain types. Raises CommandRejectedError for any other type."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if depth > DEPTH_AT_MOST:
        raise CommandRejectedError(
            N_("A value lies more than %(limit)s levels inside others."),
            params={"limit": DEPTH_AT_MOST},
        )
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return _context(value, depth)
    if isinstance(value, list | tuple):
        return [own(item, depth + 1) for item in value]
    return _number(value)


def _context(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    copy: dict[str, Any] = {}
    marked = False
    for key, item in value.items():
        if type(key) is not str or not key.isascii():
            key = _key(key)
        if key[:1] == MARK:
            marked = True
        plain = type(item) is str and item.isascii()
        copy[key] = item if plain else own(item, depth + 1)
    return MarkedContext(copy) if marked else copy


def _text(value: str) -> str:
    try:
        value.isascii() or value.encode()
    except UnicodeEncodeError as error:
        raise CommandRejectedError(N_("A text holds half a character.")) from error
    return str(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise CommandRejectedError(N_("A context has a key that is no text."))
    return _text(key)


def _number(value: Any) -> int | Decimal:
    if isinstance(value, int):
        return int(value) if value.bit_length() <= _INTEGER_BITS else Decimal(value)
    if isinstance(value, float | Decimal) and isfinite(value):
        return Decimal(repr(value)) if isinstance(value, float) else value
    raise CommandRejectedError(
        N_("A value of the type “%(type)s” cannot be stored."),
        params={"type": type(value).__name__},
    )


def key_text(value: Any) -> str | None:
    """Return a key as FEEL writes it, so that equal values are one key: 5.0 is "5"."""
    return None if value is None else feel.to_text(value)
