"""Many actions of the play in one transaction: a commit for each would take longer than they do."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from webapp.db import Database

ACTIONS = 200  # between two commits


class Together:
    """A database as the play uses it; what was done since the last commit is lost by an error."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open = ExitStack()
        self._session: Session | None = None
        self._actions = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, trace)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Keep everything that one action does, or nothing; others commit together with it."""
        if self._session is None:
            self._session = self._open.enter_context(self._database.transaction())
        with self._session.begin_nested():
            yield self._session
        self._actions += 1
        if self._actions % ACTIONS == 0:
            self._open.close()
            self._session = None
