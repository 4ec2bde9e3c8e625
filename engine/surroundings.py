"""What an instance can ask of the world around it while a command runs: an argument, like time.

The engine itself looks nothing up. Whoever runs it answers from wherever decisions are
kept; the same answers give the same outcome.
"""

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


NOWHERE = Nowhere()
