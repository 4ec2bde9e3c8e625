"""Everything an operation can refuse, as one small tree.

Messages are English templates in ``%(name)s`` style (marked with ``N_``); the edges translate them.
No HTTP status here: ``pages/errors.py`` is the one place that knows how a refusal looks.
"""


class ProductError(Exception):
    """An operation refused; its transaction is rolled back."""

    code = "refused"

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message % params if params else message)


class NotFoundError(ProductError):
    """There is no such thing, or the actor may not know of it."""

    code = "not_found"


class NotAllowedError(ProductError):
    """The actor may not do this."""

    code = "not_allowed"


class ConflictError(ProductError):
    """Somebody else was first. Read again and decide again."""

    code = "conflict"


class DraftConflictError(ConflictError):
    """Another draft was saved since this one was begun. Replace it knowingly, or take it."""

    code = "draft_conflict"


class RejectedError(ProductError):
    """The input breaks a rule. Correct it."""

    code = "rejected"


class RememberedRefusalError(RejectedError):
    """Refused, and what was written about it stays: ``Database.transaction`` commits it."""

    code = "refused_remembered"


class UnavailableError(ProductError):
    """The database or the disk cannot serve us now. Nothing is half-written; try again later."""

    code = "unavailable"

    @property
    def reason(self) -> str:
        """What the database or the disk itself said, on one line, for whoever reads the log."""
        cause = self.__cause__
        return " ".join(str(getattr(cause, "orig", None) or cause or self).split())


class ReadOnlyError(UnavailableError):
    """The database can be read, but not written to."""

    code = "read_only"


class StorageFullError(UnavailableError):
    """The disk is full."""

    code = "storage_full"
