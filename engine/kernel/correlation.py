"""Telling messages apart by what they say: the correlation keys of BPMN's own elements.

The instance keeps, per correlation key, the value that the first message of the conversation had.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import CommandRejectedError
from engine.kernel.base import Token
from engine.kernel.variables import Formula, key_text
from engine.model import ANY_KEY
from engine.texts import N_


@dataclass(frozen=True, slots=True)
class KeyOf:
    """A compiled correlation: what a message says, and what the process expects it to say."""

    key: str
    retrieve: tuple[Formula, ...]
    expect: tuple[Formula, ...] = ()

    def of_message(self, variables: Mapping[str, Any], element_id: str) -> str | None:
        """Return the key that a message carries, None where part of it is null."""
        return _text([one.value(variables, element_id) for one in self.retrieve])

    def awaited(self, token: Token) -> str | None:
        """Return the key of the messages that a token waits for now, or ``ANY_KEY``."""
        machine, place = token.workflow.machine, token.task_spec.element_id
        if not self.expect:
            return str(machine.keys.get(self.key, ANY_KEY))
        variables = token.context()
        return _text([one.value(variables, place) for one in self.expect])

    def learn(self, machine: Any, variables: Mapping[str, Any], element_id: str) -> None:
        """Keep the key of a conversation's first message."""
        found = self.of_message(variables, element_id)
        if found is not None:
            machine.keys.setdefault(self.key, found)

    def check(self, token: Token, variables: Mapping[str, Any]) -> None:
        """Raise CommandRejectedError when a message is evidently meant for another instance."""
        place = token.task_spec.element_id
        found = self.of_message(variables, place)
        awaited = self.awaited(token)
        if found is not None and awaited not in (ANY_KEY, found):
            raise CommandRejectedError(
                N_("The message is for “%(found)s”; this instance waits for “%(awaited)s”."),
                params={"found": found, "awaited": awaited or ""},
                element_id=place,
            )


def _text(values: list[Any]) -> str | None:
    """Return a key as text, the same for the same values."""
    if any(value is None for value in values):
        return None
    texts = [key_text(value) for value in values]
    return texts[0] if len(texts) == 1 else json.dumps(texts, ensure_ascii=False)
