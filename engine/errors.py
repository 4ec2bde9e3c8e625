"""Everything the engine can refuse, as one small tree.

``EngineError`` is the only class a caller needs to catch; each leaf says what to do about it.
A message is an English template in ``%(name)s`` style beside its parameters, so that the product
can show it in the reader's language; ``str(error)`` is the filled English sentence.
"""

from collections.abc import Mapping


class EngineError(Exception):
    """The engine refused; nothing was changed.

    ``code`` is stable and meant for programs; ``element_id``, ``line`` (1-based) and ``file`` say
    where in the model the reason lies, as far as it is known.
    """

    code = "engine_error"

    def __init__(
        self,
        message: str,
        *,
        params: Mapping[str, object] | None = None,
        element_id: str | None = None,
        line: int | None = None,
        file: str | None = None,
    ) -> None:
        self.message = message
        self.params: Mapping[str, object] = params or {}
        self.element_id = element_id
        self.line = line
        self.file = file
        super().__init__(message % self.params if self.params else message)


class InvalidModelError(EngineError):
    """The model cannot be read or compiled. Correct the file."""

    code = "model_invalid"


class CommandRejectedError(EngineError):
    """The command does not fit the instance's present state. Read again and decide again."""

    code = "command_rejected"


class ExecutionError(EngineError):
    """A token cannot go on: an expression failed, no condition held, a limit was exceeded.

    Correct the variables and repeat the command, or correct the model.
    """

    code = "execution_failed"


class SnapshotFormatError(EngineError):
    """A stored snapshot has a format that this version cannot read. Upgrade it."""

    code = "snapshot_unreadable"
