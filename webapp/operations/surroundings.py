"""What instances can ask of this database while a command of theirs is carried out."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.model import Binding
from engine.surroundings import FoundDecision, Nowhere
from webapp.operations import data_stores, publications


class Surroundings(Nowhere):
    """The answers of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find_decision(
        self, key: str, binding: Binding, version: str | None
    ) -> FoundDecision | None:
        """Return a decision that is published."""
        return publications.find_decision(self._session, key, binding, version)

    def read_store(self, store: str, key: str | None, *, for_writing: bool) -> Mapping[str, bytes]:
        """Return items of a data store; whoever writes it has it alone until the end."""
        return data_stores.read(self._session, store, key, for_writing=for_writing)

    def count_stored(self, store: str) -> int:
        """Return how many items a data store holds."""
        return data_stores.count(self._session, store)
