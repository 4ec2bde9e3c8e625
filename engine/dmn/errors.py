"""What the decision reader and evaluator can refuse."""

from collections.abc import Mapping

from engine.feel import FeelError


class DecisionError(FeelError):
    """A decision model cannot be read or a decision cannot be made; nothing was changed.

    ``element_id``, ``line`` (1-based) and ``file`` say where in the model the reason lies, as far
    as it is known. ``code`` and ``message`` are those of the expression's error, if one is behind.
    """

    code = "decision_failed"

    def __init__(
        self,
        message: str,
        params: Mapping[str, object] | None = None,
        *,
        element_id: str = "",
        line: int | None = None,
        file: str = "",
    ) -> None:
        self.element_id = element_id
        self.line = line
        self.file = file
        super().__init__(message, params)


class InvalidDecisionModelError(DecisionError):
    """The file is not a decision model that can be read. Correct the file."""

    code = "decision_model_invalid"


class UnknownDecisionError(DecisionError):
    """The model holds no decision of that id or name. Correct the reference."""

    code = "decision_unknown"
