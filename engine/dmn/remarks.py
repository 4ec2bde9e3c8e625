"""A remark about one place of a decision model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.dmn.elements import Part


class Gravity(StrEnum):
    ERROR = "error"  # the decision cannot be made as it is drawn
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Remark:
    """``problem`` and ``remedy`` are English templates in ``%(name)s`` style with ``params``."""

    gravity: Gravity
    rule: str
    problem: str
    remedy: str
    element_id: str = ""
    line: int = 0
    params: Mapping[str, object] = field(default_factory=dict)

    @staticmethod
    def about(
        part: Part, gravity: Gravity, rule: str, problem: str, remedy: str, /, **params: object
    ) -> "Remark":
        """Return a remark about a part of the model."""
        return Remark(gravity, rule, problem, remedy, part.element_id, part.line, params)
