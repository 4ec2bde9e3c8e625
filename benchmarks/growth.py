"""What the engine does not pay for: history, parallel sections, instances of an activity."""

from collections.abc import Callable
from datetime import UTC, datetime
from statistics import mean, median
from typing import Any

import engine
from benchmarks import models, scale
from benchmarks.measure import Result, beside_peer, in_turns
from benchmarks.steps import LACKS, PASSES, SUPPLEMENTED, OurCase
from benchmarks.stock import StockCase

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SECTIONS = 12
EARLY, LATE = 10, 1_000  # steps of one case
ROUNDS = 200
ROUNDS_OF_MANY = 7


def step_growth() -> Result:
    """Measure step 1,000 of one case beside step 10 of the same: both at the same user task."""
    early, late = _after(EARLY), _after(LATE)
    case = OurCase()
    early_ms, late_ms = in_turns(
        lambda: case.step(*early, SUPPLEMENTED),
        lambda: case.step(*late, SUPPLEMENTED),
        rounds=ROUNDS,
    )
    return Result(
        value=round(median(late_ms) / median(early_ms), 3),
        unit="times",
        median_of=ROUNDS,
        beside={
            "step_10_ms": round(median(early_ms), 4),
            "step_1000_ms": round(median(late_ms), 4),
            "snapshot_10_bytes": len(early[0]),
            "snapshot_1000_bytes": len(late[0]),
        },
    )


def wide() -> Result:
    """Measure twelve parallel sections in a row, created and moved through their first step."""
    ours = engine.compile_process({"wide.bpmn": _wide(SECTIONS)}, "p")
    stock = StockCase(_wide(SECTIONS), "p")

    def our_turn() -> None:
        begun = engine.start(ours, {}, at=AT)
        command = engine.CompleteUserTask(begun.user_tasks[0].token_id, {})
        engine.advance(ours, begun.snapshot, command, at=AT)

    ours_ms, stock_ms = in_turns(
        our_turn, lambda: stock.step(stock.started({}), {}), rounds=3, ours_per_round=50
    )
    return beside_peer(ours_ms, stock_ms, {"sections": SECTIONS})


def multi_instance() -> Result:
    """Measure 10,000 instances of a script task, all at once, beside 1,000 of the same.

    In each round the small one runs ten times, and the round compares with their mean: both then
    take as long, and what else the processor does falls on both. The median of single short runs
    would leave it out for the small one only.
    """
    large, small = _many(10_000), _many(1_000)
    small_ms, large_ms = in_turns(small, large, rounds=ROUNDS_OF_MANY, ours_per_round=10)
    means = [mean(small_ms[at : at + 10]) for at in range(0, len(small_ms), 10)]
    return Result(
        value=round(median(one / of for one, of in zip(large_ms, means, strict=True)), 2),
        unit="times",
        median_of=ROUNDS_OF_MANY,
        beside={
            "instances_10000_ms": round(median(large_ms), 1),
            "instances_1000_ms": round(median(means), 1),
        },
    )


def _after(steps: int) -> tuple[bytes, str]:
    """Return snapshot and token of a case before that step, waiting for a supplement."""
    case = OurCase()
    outcome = case.started(models.two_kilobytes())
    answers: list[dict[str, Any]] = [PASSES, *[LACKS, SUPPLEMENTED] * steps]
    for given in answers[: steps - 2 + steps % 2]:
        outcome = case.step(outcome.snapshot, outcome.user_tasks[0].token_id, given)
    return outcome.snapshot, outcome.user_tasks[0].token_id


def _many(count: int) -> Callable[[], object]:
    model = scale.instances(count, sequential=False)[1]
    process = engine.compile_process({"m.bpmn": model}, "p")
    return lambda: engine.start(process, {"n": 0}, at=AT)


def _wide(sections: int) -> bytes:
    """Return a process with that many forks of two user tasks and joins, one after another."""
    parts, before = ['<startEvent id="s"/>'], "s"
    for index in range(sections):
        fork, left, right, join = (f"{name}{index}" for name in ("g", "a", "b", "j"))
        parts.append(
            f'<parallelGateway id="{fork}"/><userTask id="{left}"/><userTask id="{right}"/>'
            f'<parallelGateway id="{join}"/>'
        )
        pairs = [(before, fork), (fork, left), (fork, right), (left, join), (right, join)]
        parts += [_flow(*pair) for pair in pairs]
        before = join
    parts += ['<endEvent id="e"/>', _flow(before, "e")]
    return scale.file_of(f'<process id="p" isExecutable="true">{"".join(parts)}</process>')


def _flow(source: str, target: str) -> str:
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
