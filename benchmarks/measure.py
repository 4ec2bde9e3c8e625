"""Measuring: timing in turns, medians and percentiles, and the shape of a result."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Result:
    """One figure: the median of ``median_of`` measurements, and what was measured beside it.

    ``ratio`` says how many times cheaper we are than the peer, where there is one.
    """

    value: float
    unit: str
    median_of: int
    beside: dict[str, Any] = field(default_factory=dict)
    ratio: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def line(self, name: str) -> str:
        """Return the result as one line for a person."""
        beside = ", ".join(f"{key} {_text(value)}" for key, value in self.beside.items())
        times = f"  {self.ratio:.1f}x" if self.ratio else ""
        return f"{name:18} {_text(self.value)} {self.unit}{times}  ({beside})"


def in_turns(
    ours: Callable[[], object], peer: Callable[[], object], *, rounds: int, ours_per_round: int = 1
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each call of both, called in turns so that noise hits both."""
    ours_ms: list[float] = []
    peer_ms: list[float] = []
    for _ in range(rounds):
        ours_ms += [milliseconds(ours) for _ in range(ours_per_round)]
        peer_ms.append(milliseconds(peer))
    return ours_ms, peer_ms


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long one call took."""
    started = perf_counter()
    call()
    return (perf_counter() - started) * 1000


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that ``percent`` of 100 of the values do not exceed."""
    if len(values) < 2:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def beside_peer(
    ours_ms: Sequence[float], peer_ms: Sequence[float], beside: dict[str, Any]
) -> Result:
    """Return our median beside the peer's."""
    ours, peer = median(ours_ms), median(peer_ms)
    return Result(
        value=round(ours, 4),
        unit="ms",
        median_of=len(ours_ms),
        beside={"stock_ms": round(peer, 3), "stock_median_of": len(peer_ms), **beside},
        ratio=round(peer / ours, 1),
    )


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
