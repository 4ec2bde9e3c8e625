"""Figures of a sample of seconds: median, mean, 90th percentile, histogram. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 12
LIMIT_AT = 8  # the limit stands after this many bins, so that a third of the width is beyond it
SHORTEST = 12 * 60  # seconds: the least width of a histogram, a minute for each bin
ENOUGH = 5  # a smaller sample says more about a person than about the work; it is not shown


@dataclass(frozen=True, slots=True)
class Spread:
    """A sample in four figures; seconds of office time."""

    count: int
    median: float
    mean: float
    p90: float


def spread(values: Sequence[int]) -> Spread | None:
    """Return the figures of a sample, or None where it is too small to be shown."""
    if len(values) < ENOUGH:
        return None
    ordered = sorted(values)
    return Spread(
        len(ordered),
        quantile(ordered, 0.5),
        sum(ordered) / len(ordered),
        quantile(ordered, 0.9),
    )


def quantile(ordered: Sequence[int], share: float) -> float:
    """Return the value below which ``share`` of an ordered, not empty sample lies."""
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def histogram(values: Sequence[int], limit_seconds: int) -> tuple[int, ...]:
    """Return 12 counts; with a limit it stands after the eighth, the last bin takes the rest."""
    bins = [0] * BINS
    longest = max(max(values, default=0), SHORTEST)
    top = limit_seconds * BINS / LIMIT_AT if limit_seconds else longest
    for value in values:
        bins[min(BINS - 1, int(value * BINS / top))] += 1
    return tuple(bins)
