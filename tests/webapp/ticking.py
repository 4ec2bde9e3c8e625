"""A clock that a test sets, for what asks for the time itself."""

from datetime import datetime


class Clock:
    """Says the time it was set to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at
