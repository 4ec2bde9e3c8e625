"""One engine step (load, complete one user task, save) beside stock SpiffWorkflow."""

from datetime import UTC, datetime
from typing import Any

import engine
from benchmarks import models
from benchmarks.measure import Result, beside_peer, in_turns
from benchmarks.stock import StockCase

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LOOPS = 100
PASSES = {"conclusion": "ok", "note": "complete"}
LACKS = {"conclusion": "supplement"}
SUPPLEMENTED = {"note": "supplemented"}


def step_fresh() -> Result:
    """Measure the first step of a new instance with two kilobytes of data."""
    return _measured(loops=0, rounds=300)


def step_large() -> Result:
    """Measure the first step of a new instance with two hundred kilobytes of data."""
    return _measured(loops=0, rounds=60, variables=models.two_hundred_kilobytes())


def step_after_loops() -> Result:
    """Measure a step of an instance that went a hundred times round the supplement loop."""
    return _measured(loops=LOOPS, rounds=30)


class OurCase:
    """The procedure in our engine. Between two steps only the snapshot and the token are kept."""

    def __init__(self) -> None:
        self._process = engine.compile_process(models.our_files(), models.PROCESS_ID)

    def started(self, variables: dict[str, Any]) -> engine.Outcome:
        return engine.start(self._process, variables, at=AT)

    def step(self, snapshot: bytes, token_id: str, answers: dict[str, Any]) -> engine.Outcome:
        """Load, complete the user task that waits under the token, save."""
        command = engine.CompleteUserTask(token_id, answers)
        return engine.advance(self._process, snapshot, command, at=AT)


def _measured(*, loops: int, rounds: int, variables: dict[str, Any] | None = None) -> Result:
    variables = variables or models.two_kilobytes()
    snapshot, token = _our_case_after(loops, variables)
    state = _stock_case_after(loops, variables)
    ours, stock = OurCase(), StockCase(models.stock_model(), models.PROCESS_ID)
    ours_ms, stock_ms = in_turns(
        lambda: ours.step(snapshot, token, PASSES),
        lambda: stock.step(state, PASSES),
        rounds=rounds,
        ours_per_round=5,
    )
    sizes = {"snapshot_bytes": len(snapshot), "stock_bytes": len(state.encode())}
    return beside_peer(ours_ms, stock_ms, sizes)


def _our_case_after(loops: int, variables: dict[str, Any]) -> tuple[bytes, str]:
    case = OurCase()
    outcome = case.started(variables)
    for answers in _answers(loops):
        outcome = case.step(outcome.snapshot, outcome.user_tasks[0].token_id, answers)
    return outcome.snapshot, outcome.user_tasks[0].token_id


def _stock_case_after(loops: int, variables: dict[str, Any]) -> str:
    case = StockCase(models.stock_model(), models.PROCESS_ID)
    state = case.started(variables)
    for answers in _answers(loops):
        state = case.step(state, answers)
    return state


def _answers(loops: int) -> list[dict[str, Any]]:
    """Return what is answered, task by task, to go that often round the supplement loop."""
    return [PASSES, *[LACKS, SUPPLEMENTED] * loops] if loops else []
