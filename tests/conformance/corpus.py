"""The corpus: real models of many tools. Each is read, checked, and run or refused with a reason.

A case is good when the file is read and then either compiles and runs to an end or to a true wait
state, or is refused by an error that names an element or a line. User tasks are completed, jobs
done with no result, timers fired, messages and signals delivered; variables that are missing are
null. Files without an executable process are only read.
"""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import engine
from engine.bpmn.elements import Scope
from engine.model import Finding, InstanceStatus, Outcome, Severity
from tests.conformance.verdicts import Verdict
from tests.engine.fingerprints import fingerprint

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOST_STEPS = 200  # a model that still runs then runs for ever by its own conditions
_WHOLE_FILE = ("unreadable-file", "no-process", "no-model")


def verdicts(data: Path) -> Iterator[Verdict]:
    """Yield one verdict for each file of ``corpus.json``."""
    listed = json.loads((data / "corpus.json").read_text(encoding="utf-8"))
    with zipfile.ZipFile(data / "corpus.zip") as archive:
        for entry in listed:
            yield _case(entry["file"], archive.read(entry["file"]))


def _case(name: str, content: bytes) -> Verdict:
    files = {"model.bpmn": content}
    findings = engine.lint(files)
    errors = [one for one in findings if one.severity is Severity.ERROR]
    unreadable = [one for one in errors if one.rule == "unreadable-file"]
    if unreadable:
        return Verdict(name, True, "read", "refused: unreadable-file", unreadable[0].text())
    processes = _executable(files)
    if not processes:
        return Verdict(name, True, "read", "read: nothing executable in it")
    if errors:
        return _refused(name, errors)
    ends = [_run(files, process) for process in processes]
    bad = [end for end in ends if end.startswith(("failed", "stopped"))]
    return Verdict(name, not bad, "runs", bad[0] if bad else "; ".join(sorted(set(ends))))


def _executable(files: dict[str, bytes]) -> list[Scope]:
    return [
        process
        for one in engine.read_definitions(files)
        for process in one.processes.values()
        if process.executable and process.nodes
    ]


def _refused(name: str, errors: list[Finding]) -> Verdict:
    placed = [one for one in errors if one.line or one.rule in _WHOLE_FILE]
    rules = sorted({f"{one.rule} {one.params.get('what', '')}".strip() for one in errors})
    note = "" if placed else "no error names a line"
    return Verdict(name, bool(placed), "runs or refused", f"refused: {', '.join(rules)}", note)


def _run(files: dict[str, bytes], process: Scope) -> str:
    """Return "ended", "waits", "stopped" or "failed" with a reason for one process of a file."""
    try:
        compiled = engine.compile_process(files, process.id)
        before = fingerprint(compiled)
        outcome = engine.start(compiled, {}, at=NINE, start_element=_start(process))
        end = _driven(compiled, outcome)
        return end if fingerprint(compiled) == before else "failed: the run changed the process"
    except engine.ExecutionError as error:
        return f"stopped by missing data: {error}"
    except engine.EngineError as error:
        return f"failed: {type(error).__name__}: {error}"


def _start(process: Scope) -> str | None:
    """Return the start event to begin at, one without a trigger first; None without any."""
    starts = [node for node in process.nodes.values() if node.kind == "startEvent"]
    starts.sort(key=lambda node: bool(node.events))
    return starts[0].id if starts else None


def _driven(process: engine.CompiledProcess, outcome: Outcome) -> str:
    for _ in range(MOST_STEPS):
        if outcome.status is not InstanceStatus.ACTIVE:
            return f"ended: {outcome.status}"
        command = _next(outcome)
        if command is None:
            waits = bool(outcome.conditions or outcome.decisions)  # everything else has been done
            return "waits" if waits else "failed: nothing waits, and it has not ended"
        due = [timer.due_at for timer in outcome.timers]
        at = max([NINE, *due]) if due else NINE
        outcome = engine.advance(process, outcome.snapshot, command, at=at)
    return "waits after many steps"


def _next(outcome: Outcome) -> engine.Command | None:
    """Return what the outside world does next: people first, then programs, messages, timers."""
    if outcome.user_tasks:
        return engine.CompleteUserTask(outcome.user_tasks[0].token_id)
    if outcome.jobs:
        return engine.CompleteJob(outcome.jobs[0].token_id)
    if outcome.calls:
        return engine.CompleteCall(outcome.calls[0].token_id)
    if outcome.messages:
        return engine.DeliverMessage(outcome.messages[0].token_id, outcome.messages[0].name)
    if outcome.signals:
        return engine.DeliverSignal(outcome.signals[0].token_id, outcome.signals[0].name)
    if outcome.timers:
        return engine.FireTimer(outcome.timers[0].timer_id)
    return None
