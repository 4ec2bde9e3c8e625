"""What instances can ask of this database while a command of theirs is carried out."""

from sqlalchemy.orm import Session

from engine.model import Binding
from engine.surroundings import FoundDecision, Nowhere
from webapp.operations import publications


class Surroundings(Nowhere):
    """The answers of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find_decision(
        self, key: str, binding: Binding, version: str | None
    ) -> FoundDecision | None:
        """Return a decision that is published."""
        return publications.find_decision(self._session, key, binding, version)
