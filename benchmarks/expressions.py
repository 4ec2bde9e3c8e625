"""One cached condition beside stock SpiffWorkflow's evaluation of the same, and a long filter."""

from collections.abc import Callable
from statistics import median

from benchmarks.measure import Result, in_turns, milliseconds
from benchmarks.stock import evaluates
from engine.feel import parse

CONDITION = 'amount > 1000 and status = "new"'
STOCK_CONDITION = 'amount > 1000 and status == "new"'
VARIABLES = {"amount": 1500, "status": "new"}
FILTER = 'items[price > 50 and status = "new"]'
ITEMS = {
    "items": [
        {"price": n, "status": "new" if n % 3 else "old", "name": f"n{n}"} for n in range(100)
    ]
}
TIMES = 2_000  # evaluations in one measurement
ROUNDS = 30


def condition() -> Result:
    """Measure a condition that was read before, in microseconds an evaluation."""
    expression = parse(CONDITION)
    stock = evaluates(STOCK_CONDITION, VARIABLES)
    assert expression.evaluate(VARIABLES) is True
    assert stock() is True
    ours_ms, stock_ms = in_turns(
        _often(lambda: expression.evaluate(VARIABLES)), _often(stock), rounds=ROUNDS
    )
    ours, peer = _microseconds(ours_ms), _microseconds(stock_ms)
    return Result(
        value=round(ours, 3),
        unit="us",
        median_of=ROUNDS,
        beside={"stock_us": round(peer, 3), "per_second": round(1e6 / ours)},
        ratio=round(peer / ours, 1),
    )


def filter_of_a_hundred() -> Result:
    """Measure a filter over a hundred contexts, in microseconds an evaluation."""
    expression = parse(FILTER)
    assert len(expression.evaluate(ITEMS)) == 32
    run = _often(lambda: expression.evaluate(ITEMS), TIMES // 20)
    ours = _microseconds([milliseconds(run) for _ in range(ROUNDS)], TIMES // 20)
    return Result(
        value=round(ours, 1), unit="us", median_of=ROUNDS, beside={"per_second": round(1e6 / ours)}
    )


def _often(call: Callable[[], object], times: int = TIMES) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            call()

    return run


def _microseconds(measured_ms: list[float], times: int = TIMES) -> float:
    return median(measured_ms) * 1000 / times
