"""Sentences for people, before anybody knows in which language they will be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.told import data_of


@dataclass(frozen=True, slots=True)
class Message:
    """An English template in ``%(name)s`` style with its parameters; the page translates it."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template


def message_of(template: str, params: Mapping[str, object]) -> Message:
    """Return a Message; a refusal among the params, which gives a reason, is one inside it."""
    return Message(template, {name: _inner(one) for name, one in params.items()})


def kept_message(data: Mapping[str, Any] | None, otherwise: str) -> Message | str:
    """Return a sentence that was kept; ``otherwise`` where only its English text was."""
    if not data or "message" not in data:
        return otherwise
    params = {
        name: kept_message(one, "") if isinstance(one, Mapping) else one
        for name, one in data.get("params", {}).items()
    }
    return Message(data["message"], params)


def _inner(value: object) -> object:
    data = data_of(value) if isinstance(value, Exception) else None
    return value if data is None else kept_message(data, "")
