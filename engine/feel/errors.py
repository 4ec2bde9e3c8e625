"""What the expression reader and evaluator can refuse."""

from collections.abc import Mapping


class FeelError(Exception):
    """An expression cannot be read or evaluated; nothing was changed.

    ``message`` is an English template in ``%(name)s`` style beside its ``params``; ``position`` is
    the 0-based character where the reason lies, as far as it is known. ``str(error)`` is filled.
    """

    code = "expression_failed"

    def __init__(
        self,
        message: str,
        params: Mapping[str, object] | None = None,
        position: int | None = None,
    ) -> None:
        self.message = message
        self.params: Mapping[str, object] = params or {}
        self.position = position
        super().__init__(message % self.params if self.params else message)


class FeelSyntaxError(FeelError):
    """The text is not an expression. Correct it as the sentence says."""

    code = "expression_invalid"


class FeelLimitError(FeelError):
    """The expression needs more than one evaluation may use. Simplify it.

    ``limit`` names the exceeded limit: a field of ``engine.feel.limits.Limits``.
    """

    code = "expression_too_costly"

    def __init__(
        self,
        limit: str,
        message: str,
        params: Mapping[str, object] | None = None,
        position: int | None = None,
    ) -> None:
        self.limit = limit
        super().__init__(message, params, position)


class FeelUndefinedError(FeelError):
    """A question inside one evaluation has no answer; who asked it returns null."""

    code = "expression_undefined"

    def __init__(self) -> None:
        super().__init__("There is no answer.")


def N_(text: str) -> str:  # noqa: N802  (the name that message extraction looks for)
    """Return ``text`` as it is; marks it for translation. Its own: the package stands alone."""
    return text
