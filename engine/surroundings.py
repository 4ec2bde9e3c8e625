"""What an instance can ask of the world around it while a command runs: an argument, like time.

The engine itself looks nothing up. Whoever runs it answers from wherever decisions are
kept; the same answers give the same outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.dmn import DecisionModel
from engine.model import Binding


@dataclass(frozen=True, slots=True)
class FoundDecision:
    """A published decision: its model, and which version that is."""

    model: DecisionModel
    version: int


class Surroundings(Protocol):
    """Answers of the world around an instance."""

    def find_decision(
        self, key: str, binding: Binding, version: str | None
    ) -> FoundDecision | None:
        """Return the decision of that id that was published last, or under a number or tag."""

    def read_store(self, store: str, key: str | None, *, for_writing: bool) -> Mapping[str, bytes]:
        """Return the items of a data store by key, or only the one of that key, as written.

        ``for_writing``: nobody else writes the store until this command is stored.
        """

    def count_stored(self, store: str) -> int:
        """Return how many items a data store holds."""


class Nowhere:
    """Surroundings without anything in them."""

    def find_decision(
        self,
        key: str,  # noqa: ARG002
        binding: Binding,  # noqa: ARG002
        version: str | None,  # noqa: ARG002
    ) -> FoundDecision | None:
        """Find nothing."""
        return None

    def read_store(
        self,
        store: str,  # noqa: ARG002
        key: str | None,  # noqa: ARG002
        *,
        for_writing: bool,  # noqa: ARG002
    ) -> Mapping[str, bytes]:
        """Find an empty store."""
        return {}

    def count_stored(self, store: str) -> int:  # noqa: ARG002
        """Count nothing."""
        return 0


NOWHERE = Nowhere()
