"""How often each key may ask, counted in this process: a look into a dictionary, no more."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from limits import RateLimitItem

KEYS_AT_MOST = 10_000  # counted at once; forgotten all at once


class Rates:
    """Fixed windows: of each rate so many requests between two round instants."""

    def __init__(self, rates: Sequence[RateLimitItem]) -> None:
        self._rates = [(rate.amount, rate.get_expiry()) for rate in rates]
        self._counts: dict[tuple[str, int], tuple[int, int]] = {}
        self._lock = Lock()

    def allow(self, key: str, at: datetime) -> bool:
        """Count one request; tell whether every rate still holds."""
        instant = int(at.timestamp())
        with self._lock:
            if len(self._counts) > KEYS_AT_MOST:
                self._counts.clear()
            within = [self._count(key, *rate, instant) for rate in self._rates]
        return all(within)

    def _count(self, key: str, amount: int, seconds: int, instant: int) -> bool:
        window = instant // seconds
        known, count = self._counts.get((key, seconds), (window, 0))
        count = count + 1 if known == window else 1
        self._counts[key, seconds] = window, count
        return count <= amount
